/// How long the reading of a file that somebody sent may take, and how much of it is taken. It is no matter
/// of the business: what takes longer than a minute is made to take long, or is too large to be read in the
/// middle of a working day.
struct ReadingLimits: Sendable {
    private let end: ContinuousClock.Instant
    /// How many elements the parts of a workbook may still have. A cell that says something has two, with a
    /// formula three.
    private(set) var elements: Int
    /// What a text costs beside its two elements: it is kept.
    private static let textCost = 2

    /// A minute from now, and as many elements as a file of so many bytes may have: sheets that people keep
    /// have one in two or three bytes, or many cells of one look and no more.
    init(bytes: Int) {
        end = .now + .seconds(60)
        elements = min(2 * Table.mostCells, 1_500_000 + bytes / 5 * 3)
    }

    /// The most texts that there is still room for.
    var texts: Int { elements / (2 + Self.textCost) }

    /// Counts the elements of a part.
    mutating func use(elements used: Int) { elements = max(0, elements - used) }
    /// Counts texts that are kept.
    mutating func use(texts used: Int) { use(elements: used * Self.textCost) }

    /// Throws `Refusal.invalid` once the time is over.
    func needTime() throws {
        guard ContinuousClock.now > end else { return }
        throw Refusal.invalid(
            "file", zh: "这个文件读了一分钟还没有读完，没有导入。请拆成几个文件，或另存一次再试。",
            en:
                """
                This file was not read within a minute and was not taken. Please split it, or save it \
                anew and try again.
                """
        )
    }

    /// More elements than a sheet of that size has.
    static var tooMany: Refusal {
        .invalid(
            "file", zh: "这个文件里的格子太多，多半是只有格式、没有内容的空格子。请删去表后面的空行空列，或拆成几个文件再传；也可以在服务器上用 luoshi import。",
            en: """
                This file has too many cells, most of them probably empty ones with a format. Delete the \
                empty rows and columns, \
                split it, or use `luoshi import` on the server.
                """)
    }
}
