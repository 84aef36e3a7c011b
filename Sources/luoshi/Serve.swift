import ArgumentParser
import Foundation
import Governance
import Hummingbird
import HummingbirdHTTP2
import HummingbirdTLS
import Logging
import NIOSSL
import Rules
import Store
import Web

/// `luoshi serve`: the server.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the data folder to browsers and to the API.")
    @OptionGroup var flags: SettingFlags

    func run() async throws {
        let most = OwnProcess.connections()
        let settings = try await Settings(flags)
        let office = try await Opening.office(settings, for: .serving)
        let logger = Self.logger(settings)
        if let words = try OwnProcess.openness(of: settings.folder()) { logger.warning("\(words)") }
        if let url = settings[.database], PostgresDatabase.isLineOpen(url) {
            logger.warning(
                """
                What goes to PostgreSQL may be read or answered by others on the way: add \
                sslmode=verify-full to \(Opening.withoutPassword(url)).
                """
            )
        }
        let isNew = try await office.read { try Offices.listed(in: $0).isEmpty }
        let checkpoints = try settings.checkpoints()
        let key = await Self.signingKey(of: checkpoints, office, logger)
        let app = try application(
            settings, office: office, most: most, code: isNew ? Doors.newFirstRunCode(office.chance) : nil,
            checkpoints: (checkpoints, key), logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await app.runService() }
            group.addTask { try await Self.clockwork(office, logger: logger) }
            group.addTask { try await Self.takingStock(office, logger: logger) }
            group.addTask { try await Self.warming(office, logger: logger) }
            group.addTask { try await Self.indexing(office, logger: logger) }
            group.addTask { try await Self.recounting(office, logger: logger) }
            group.addTask { try await Self.signing(office, checkpoints, logger: logger) }
            // When the server has drained after a signal the clockwork stops with it.
            try await group.next()
            group.cancelAll()
        }
        await Self.signLast(office, checkpoints, logger)
        try await office.database.close()
    }

    private static func logger(_ settings: Settings) -> Logger {
        var logger = Logger(label: "luoshi")
        logger.logLevel = settings[.logLevel].flatMap { Logger.Level(rawValue: $0) } ?? .info
        return logger
    }

    private func application(
        _ settings: Settings, office: Office, most: Int, code: String?,
        checkpoints: (kept: Checkpoints, publicKey: String?), logger: Logger
    ) throws -> Application<RouterResponder<SiteContext>> {
        let (host, port) = (settings[.host] ?? "127.0.0.1", try settings.portNumber())
        let tls = try tlsConfiguration(settings)
        guard let proxies = Proxies(settings[.proxies] ?? "") else {
            throw Failure(
                """
                The setting proxies “\(settings[.proxies] ?? "")” is not a list of IP addresses with \
                commas between, like 127.0.0.1,10.0.0.9.
                """
            )
        }
        let doors = Doors(
            isSecure: tls != nil, proxies: proxies, checkpoints: checkpoints.kept, firstRunCode: code,
            mostConnections: (most, try settings.number(.connectionsEach, in: 1...1_000_000)))
        let scheme = tls == nil ? "http" : "https"
        return Application(
            router: SiteRouter.router(office: office, doors: doors),
            server: .guarded(by: doors, tls),
            configuration: .init(address: .hostname(host, port: port), serverName: nil),
            onServerRunning: { channel in
                let address = "\(scheme)://\(host):\(channel.localAddress?.port ?? port)"
                print("Luoshi serves \(Opening.place(settings)) at \(address)")
                if let code {
                    print("There is no office yet. Found one at \(address)/first-run with the code \(code)")
                }
                if let key = checkpoints.publicKey {
                    print("The log is signed with the public key \(key). Keep it where this machine is not.")
                }
                fflush(nil)
            },
            logger: logger)
    }

    private func tlsConfiguration(_ settings: Settings) throws -> TLSConfiguration? {
        switch (settings[.tlsCertificate], settings[.tlsKey]) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            do {
                let chain = try NIOSSLCertificate.fromPEMFile(certificate).map {
                    NIOSSLCertificateSource.certificate($0)
                }
                let secret = try NIOSSLPrivateKey(file: key, format: .pem)
                var tls = TLSConfiguration.makeServerConfiguration(
                    certificateChain: chain, privateKey: .privateKey(secret))
                tls.minimumTLSVersion = .tlsv12
                // Of TLS 1.2 only the suites that encrypt and prove in one, with a fresh key for each
                // connection.
                tls.cipherSuites = "ECDHE+AESGCM:ECDHE+CHACHA20"
                return tls
            } catch {
                throw Failure("The certificate \(certificate) or the key \(key) cannot be read: \(error)")
            }
        default: throw Failure("tls-certificate and tls-key go together.")
        }
    }

    /// Signs where each chain stands, every hour and behind 10,000 lines. Every process keeps checkpoints of
    /// its own, with the same key.
    private static func signing(_ office: Office, _ checkpoints: Checkpoints, logger: Logger) async throws {
        try await forEver(every: .seconds(60), "the log was not signed", office, logger) { county, _ in
            try await checkpoints.makeIfDue(county, office: office)
        }
    }

    /// The public half of the key that signs; nil, and said, if there is none: people go on without it.
    private static func signingKey(
        of checkpoints: Checkpoints, _ office: Office, _ logger: Logger
    ) async -> String? {
        do { return try await checkpoints.signingKey(for: office).publicKey } catch {
            logger.error("the log is not signed: \(error)")
            return nil
        }
    }

    /// Signs the last lines, as nobody does while no server runs.
    private static func signLast(_ office: Office, _ checkpoints: Checkpoints, _ logger: Logger) async {
        do {
            for county in try await Opening.counties(of: office) {
                try await checkpoints.make(county, at: office.clock.now, office: office)
            }
        } catch { logger.error("the last lines of the log were not signed: \(error)") }
    }

    /// Lets the database look at what it holds, at the start and every six hours.
    private static func takingStock(_ office: Office, logger: Logger) async throws {
        while !Task.isCancelled {
            do { try await office.database.analyze() } catch {
                logger.error("the database could not take stock: \(error)")
            }
            try await Task.sleep(for: .seconds(6 * 3600))
        }
    }

    /// Keeps what figures are counted from at hand, so that no leader waits for it after a start or a busy
    /// night.
    private static func warming(_ office: Office, logger: Logger) async throws {
        try await forEver(every: .seconds(60), "the figures could not be read", office, logger) { county, _ in
            let now = office.clock.now
            if county != .shared { try await office.read { try Figures.warm(county, at: now, in: $0) } }
        }
    }

    /// Counts the coverage of campaigns again once a night, from two o'clock on; a difference is a fault of
    /// the program.
    private static func recounting(_ office: Office, logger: Logger) async throws {
        try await forEver(
            every: .seconds(600), onlyLeader: true, "the coverage was not counted again", office, logger
        ) { county, zone in
            let now = office.clock.now
            guard county != .shared, zone.time(of: now) >= ClockTime(minutes: 120) else { return }
            let differences = try await office.write(in: county) {
                try Coverage.recountDaily(of: county, at: now, in: $0)
            }
            for line in differences ?? [] { logger.error("coverage of \(county): \(line)") }
        }
    }

    /// Takes new words into the search index, a second after they came at the latest unless much is going on.
    private static func indexing(_ office: Office, logger: Logger) async throws {
        try await forEver(every: .seconds(1), onlyLeader: true, "the search index lags", office, logger) {
            county, _ in
            try await office.catchUpSearch(of: county, gently: true)
        }
    }

    /// Lets happen what happens by itself: twice a minute, for every office.
    private static func clockwork(_ office: Office, logger: Logger) async throws {
        try await forEver(every: .seconds(30), onlyLeader: true, "the clockwork stumbled", office, logger) {
            county, _ in
            let now = office.clock.now
            _ = try await office.write(in: county) { try Escalation.run(for: county, at: now, in: $0) }
        }
    }

    /// Does something for every county again and again; what goes wrong in one does not keep it from the
    /// others. `onlyLeader`: of several processes on one database only the elected one does it.
    private static func forEver(
        every pause: Duration, onlyLeader: Bool = false, _ complaint: String, _ office: Office,
        _ logger: Logger, _ body: (County, Zone) async throws -> Void
    ) async throws {
        while !Task.isCancelled {
            guard !onlyLeader || office.database.isLeader else {
                try await Task.sleep(for: .seconds(1))
                continue
            }
            do {
                let offices = try await office.read { try Offices.all(in: $0) }
                for (county, zone) in [(County.shared, Zone.china)] + offices.map({ ($0.county, $0.zone) }) {
                    do { try await body(county, zone) } catch is CancellationError { return } catch {
                        logger.error("\(complaint) in \(county): \(error)")
                    }
                }
            } catch { logger.error("\(complaint): \(error)") }
            try await Task.sleep(for: pause)
        }
    }
}
