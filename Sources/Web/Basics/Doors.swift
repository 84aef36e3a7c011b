package import Governance
package import Rules
import Synchronization

/// What the doors of the server know: limits of rate, and whether the cookie may travel on plain http.
package final class Doors: Sendable {
    /// Whether the server speaks TLS itself: the cookie is then `Secure`.
    package let isSecure: Bool
    /// Who tells where a request came from.
    let proxies: Proxies
    /// What the server counts of itself.
    package let meters = Meters()
    /// The lines that are held open for live pages.
    let lines = OpenLines()
    private let visits = Mutex<[String: (ends: Instant, count: Int)]>([:])

    /// Doors of a server with or without TLS, behind these proxies, which signs checkpoints of the log or does not.
    package init(isSecure: Bool = false, proxies: Proxies = Proxies(), checkpoints: Checkpoints? = nil) {
        (self.isSecure, self.proxies, self.checkpoints) = (isSecure, proxies, checkpoints)
    }

    private let checkpoints: Checkpoints?
    private let newest = Mutex<(read: Instant, all: [Checkpoint])?>(nil)

    /// The newest checkpoint of a county's log; the file is read once a minute at most. Throws `Checkpoints.Failed`.
    func checkpoint(of county: County, at now: Instant) throws -> Checkpoint? {
        guard let checkpoints else { return nil }
        return try newest.withLock { newest in
            if newest.map({ abs(now.since($0.read)) > 60_000 }) ?? true { newest = (now, try checkpoints.all()) }
            return newest?.all.last { $0.county == county }
        }
    }

    /// Counts a visit; throws `Refusal.tooMany` above so many in a window of so many seconds.
    package func admit(_ what: String, from address: String, most: Int, seconds: Int, at now: Instant) throws {
        let key = "\(what) \(address)"
        let wait: Int? = visits.withLock { visits in
            if visits.count > 50_000 { visits = visits.filter { $0.value.ends > now } }
            let fresh = (ends: now.adding(milliseconds: Int64(seconds) * 1000), count: 0)
            var visit = visits[key] ?? fresh
            if visit.ends <= now { visit = fresh }
            visit.count += 1
            visits[key] = visit
            return visit.count > most ? Int(visit.ends.since(now) / 1000) + 1 : nil
        }
        if let wait { throw Refusal.tooMany(seconds: max(1, wait)) }
    }
}

/// How many lines are held open, each until its browser leaves.
final class OpenLines: Sendable {
    private let held = Mutex(0)
    /// How many there are.
    var count: Int { held.withLock { $0 } }

    /// Holds one more; throws `Refusal.busy` above so many.
    func enter(most: Int) throws {
        try held.withLock { held in
            guard held < most else { throw Refusal.busy }
            held += 1
        }
    }

    /// Lets one go.
    func leave() { held.withLock { $0 -= 1 } }
}
