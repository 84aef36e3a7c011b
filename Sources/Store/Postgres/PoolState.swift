/// Which lines to the server are free and who waits for one: decides, and does nothing itself.
struct PoolState<Waiter> {
    /// What to do with somebody who wants a line.
    enum Answer { case use(Int), wait, refuse }

    /// The lines that nobody uses.
    private(set) var free: [Int]
    private(set) var waiting: [Waiter] = []
    private let count: Int, bound: Int

    /// So many lines, and so many who may wait.
    init(lines: Int, bound: Int) { (free, count, self.bound) = (Array((0..<lines).reversed()), lines, bound) }

    /// How many lines are in use.
    var busy: Int { count - free.count }

    /// Somebody wants a line.
    mutating func ask(_ waiter: Waiter) -> Answer {
        if let line = free.popLast() { return .use(line) }
        guard waiting.count < bound else { return .refuse }
        waiting.append(waiter)
        return .wait
    }

    /// Somebody is done with a line: it goes to whoever waited longest, or becomes free.
    mutating func done(with line: Int) -> Waiter? {
        if waiting.isEmpty {
            free.append(line)
            return nil
        }
        return waiting.removeFirst()
    }
}
