package import Rules
import Synchronization

/// How fast somebody may guess. An attempt is counted before anything is hashed, so that guesses side by side
/// share one count; after a few each has to wait, longer and longer. Nobody is locked out: an account's own
/// networks keep a count of their own, and whether a login exists makes no difference.
///
/// Kept in the memory of one process and bounded: of several processes each counts for itself.
package final class SignInPace: Sendable {
    /// Attempts that cost nothing.
    package static let free = 5
    /// The longest wait from one network, and between attempts from all strange networks together, in
    /// seconds.
    package static let longest = 900, longestForStrangers = 30
    /// Failures from strange networks before those have to share one pace, within a day.
    static let strangers = 20
    /// So many counts are kept.
    private let most: Int

    private struct Count { var attempts = 0, next: Instant, ends: Instant }
    private let counts = Mutex<[String: Count]>([:])

    /// Nothing counted yet.
    package init(most: Int = 100_000) { self.most = most }

    /// Counts an attempt; throws `Refusal.tooMany` if it comes too early, and then it is not counted.
    /// - Parameters:
    ///   - name: what is guessed: a county's login, or what stands behind it.
    ///   - network: where it comes from.
    ///   - isKnown: whether the account signed in from there before.
    package func enter(_ name: String, from network: String, isKnown: Bool, at now: Instant) throws {
        let wait: Int64? = counts.withLock { counts in
            if counts.count >= most { makeRoom(&counts, at: now) }
            let (own, all) = ("\(name)\u{0}\(network)", name)
            let limits: [(key: String, free: Int, longest: Int)] =
                [(own, Self.free, Self.longest)]
                + (isKnown ? [] : [(all, Self.strangers, Self.longestForStrangers)])
            for limit in limits {
                if let count = counts[limit.key], count.ends > now, count.next > now {
                    return count.next.since(now)
                }
            }
            for limit in limits {
                var count =
                    counts[limit.key].flatMap { $0.ends > now ? $0 : nil } ?? Count(next: now, ends: now)
                count.attempts += 1
                count.ends = now.adding(hours: 24)
                let over = count.attempts - limit.free
                if over >= 0 {
                    count.next = now.adding(
                        milliseconds: Int64(min(limit.longest, 1 << min(over, 20))) * 1000)
                }
                counts[limit.key] = count
            }
            return nil
        }
        if let wait { throw Refusal.tooMany(seconds: Int((wait + 999) / 1000)) }
    }

    /// Forgets what is over; if that is not enough, what holds nobody back yet; then what holds back least.
    /// Whoever floods it with logins that do not exist keeps nobody out.
    private func makeRoom(_ counts: inout [String: Count], at now: Instant) {
        counts = counts.filter { $0.value.ends > now }
        if counts.count > most / 2 { counts = counts.filter { $0.value.attempts >= Self.free } }
        guard counts.count > most / 2 else { return }
        counts = Dictionary(
            uniqueKeysWithValues: counts.sorted { $0.value.next > $1.value.next }.prefix(most / 2).map {
                ($0.key, $0.value)
            })
    }

    /// Forgets a network's attempts once the right answer came from there.
    package func succeed(_ name: String, from network: String) {
        counts.withLock { $0["\(name)\u{0}\(network)"] = nil }
    }

    /// Forgets every attempt at a name: somebody set a new password.
    package func forget(_ name: String) {
        counts.withLock { counts in
            counts = counts.filter { $0.key != name && !$0.key.hasPrefix("\(name)\u{0}") }
        }
    }
}
