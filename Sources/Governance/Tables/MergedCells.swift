import Rules

/// The blocks of merged cells of a sheet: all their cells have the value of the first.
struct MergedCells: Sendable {
    /// One block: rows and columns from 0.
    fileprivate struct Block: Sendable { var rows: ClosedRange<Int>, columns: ClosedRange<Int> }

    private var blocks: [Block] = [], covered = 0
    /// The most blocks, and the most columns that they cover together: a register merges some dozen columns a
    /// household.
    private static let mostBlocks = 1_000_000, mostCovered = 5_000_000

    /// Notes a block as a sheet writes it (`A1:B3`); what is none is no block. Throws `Refusal.invalid` if
    /// there are too many.
    mutating func add(_ reference: UnsafePointer<CChar>) throws {
        guard let from = CellPlace(reference), from.rest[0] == CellPlace.colon,
            let to = CellPlace(from.rest + 1), to.rest[0] == 0,
            from.row <= to.row, from.column <= to.column, from.column < Spreadsheet.mostColumns
        else { return }
        let columns = from.column...min(to.column, Spreadsheet.mostColumns - 1)
        covered += columns.count
        guard blocks.count < Self.mostBlocks, covered <= Self.mostCovered else {
            throw Refusal.invalid(
                "file", zh: "合并单元格太多，没有读。请取消合并、另存一次再传。",
                en:
                    """
                    There are too many merged cells; the file was not read. Undo the merging, save it \
                    and send it again.
                    """
            )
        }
        blocks.append(Block(rows: from.row...to.row, columns: columns))
    }

    /// What fills the rows from the first to the last.
    func filling() -> Filling {
        Filling(
            blocks: blocks.sorted {
                ($0.rows.lowerBound, $0.columns.lowerBound) < ($1.rows.lowerBound, $1.columns.lowerBound)
            })
    }

    /// Fills one row after the other.
    struct Filling {
        /// In the order of their first row, and the first that was not met yet.
        private let blocks: [Block]
        private var next = 0
        /// What a block says of each column below its corner, and down to which row.
        private var cover: [Int: (last: Int, text: String)] = [:]

        fileprivate init(blocks: [Block]) { self.blocks = blocks }

        /// Fills a row by its number (the first is 1). A column is of one block at a time, so a row costs as
        /// much as it is wide, however many blocks overlap.
        mutating func fill(_ cells: inout [String], of line: Int) {
            let row = line - 1
            if !cover.isEmpty { cover = cover.filter { $0.value.last >= row } }
            while next < blocks.count, blocks[next].rows.lowerBound <= row {
                let block = blocks[next]
                next += 1
                guard block.rows.lowerBound == row, block.columns.lowerBound < cells.count,
                    case let text = cells[block.columns.lowerBound], !text.isEmpty
                else { continue }
                for place in block.columns where cover[place] == nil {
                    cover[place] = (block.rows.upperBound, text)
                }
            }
            guard let last = cover.keys.max() else { return }
            while cells.count <= last { cells.append("") }
            for (place, block) in cover where cells[place].isEmpty { cells[place] = block.text }
        }
    }
}

/// Where a cell stands: `C12` is row 11 and column 2.
struct CellPlace {
    let row: Int, column: Int
    /// What stands behind it: the end of the text, or a colon.
    let rest: UnsafePointer<CChar>
    static let colon = CChar(UInt8(ascii: ":"))

    /// Nil if it is no place.
    init?(_ reference: UnsafePointer<CChar>) {
        var (column, row, rest) = (0, 0, reference)
        while rest[0] != 0, rest[0] != Self.colon {
            let byte = UInt8(bitPattern: rest[0])
            switch byte {
            case 0x41...0x5A: column = column * 26 + Int(byte) - 0x40
            case 0x61...0x7A: column = column * 26 + Int(byte) - 0x60
            case 0x30...0x39: row = row * 10 + Int(byte) - 0x30
            case 0x24: break
            default: return nil
            }
            if column > 20_000 || row > 2_000_000 { return nil }
            rest += 1
        }
        guard column > 0, row > 0 else { return nil }
        (self.row, self.column, self.rest) = (row - 1, column - 1, rest)
    }
}
