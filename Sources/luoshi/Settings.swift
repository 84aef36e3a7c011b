import ArgumentParser
import Configuration
import Foundation
import Governance
import SystemPackage

/// Every setting of the program. Each is asked in this order: flag, environment, file, default.
enum Setting: String, CaseIterable {
    case data, database
    case databaseReaders = "database-readers"
    case host, port, proxies
    case connectionsEach = "connections-each"
    case tlsCertificate = "tls-certificate"
    case tlsKey = "tls-key"
    case registryKey = "registry-key"
    case checkpointKey = "checkpoint-key"
    case logLevel = "log-level"

    /// What holds if nobody says otherwise; nil is "not set".
    var usual: String? {
        switch self {
        case .data: "luoshi-data"
        case .host: "127.0.0.1"
        case .port: "8311"
        case .databaseReaders: "8"
        case .connectionsEach: "256"
        case .database, .proxies, .tlsCertificate, .tlsKey, .registryKey, .checkpointKey: nil
        case .logLevel: "info"
        }
    }

    /// What it is for.
    var words: String {
        switch self {
        case .data: "the data folder"
        case .database:
            "a PostgreSQL server, postgres://user@host/name; without it the file in the data folder"
        case .databaseReaders: "connections that read from a PostgreSQL server; one more writes"
        case .host: "the address to listen on"
        case .port: "the port to listen on"
        case .proxies:
            """
            addresses of the proxies in front, with commas between: their X-Forwarded-For and -Proto \
            are believed
            """
        case .connectionsEach: "connections that one address may hold open; proxies may hold any number"
        case .tlsCertificate:
            "a PEM file with the certificate chain; with tls-key the server speaks HTTPS and HTTP/2"
        case .tlsKey: "a PEM file with the private key"
        case .registryKey:
            """
            the file with the key that seals personal fields; without it registry.key in the data \
            folder, made when it is missing
            """
        case .checkpointKey:
            "the file with the key that signs the log; without it checkpoint.key in the data folder"
        case .logLevel: "trace, debug, info, notice, warning, error or critical"
        }
    }

    /// The name in the environment: LUOSHI_TLS_KEY.
    var environmentName: String { "LUOSHI_" + rawValue.uppercased().replacing("-", with: "_") }
}

/// The flags that commands share.
struct SettingFlags: ParsableArguments {
    @Option(help: "The data folder.") var data: String?
    @Option(help: "A PostgreSQL server, postgres://user@host/name, instead of the file in the data folder.")
    var database: String?
    @Option(help: "Connections that read from a PostgreSQL server.") var databaseReaders: String?
    @Option(help: "The address to listen on.") var host: String?
    @Option(help: "The port to listen on.") var port: String?
    @Option(help: "The addresses of the proxies in front.") var proxies: String?
    @Option(help: "Connections that one address may hold open.") var connectionsEach: String?
    @Option(help: "A PEM file with the certificate chain.") var tlsCertificate: String?
    @Option(help: "A PEM file with the private key.") var tlsKey: String?
    @Option(help: "The file with the key that seals personal fields.") var registryKey: String?
    @Option(help: "The file with the key that signs the log, apart from the data.") var checkpointKey: String?
    @Option(help: "How much is written to the log.") var logLevel: String?

    var values: [Setting: String] {
        let all: [(Setting, String?)] = [
            (.data, data), (.database, database), (.databaseReaders, databaseReaders), (.host, host),
            (.port, port), (.proxies, proxies),
            (.connectionsEach, connectionsEach), (.tlsCertificate, tlsCertificate),
            (.tlsKey, tlsKey), (.registryKey, registryKey), (.checkpointKey, checkpointKey),
            (.logLevel, logLevel),
        ]
        return Dictionary(uniqueKeysWithValues: all.compactMap { name, value in value.map { (name, $0) } })
    }
}

/// The settings in force, each with the origin of its value.
struct Settings {
    /// Where a value came from.
    enum Origin: String { case flag, environment, file, `default` }
    /// A value and its origin; nil if it is not set anywhere.
    private(set) var found: [Setting: (value: String, origin: Origin)] = [:]

    /// Asks flag, environment, `DATA/luoshi.json`, default. Throws if the file is not JSON.
    init(_ flags: SettingFlags) async throws {
        let environment = ConfigReader(provider: EnvironmentVariablesProvider()).scoped(to: "luoshi")
        let given = ConfigReader(
            provider: InMemoryProvider(
                values: Dictionary(
                    uniqueKeysWithValues: flags.values.map {
                        (
                            AbsoluteConfigKey([$0.key.rawValue]),
                            ConfigValue(.string($0.value), isSecret: false)
                        )
                    })))
        func ask(_ setting: Setting, _ file: ConfigReader?) -> (String, Origin)? {
            let key = ConfigKey([setting.rawValue])
            if let value = given.string(forKey: key) { return (value, .flag) }
            if let value = environment.string(forKey: key) { return (value, .environment) }
            if let value = file?.string(forKey: key) ?? file?.int(forKey: key).map(String.init) {
                return (value, .file)
            }
            return setting.usual.map { ($0, .default) }
        }
        // The folder is asked first: the file lies in it.
        let folder = ask(.data, nil)?.0 ?? "luoshi-data"
        let path = folder + "/luoshi.json"
        var file: ConfigReader?
        if FileManager.default.fileExists(atPath: path) {
            do {
                file = ConfigReader(provider: try await FileProvider<JSONSnapshot>(filePath: FilePath(path)))
            } catch {
                throw Failure("\(path) cannot be read as settings: \(error)")
            }
        }
        for setting in Setting.allCases { found[setting] = ask(setting, setting == .data ? nil : file) }
    }

    /// Only this place, whatever the environment says; everything else as usual.
    init(only place: Setting, _ value: String) {
        for setting in Setting.allCases { found[setting] = setting.usual.map { ($0, .default) } }
        found[place] = (value, .flag)
    }

    subscript(setting: Setting) -> String? { found[setting]?.value }

    /// The data folder, made if it is missing.
    func folder() throws -> URL {
        let url = URL(filePath: self[.data] ?? "luoshi-data", directoryHint: .isDirectory)
        do { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) } catch {
            throw Failure("The data folder \(url.path) cannot be made: \(error.localizedDescription)")
        }
        return url
    }

    /// What seals personal fields: the key of the named file, or of `registry.key` in the data folder, which
    /// is made there once.
    func registrySecret() throws -> RegistryKey {
        let file =
            try self[.registryKey].map { URL(filePath: $0) } ?? folder().appending(path: "registry.key")
        guard self[.registryKey] == nil || FileManager.default.fileExists(atPath: file.path) else {
            throw Failure("There is no key file \(file.path).")
        }
        do { return try RegistryKey.inFile(file) } catch {
            throw Failure("The key that seals personal fields cannot be had: \(error)")
        }
    }

    /// The log's checkpoints in the data folder, signed with the key of the named file or of that folder.
    func checkpoints() throws -> Checkpoints { Checkpoints(folder: try folder(), keyFile: checkpointKeyFile) }

    /// The file of the key that signs the log.
    var checkpointKeyFile: URL {
        let folder = URL(filePath: self[.data] ?? "luoshi-data", directoryHint: .isDirectory)
        return self[.checkpointKey].map { URL(filePath: $0) } ?? folder.appending(path: "checkpoint.key")
    }

    /// The port as a number.
    func portNumber() throws -> Int { try number(.port, in: 0...65_535) }

    /// A setting that is a whole number in a range.
    func number(_ setting: Setting, in range: ClosedRange<Int>) throws -> Int {
        guard let number = Int(self[setting] ?? ""), range.contains(number) else {
            throw Failure(
                """
                The setting \(setting.rawValue) “\(self[setting] ?? "")” is not a number from \
                \(range.lowerBound) to \(range.upperBound).
                """
            )
        }
        return number
    }
}

/// `luoshi settings`: every setting with the origin of its value.
struct ShowSettings: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "Show every setting and where its value comes from.")
    @OptionGroup var flags: SettingFlags

    func run() async throws {
        let settings = try await Settings(flags)
        for setting in Setting.allCases {
            let found = settings.found[setting]
            let name = setting.rawValue.padding(toLength: 16, withPad: " ", startingAt: 0)
            let origin = (found?.origin.rawValue ?? "unset").padding(
                toLength: 12, withPad: " ", startingAt: 0)
            let value =
                found.map { setting == .database ? Opening.withoutPassword($0.value) : $0.value } ?? "-"
            print("\(name) \(origin) \(value)    # \(setting.words); \(setting.environmentName)")
        }
    }
}
