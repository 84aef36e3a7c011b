import Testing

@testable import Store

/// The pool's decisions, without any connection.
struct PoolStateTests {
    @Test func `whoever asks gets a free line, then waits, then is refused`() {
        var pool = PoolState<String>(lines: 2, bound: 1)
        guard case .use(let first) = pool.ask("a"), case .use(let second) = pool.ask("b") else {
            return #expect(Bool(false), "two lines are free")
        }
        #expect(first != second && pool.busy == 2)
        guard case .wait = pool.ask("c") else { return #expect(Bool(false), "one may wait") }
        guard case .refuse = pool.ask("d") else { return #expect(Bool(false), "and no more") }
        #expect(pool.done(with: first) == "c", "who waited takes the line over")
        #expect(pool.busy == 2)
        #expect(pool.done(with: first) == nil && pool.done(with: second) == nil)
        #expect(pool.busy == 0)
    }

    @Test
    func
        `however they come and go, no line is used twice at once, nobody is forgotten and the longest wait ends first`()
    {
        var chance = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var pool = PoolState<Int>(lines: 3, bound: 5)
            var (used, waiting, next) = (Set<Int>(), [Int](), 0)
            for _ in 0..<100 {
                if Bool.random(using: &chance) || used.isEmpty {
                    switch pool.ask(next) {
                    case .use(let line): #expect(used.insert(line).inserted && waiting.isEmpty)
                    case .wait: waiting.append(next)
                    case .refuse: #expect(waiting.count == 5 && used.count == 3)
                    }
                    next += 1
                } else if let line = used.randomElement(using: &chance) {
                    let taken = pool.done(with: line)
                    #expect(taken == waiting.first)
                    if taken == nil { used.remove(line) } else { waiting.removeFirst() }
                }
                #expect(pool.busy == used.count)
            }
        }
    }
}
