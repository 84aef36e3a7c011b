import Foundation

/// Work that takes a while and waits for nothing, on a thread of its own: the few threads that all requests
/// share stay free.
enum Aside {
    private static let queue = DispatchQueue(label: "luoshi.aside")

    /// One after the other, so that large bodies never take more than one core.
    static func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { waiting in
            queue.async { waiting.resume(with: Result { try body() }) }
        }
    }
}
