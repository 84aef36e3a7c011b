import Governance
import Rules
import Synchronization

/// Which sessions were noted as used lately: of the requests of a page that come together one writes.
final class UseNotes: Sendable {
    private let notes = Mutex<[String: Instant]>([:])
    private static let most = 20_000

    /// Whether nobody noted this session within the last minute; from now on somebody did.
    func isFirst(_ session: String, at now: Instant) -> Bool {
        notes.withLock { notes in
            if let last = notes[session], abs(now.since(last)) < 60_000 { return false }
            if notes.count >= Self.most { notes = notes.filter { abs(now.since($0.value)) < 60_000 } }
            notes[session] = now
            return true
        }
    }
}
