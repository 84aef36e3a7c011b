import Foundation
import Governance
import Synchronization

/// Work that takes a while, such as a workbook, a walk along the log or an import: two at once in the process
/// and one a person, each on a thread of its own. Whoever only looks at a page finds a reader of the database
/// and a thread free, whatever is exported.
final class LongWork: Sendable {
    /// How many are done at once.
    static let most = 2

    private struct State {
        var free = (1...LongWork.most).map { Lane($0) }
        var people: Set<String> = []
        var waiting: [CheckedContinuation<Lane, Never>] = []
    }
    private let state = Mutex(State())

    /// Does it when it is its turn. Throws `Refusal.notNow` if something of the same person is still being
    /// done.
    func run<T: Sendable>(for person: String, _ body: @Sendable () async throws -> T) async throws -> T {
        guard state.withLock({ $0.people.insert(person).inserted }) else {
            throw Refusal.notNow(
                Phrase(
                    zh: "您的上一项（导出、导入、核验或试算）还在做，请等它做完再试。",
                    en:
                        """
                        Your last export, import, verification or dry run is still being done. Please \
                        wait for it to end.
                        """
                ))
        }
        let lane = await withCheckedContinuation { turn in
            let lane = state.withLock { state -> Lane? in
                if let lane = state.free.popLast() { return lane }
                state.waiting.append(turn)
                return nil
            }
            if let lane { turn.resume(returning: lane) }
        }
        defer { leave(person, lane) }
        return try await withTaskExecutorPreference(lane) { try await body() }
    }

    private func leave(_ person: String, _ lane: Lane) {
        let next = state.withLock { state -> CheckedContinuation<Lane, Never>? in
            state.people.remove(person)
            guard !state.waiting.isEmpty else {
                state.free.append(lane)
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume(returning: lane)
    }

    /// One thread that may be held for as long as the work takes. A queue that does one thing after the other
    /// has a thread beside those that all requests share; a concurrent one would take these, and with as many
    /// works as cores all of them.
    private final class Lane: TaskExecutor {
        private let queue: DispatchQueue
        init(_ number: Int) { queue = DispatchQueue(label: "luoshi.long.\(number)", qos: .utility) }

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }
}
