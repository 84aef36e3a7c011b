import Governance
package import Rules
import Synchronization

/// What the doors of the server know: limits of rate, and whether the cookie may travel on plain http.
package final class Doors: Sendable {
    /// Whether the server speaks TLS itself: the cookie is then `Secure`.
    package let isSecure: Bool
    /// What the server counts of itself.
    package let meters = Meters()
    private let visits = Mutex<[String: (ends: Instant, count: Int)]>([:])

    /// Doors of a server with or without TLS.
    package init(isSecure: Bool = false) { self.isSecure = isSecure }

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
