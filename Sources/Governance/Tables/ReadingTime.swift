/// How long the reading of a file that somebody sent may take. It is no matter of the business: what takes longer than a minute
/// is made to take long, or is too large to be read in the middle of a working day.
struct ReadingTime: Sendable {
    private let end: ContinuousClock.Instant

    /// A minute from now.
    static var minute: ReadingTime { ReadingTime(end: .now + .seconds(60)) }

    /// Throws `Refusal.invalid` once the time is over.
    func need() throws {
        guard ContinuousClock.now > end else { return }
        throw Refusal.invalid(
            "file", zh: "这个文件读了一分钟还没有读完，没有导入。请拆成几个文件，或另存一次再试。",
            en: "This file was not read within a minute and was not taken. Please split it, or save it anew and try again.")
    }
}
