/// How long the reading of a file that somebody sent may take, and how much of it is taken. It is no matter of the business: what
/// takes longer than a minute is made to take long, or is too large to be read in the middle of a working day.
struct ReadingLimits: Sendable {
    private let end: ContinuousClock.Instant
    /// The most elements of one part of a workbook: a cell that says something has two, with a formula three.
    let elements = 2 * Table.mostCells

    /// A minute from now.
    static var minute: ReadingLimits { ReadingLimits(end: .now + .seconds(60)) }

    /// Throws `Refusal.invalid` once the time is over.
    func needTime() throws {
        guard ContinuousClock.now > end else { return }
        throw Refusal.invalid(
            "file", zh: "这个文件读了一分钟还没有读完，没有导入。请拆成几个文件，或另存一次再试。",
            en: "This file was not read within a minute and was not taken. Please split it, or save it anew and try again.")
    }
}
