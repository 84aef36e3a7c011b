import Governance
package import Rules
import Synchronization

/// What the doors of the server know: limits of rate, and whether the cookie may travel on plain http.
package final class Doors: Sendable {
    /// Whether the server speaks TLS itself: the cookie is then `Secure`.
    package let isSecure: Bool
    private let visits = Mutex<[String: (windowStart: Instant, count: Int)]>([:])

    /// Doors of a server with or without TLS.
    package init(isSecure: Bool = false) { self.isSecure = isSecure }

    /// Counts a visit; throws `Refusal.tooMany` above so many in a window of so many seconds.
    package func admit(_ what: String, from address: String, most: Int, seconds: Int, at now: Instant) throws {
        let key = "\(what) \(address)"
        let wait: Int? = visits.withLock { visits in
            if visits.count > 50_000 { visits = visits.filter { now.since($0.value.windowStart) < Int64(seconds) * 1000 } }
            var visit = visits[key] ?? (now, 0)
            if now.since(visit.windowStart) >= Int64(seconds) * 1000 { visit = (now, 0) }
            visit.count += 1
            visits[key] = visit
            return visit.count > most ? seconds - Int(now.since(visit.windowStart) / 1000) : nil
        }
        if let wait { throw Refusal.tooMany(seconds: max(1, wait)) }
    }
}
