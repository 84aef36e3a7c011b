import Foundation
package import Rules

/// Where the present comes from. Only the composition asks the system; everybody else is handed `now`.
package struct Clock: Sendable {
    private let tell: @Sendable () -> Instant
    /// The present moment.
    package var now: Instant { tell() }
    /// A clock that asks a function.
    package init(_ tell: @escaping @Sendable () -> Instant) { self.tell = tell }

    /// The machine's clock.
    package static let system = Clock { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

    /// A clock that showed `start` when it was made and runs on from there: the demo's own time.
    package static func running(from start: Instant) -> Clock {
        let opened = system.now
        return Clock { start.adding(milliseconds: system.now.since(opened)) }
    }
}

/// Where chance comes from: the system's generator, or a seeded one for the demo and for tests.
package struct Chance: Sendable {
    private let draw: @Sendable () -> UInt64
    /// 64 random bits.
    package func bits() -> UInt64 { draw() }
    /// So many random bytes.
    package func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: bits()) } }
    /// A source that asks a function.
    package init(_ draw: @escaping @Sendable () -> UInt64) { self.draw = draw }
    /// The system's secure generator.
    package static let system = Chance { UInt64.random(in: .min ... .max) }
}
