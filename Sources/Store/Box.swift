import Synchronization

/// Carries what a body answered, on whatever thread it ran, to whoever waits for it.
final class Box<T: Sendable>: Sendable {
    private let outcome = Mutex<Result<T, any Error>?>(nil)
    func set(_ result: Result<T, any Error>) { outcome.withLock { $0 = result } }
    /// What the caller is told. `failure`: what befell the round that the body was in.
    func settled(_ failure: (any Error)?) -> Result<T, any Error> {
        outcome.withLock { outcome in
            // The body's own refusal is truer than a failure of the batch that it did not want to be in.
            if case .failure(let own)? = outcome { return .failure(own) }
            if let failure { return .failure(failure) }
            return outcome ?? .failure(StoreError.unavailable("the request was not run"))
        }
    }
}
