package import Governance
import HTTPTypes
import Rules
import Synchronization

/// What the doors of the server know: limits of rate, and whether the cookie may travel on plain http.
package final class Doors: Sendable {
    /// Whether the server speaks TLS itself: the cookie is then `Secure`.
    package let isSecure: Bool
    /// Who tells where a request came from.
    let proxies: Proxies
    /// What the server counts of itself.
    package let metrics = Metrics()
    /// Which sessions are being noted as used.
    let notes = UseNotes()
    /// Connections of any kind.
    let connections = OpenLines()
    /// The lines that are held open for live pages.
    let lines = LiveLines()
    /// What takes a while.
    let longWork = LongWork()
    /// What whoever founds an office has to know: it stands where the server was started. Nil asks for
    /// nothing.
    let firstRunCode: String?
    private let mostConnections: (all: Int, each: Int)
    private let visits = Mutex<Visits>(Visits())

    /// Who came how often, and when those that are over were last swept out: with many strangers at once
    /// never for each of them.
    private struct Visits {
        var known: [String: (ends: Instant, count: Int, most: Int)] = [:], swept = Instant(milliseconds: 0)
    }
    /// So many are told apart. Beyond that those are forgotten who came seldom: many strangers keep no other
    /// one out.
    private static let mostVisits = 50_000

    /// Doors of a server with or without TLS, behind these proxies, which signs checkpoints of the log or
    /// does not, for so many connections in all and from each address.
    package init(
        isSecure: Bool = false, proxies: Proxies = Proxies(), checkpoints: Checkpoints? = nil,
        firstRunCode: String? = nil,
        mostConnections: (all: Int, each: Int) = (.max, 256)
    ) {
        (self.isSecure, self.proxies, self.checkpoints) = (isSecure, proxies, checkpoints)
        (self.firstRunCode, self.mostConnections) = (firstRunCode, mostConnections)
    }

    /// Whether a request travelled encrypted: by a proxy's word if one brought it, else because the server
    /// speaks TLS.
    func isEncrypted(_ peer: String, _ headers: HTTPFields) -> Bool {
        proxies.told(peer, headers).isSecure ?? isSecure
    }

    /// The name of the session's cookie. With the prefix a browser takes it from this very host over https
    /// only, so that no neighbour of the same domain sets one.
    static func cookie(isSecure: Bool) -> String { isSecure ? "__Host-luoshi" : "luoshi" }

    /// A code for a first run, to be read from a screen and typed.
    package static func newFirstRunCode(_ chance: Chance) -> String {
        let letters = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        let code = chance.bytes(8).map { letters[Int($0) % letters.count] }
        return String(code.prefix(4)) + "-" + String(code.suffix(4))
    }

    /// Lets a connection from an address in; nil if that address, or the server, has as many as it may have.
    /// A declared proxy speaks for many and has no limit of its own.
    package func letIn(_ address: String) -> String? {
        let visitor = VisitLimit.party(address)
        let each = proxies.contains(address) ? Int.max : mostConnections.each
        do { try connections.enter(visitor, each: each, most: mostConnections.all) } catch { return nil }
        return visitor
    }

    /// A connection that was let in has ended.
    package func letOut(_ visitor: String) { connections.leave(visitor) }

    private let checkpoints: Checkpoints?

    /// The newest checkpoint of a county's log. Throws `Checkpoints.Failed`.
    func checkpoint(of county: County) throws -> Checkpoint? { try checkpoints?.newest(of: county) }

    /// What a county's log is held against; nil where nobody signs checkpoints.
    func evidence(of county: County, at now: Instant) throws -> Log.Evidence? {
        try checkpoints?.evidence(of: county, at: now)
    }

    /// Counts a visit; throws `Refusal.tooMany` above the limit.
    func admit(_ limit: VisitLimit, from address: String, at now: Instant) throws {
        let key = "\(limit.name) \(VisitLimit.party(address))"
        let wait: Int? = visits.withLock { visits in
            if visits.known.count >= Self.mostVisits, abs(now.since(visits.swept)) >= 1_000 {
                (visits.known, visits.swept) = (visits.known.filter { $0.value.ends > now }, now)
                if visits.known.count >= Self.mostVisits {
                    visits.known = visits.known.filter { $0.value.count * 2 > $0.value.most }
                }
            }
            guard visits.known[key] != nil || visits.known.count < Self.mostVisits else { return 1 }
            let fresh = (
                ends: now.adding(milliseconds: Int64(limit.seconds) * 1000), count: 0, most: limit.most
            )
            var visit = visits.known[key] ?? fresh
            if visit.ends <= now { visit = fresh }
            visit.count += 1
            visits.known[key] = visit
            return visit.count > limit.most ? Int(visit.ends.since(now) / 1000) + 1 : nil
        }
        if let wait { throw Refusal.tooMany(seconds: max(1, wait)) }
    }
}

/// How many lines are held open, by all and by each, until whoever holds one leaves.
final class OpenLines: Sendable {
    private let held = Mutex<(all: Int, each: [String: Int])>((0, [:]))
    /// How many there are.
    var count: Int { held.withLock { $0.all } }

    /// Holds one more for somebody; throws `Refusal.busy` above so many of one person and so many of all.
    func enter(_ person: String, each: Int, most: Int) throws {
        try held.withLock { held in
            guard held.all < most, held.each[person, default: 0] < each else { throw Refusal.busy }
            held.all += 1
            held.each[person, default: 0] += 1
        }
    }

    /// Lets one go.
    func leave(_ person: String) {
        held.withLock { held in
            held.all -= 1
            let left = held.each[person, default: 1] - 1
            held.each[person] = left > 0 ? left : nil
        }
    }
}
