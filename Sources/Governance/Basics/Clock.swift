import Foundation
package import Rules
import Synchronization

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
    /// A generator that gives the same numbers for the same seed (SplitMix64): for the demo and for tests.
    package static func seeded(_ seed: UInt64) -> Chance {
        let box = Kept(seed)
        return Chance { box.next() }
    }
    private final class Kept: Sendable {
        private let state: Mutex<UInt64>
        init(_ seed: UInt64) { state = Mutex(seed) }
        func next() -> UInt64 {
            state.withLock { state in
                state &+= 0x9E37_79B9_7F4A_7C15
                var z = state
                z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
                z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
                return z ^ (z >> 31)
            }
        }
    }
    /// A whole number from 0 up to, not including, a bound.
    package func below(_ bound: Int) -> Int { bound <= 1 ? 0 : Int(bits() % UInt64(bound)) }
    /// One of a list.
    package func one<T>(of list: [T]) -> T { list[below(list.count)] }

    /// The system's secure generator.
    package static let system = Chance { UInt64.random(in: .min ... .max) }
}
