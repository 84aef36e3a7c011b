// swift-tools-version: 6.2
import PackageDescription

/// Every room of the house is compiled under the same rules: Swift 6, no implicit existentials, imports stay
/// private, warnings are errors.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "luoshi",
    products: [.executable(name: "luoshi", targets: ["luoshi"])],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    ],
    targets: [
        // The client library of PostgreSQL.
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        // Spreadsheets: the container, its XML, and writing them.
        .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(
            name: "CXlsxWriter", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),
        // Schemes: YAML, event by event.
        .systemLibrary(name: "CYaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        // Room 1: the databases. Knows nothing of the business.
        .target(
            name: "Store",
            dependencies: [
                "CPostgres", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: house),
        // Room 2: policy as pure functions: time limits, calendars, schemes, samples. No clock, no I/O, no
        // chance: a draw is handed its seed.
        .target(
            name: "Rules", dependencies: ["CYaml", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: house),
        // Room 3: the product.
        .target(
            name: "Governance",
            dependencies: [
                "Store", "Rules", "CZip", "CExpat", "CXlsxWriter",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            exclude: ["Schema/Steps", "Starter", "Demo/Story"], swiftSettings: house, plugins: ["Embed"]),
        // Room 4: pages and API.
        .target(
            name: "Web",
            dependencies: [
                "Governance", "Rules", "CQREncode",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            exclude: ["Look/Files"], swiftSettings: house, plugins: ["Embed"]),
        // The front door: settings, composition, commands.
        .executableTarget(
            name: "luoshi",
            dependencies: [
                "Web", "Governance", "Rules", "Store",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HummingbirdHTTP2", package: "hummingbird"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: house),
        // Text files that travel inside the binary.
        .executableTarget(name: "embed-files", path: "Plugins/embed-files", swiftSettings: house),
        .plugin(name: "Embed", capability: .buildTool(), dependencies: ["embed-files"]),

        // Hostile texts and files for every reader, by chance from a seed: bin/fuzz.
        .executableTarget(
            name: "fuzz", dependencies: ["Web", "Governance", "Store", "Rules"], path: "Tests/Fuzz",
            exclude: ["Corpus"], swiftSettings: house),
        // What the suites share: the engine that they run on.
        .target(
            name: "Engines", dependencies: ["Store", "Governance"], path: "Tests/Engines",
            swiftSettings: house),
        .testTarget(name: "StoreTests", dependencies: ["Store", "Engines"], swiftSettings: house),
        .testTarget(name: "RulesTests", dependencies: ["Rules"], swiftSettings: house),
        .testTarget(
            name: "GovernanceTests", dependencies: ["Governance", "Store", "Rules", "Engines", "CZip"],
            swiftSettings: house),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "Web", "Governance", "Store", "Rules", "Engines",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: house),
        .testTarget(name: "HouseTests", dependencies: ["Web", "Governance", "Store"], swiftSettings: house),
    ]
)
