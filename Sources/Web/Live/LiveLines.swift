import Governance
import Synchronization

/// The lines that live pages hold open: so many of each person, so many of all.
///
/// Whoever takes one more than a person may hold ends the oldest of their own. A clerk who turns pages leaves
/// lines behind that the server notices only when it next writes to them; they must not be refused for that.
final class LiveLines: Sendable {
    fileprivate final class Line: Sendable {
        let state = Mutex<(isOver: Bool, wake: (@Sendable () -> Void)?)>((false, nil))

        func end() {
            let wake = state.withLock { state in
                state.isOver = true
                return state.wake
            }
            wake?()
        }
    }

    private let held = Mutex<(all: Int, each: [String: [Line]])>((0, [:]))
    /// How many there are.
    var count: Int { held.withLock { $0.all } }

    fileprivate func take(_ person: String, each: Int, most: Int) throws -> Line {
        let (line, oldest) = try held.withLock { held in
            var own = held.each[person] ?? []
            let oldest = own.count >= each ? own.removeFirst() : nil
            guard oldest != nil || held.all < most else { throw Refusal.busy }
            let line = Line()
            held.each[person] = own + [line]
            if oldest == nil { held.all += 1 }
            return (line, oldest)
        }
        oldest?.end()
        return line
    }

    fileprivate func leave(_ line: Line, of person: String) {
        held.withLock { held in
            guard var own = held.each[person], let place = own.firstIndex(where: { $0 === line }) else {
                return
            }
            own.remove(at: place)
            held.each[person] = own.isEmpty ? nil : own
            held.all -= 1
        }
    }
}

/// A line that somebody holds: it is free again when they leave, or when nobody can use it any more.
final class HeldLine: Sendable {
    private let lines: LiveLines, person: String, line: LiveLines.Line

    /// Takes one; throws `Refusal.busy` above so many of all.
    init(_ lines: LiveLines, _ person: String, each: Int, most: Int) throws {
        (self.lines, self.person, line) = (lines, person, try lines.take(person, each: each, most: most))
    }

    /// Whether a newer line of the same person took its place.
    var isOver: Bool { line.state.withLock { $0.isOver } }

    /// Says what to call when a newer line takes its place.
    func whenOver(_ wake: @escaping @Sendable () -> Void) { line.state.withLock { $0.wake = wake } }

    /// Lets it go; a second time changes nothing.
    func leave() { lines.leave(line, of: person) }

    deinit { leave() }
}
