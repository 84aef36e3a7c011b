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
    static let configuration = CommandConfiguration(abstract: "Serve the data folder to browsers and to the API.")
    @OptionGroup var flags: SettingFlags

    func run() async throws {
        let settings = try await Settings(flags)
        let office = try await Opening.office(settings, for: .serving)
        let logger = Self.logger(settings)
        let app = try application(settings, office: office, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await app.runService() }
            group.addTask { try await Self.clockwork(office, logger: logger) }
            group.addTask { try await Self.takingStock(office, logger: logger) }
            group.addTask { try await Self.warming(office, logger: logger) }
            group.addTask { try await Self.indexing(office, logger: logger) }
            group.addTask { try await Self.recounting(office, logger: logger) }
            let checkpoints = Checkpoints(folder: try settings.folder())
            group.addTask { try await Self.signing(office, checkpoints, logger: logger) }
            // When the server has drained after a signal the clockwork stops with it.
            try await group.next()
            group.cancelAll()
        }
        try await office.database.close()
    }

    private static func logger(_ settings: Settings) -> Logger {
        var logger = Logger(label: "luoshi")
        logger.logLevel = settings[.logLevel].flatMap { Logger.Level(rawValue: $0) } ?? .info
        return logger
    }

    private func application(_ settings: Settings, office: Office, logger: Logger) throws -> Application<RouterResponder<Knock>> {
        let (host, port) = (settings[.host] ?? "127.0.0.1", try settings.portNumber())
        let tls = try tlsConfiguration(settings)
        guard let proxies = Proxies(settings[.proxies] ?? "") else {
            throw Failure("The setting proxies “\(settings[.proxies] ?? "")” is not a list of IP addresses with commas between, like 127.0.0.1,10.0.0.9.")
        }
        let doors = Doors(isSecure: tls != nil, proxies: proxies, checkpoints: Checkpoints(folder: try settings.folder()))
        let scheme = tls == nil ? "http" : "https"
        return Application(
            router: Entrance.router(office: office, doors: doors),
            server: try tls.map { try .http2Upgrade(tlsConfiguration: $0) } ?? .http1(),
            configuration: .init(address: .hostname(host, port: port), serverName: nil),
            onServerRunning: { channel in
                print("Luoshi serves \(Opening.place(settings)) at \(scheme)://\(host):\(channel.localAddress?.port ?? port)")
                fflush(nil)
            },
            logger: logger)
    }

    private func tlsConfiguration(_ settings: Settings) throws -> TLSConfiguration? {
        switch (settings[.tlsCertificate], settings[.tlsKey]) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            do {
                let chain = try NIOSSLCertificate.fromPEMFile(certificate).map { NIOSSLCertificateSource.certificate($0) }
                let secret = try NIOSSLPrivateKey(file: key, format: .pem)
                return TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(secret))
            } catch { throw Failure("The certificate \(certificate) or the key \(key) cannot be read: \(error)") }
        default: throw Failure("tls-certificate and tls-key go together.")
        }
    }

    /// Signs once a day where each chain stands.
    private static func signing(_ office: Office, _ checkpoints: Checkpoints, logger: Logger) async throws {
        try await forEver(every: .seconds(600), "the log was not signed", office, logger) { county, zone in
            try await checkpoints.makeDaily(county, zone: zone, office: office)
        }
    }

    /// Lets the database look at what it holds, at the start and every six hours.
    private static func takingStock(_ office: Office, logger: Logger) async throws {
        while !Task.isCancelled {
            do { try await office.database.takeStock() } catch { logger.error("the database could not take stock: \(error)") }
            try await Task.sleep(for: .seconds(6 * 3600))
        }
    }

    /// Keeps what figures are counted from at hand, so that no leader waits for it after a start or a busy night.
    private static func warming(_ office: Office, logger: Logger) async throws {
        try await forEver(every: .seconds(60), "the figures could not be read", office, logger) { county, _ in
            let now = office.clock.now
            if county != .shared { try await office.read { try Figures.warm(county, at: now, in: $0) } }
        }
    }

    /// Counts the coverage of campaigns again once a night, from two o'clock on; a difference is a fault of the program.
    private static func recounting(_ office: Office, logger: Logger) async throws {
        try await forEver(every: .seconds(600), onlyElected: true, "the coverage was not counted again", office, logger) { county, zone in
            let now = office.clock.now
            guard county != .shared, zone.time(of: now) >= ClockTime(minutes: 120) else { return }
            let differences = try await office.write(in: county) { try Coverage.recountDaily(of: county, at: now, in: $0) }
            for line in differences ?? [] { logger.error("coverage of \(county): \(line)") }
        }
    }

    /// Takes new words into the search index, a second after they came at the latest unless much is going on.
    private static func indexing(_ office: Office, logger: Logger) async throws {
        try await forEver(every: .seconds(1), onlyElected: true, "the search index lags", office, logger) { county, _ in
            try await office.catchUpSearch(of: county, gently: true)
        }
    }

    /// Lets happen what happens by itself: twice a minute, for every office.
    private static func clockwork(_ office: Office, logger: Logger) async throws {
        try await forEver(every: .seconds(30), onlyElected: true, "the clockwork stumbled", office, logger) { county, _ in
            let now = office.clock.now
            _ = try await office.write(in: county) { try Escalation.run(for: county, at: now, in: $0) }
        }
    }

    /// Does something for every county again and again; what goes wrong in one does not keep it from the others.
    /// `onlyElected`: of several processes on one database only the elected one does it.
    private static func forEver(
        every pause: Duration, onlyElected: Bool = false, _ complaint: String, _ office: Office, _ logger: Logger, _ body: (County, Zone) async throws -> Void
    ) async throws {
        while !Task.isCancelled {
            guard !onlyElected || office.database.isElected else {
                try await Task.sleep(for: .seconds(1))
                continue
            }
            do {
                let offices = try await office.read { try Offices.all(in: $0) }
                for (county, zone) in [(County.shared, Zone.china)] + offices.map({ ($0.county, $0.zone) }) {
                    do { try await body(county, zone) } catch is CancellationError { return } catch { logger.error("\(complaint) in \(county): \(error)") }
                }
            } catch { logger.error("\(complaint): \(error)") }
            try await Task.sleep(for: pause)
        }
    }
}
