import Synchronization

/// A stream with an element for one or more words since the last, which ends when the store closes; and a way
/// to wake it without news, such as when it is time for a sign of life.
package typealias Following = (words: AsyncStream<Void>, wake: @Sendable () -> Void)

/// Tells whoever follows a topic that something changed there, after the change is durable. It carries no
/// content: a follower looks for itself, so that one word too many does no harm and several may be told as
/// one.
final class News: Sendable {
    private struct Followers { var next = 0, byTopic: [String: [Int: AsyncStream<Void>.Continuation]] = [:] }
    private let followers = Mutex(Followers())

    /// Follows a topic until the task that reads the stream ends.
    func subscribe(_ topic: String) -> Following {
        let (words, continuation) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = followers.withLock { all in
            all.next += 1
            all.byTopic[topic, default: [:]][all.next] = continuation
            return all.next
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.followers.withLock { $0.byTopic[topic]?.removeValue(forKey: number) }
        }
        return (words, { continuation.yield() })
    }

    /// Wakes who follows one of these topics.
    func notify(_ topics: some Sequence<String>) {
        for follower in followers.withLock({ all in
            topics.flatMap { all.byTopic[$0]?.values.map { $0 } ?? [] }
        }) { follower.yield() }
    }

    /// Wakes everybody: after a time in which words may have been missed.
    func notifyAll() { notify(followers.withLock { Array($0.byTopic.keys) }) }

    /// Ends every stream.
    func end() {
        // Outside the lock: the end of a stream takes it out of the list.
        for follower in followers.withLock({ $0.byTopic.values.flatMap(\.values) }) { follower.finish() }
    }
}
