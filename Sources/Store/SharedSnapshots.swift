import Synchronization

/// Short looks that come together share one snapshot: opening one costs several times what such a look does.
///
/// A snapshot is opened after the last look of its round came, so each sees everything that was acknowledged
/// before it was asked. Only for looks of microseconds, as the others of a round wait for each.
package final class SharedSnapshots<Snapshot>: Sendable {
    /// Opens a snapshot, hands it to a body and closes it.
    package typealias Opening =
        @Sendable (_ body: @escaping @Sendable (Snapshot) throws -> Void) async throws -> Void

    /// One look that waits.
    private struct Look: Sendable {
        /// Looks and keeps what came of it. Throws only what the snapshot may not survive.
        let run: @Sendable (Snapshot) throws -> Void
        /// Tells the caller what came of it; the error is for a look that was never made.
        let settle: @Sendable ((any Error)?) -> Void
    }
    private struct Line { var waiting: [Look] = [], isLooking = false }

    private let line = Mutex(Line())
    private let open: Opening

    /// Nobody waits yet.
    package init(open: @escaping Opening) { self.open = open }

    /// What the body answers in the next snapshot that is opened, or throws there.
    package func look<T: Sendable>(_ body: @escaping @Sendable (Snapshot) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { caller in
            let box = Box<T>()
            let look = Look(
                run: { snapshot in
                    let result = Result { try body(snapshot) }
                    box.set(result)
                    if case .failure(let error as StoreError) = result { throw error }
                },
                settle: { failure in caller.resume(with: box.settled(failure)) })
            let isFirst = line.withLock { line in
                line.waiting.append(look)
                defer { line.isLooking = true }
                return !line.isLooking
            }
            // A task of its own begins after those that are about to ask too: they come along.
            if isFirst { Task { await lookAround() } }
        }
    }

    private func lookAround() async {
        while true {
            let round = line.withLock { line in
                line.isLooking = !line.waiting.isEmpty
                defer { line.waiting = [] }
                return line.waiting
            }
            guard !round.isEmpty else { return }
            await look(round[...])
        }
    }

    /// Makes the looks of a round. One that broke its snapshot is told so, and those after it get another.
    private func look(_ round: ArraySlice<Look>) async {
        let made = Atomic(0)
        var failure: (any Error)?
        do {
            try await open { snapshot in
                made.store(0, ordering: .relaxed)
                for look in round {
                    made.add(1, ordering: .relaxed)
                    try look.run(snapshot)
                }
            }
        } catch { failure = error }
        let count = made.load(ordering: .relaxed)
        for look in round.prefix(count) { look.settle(nil) }
        let rest = round.dropFirst(count)
        if count == 0 { for look in rest { look.settle(failure) } } else if !rest.isEmpty { await look(rest) }
    }
}
