import CXlsxWriter
package import Foundation

/// Writes a workbook, sheet after sheet and row by row, in bounded memory. Every cell is a text or a number,
/// never a formula: what begins with `=` stays what somebody wrote.
package final class SpreadsheetWriter {
    /// What one cell holds.
    package enum Cell: Sendable, Equatable {
        /// A text.
        case text(String)
        /// A whole number.
        case number(Int)
        /// A number of hundredths.
        case hundredths(Int)
        /// A text that somebody has to look at: on a red ground.
        case marked(String)
    }

    private let book: UnsafeMutablePointer<lxw_workbook>
    private var sheet: UnsafeMutablePointer<lxw_worksheet>
    private let bold: UnsafeMutablePointer<lxw_format>?, red: UnsafeMutablePointer<lxw_format>?
    private let file: URL
    private var row: UInt32 = 0, isOpen = true
    /// A cell of a spreadsheet holds so many characters.
    private static let mostText = 32_767

    /// Begins a file. Throws `Failed` if it cannot be written.
    package init(_ file: URL, name: String, headings: [String]) throws {
        self.file = file
        var options = lxw_workbook_options()
        options.constant_memory = 1
        // Bound to the call: the library copies what it is told.
        let folder = file.deletingLastPathComponent().path
        let made = folder.withCString { folder in
            options.tmpdir = UnsafeMutablePointer(mutating: folder)
            return workbook_new_opt(file.path, &options)
        }
        guard let made, let page = workbook_add_worksheet(made, String(name.prefix(31))) else {
            throw Failed("\(file.path) cannot be written")
        }
        (book, sheet) = (made, page)
        (bold, red) = (workbook_add_format(made), workbook_add_format(made))
        format_set_bold(bold)
        format_set_bg_color(red, 0xFAD7D7)
        head(headings)
    }

    /// Begins another sheet; the one before is done. Throws `Failed` if there is no room for it.
    package func begin(_ name: String, headings: [String]) throws {
        guard let page = workbook_add_worksheet(book, String(name.prefix(31))) else {
            throw Failed("\(file.path) takes no further sheet")
        }
        (sheet, row) = (page, 0)
        head(headings)
    }

    private func head(_ headings: [String]) {
        worksheet_freeze_panes(sheet, 1, 0)
        for (column, heading) in headings.enumerated() {
            let width = min(30, max(10, heading.unicodeScalars.reduce(4) { $0 + ($1.isASCII ? 1 : 2) }))
            worksheet_set_column(sheet, lxw_col_t(column), lxw_col_t(column), Double(width), nil)
            worksheet_write_string(sheet, 0, lxw_col_t(column), heading, bold)
        }
    }

    /// Adds a row.
    package func add(_ cells: [Cell]) {
        row += 1
        for (column, cell) in cells.enumerated() {
            switch cell {
            case .text(let text) where text.isEmpty: continue
            case .text(let text):
                worksheet_write_string(sheet, row, lxw_col_t(column), String(text.prefix(Self.mostText)), nil)
            case .number(let number):
                worksheet_write_number(sheet, row, lxw_col_t(column), Double(number), nil)
            case .hundredths(let number):
                worksheet_write_number(sheet, row, lxw_col_t(column), Double(number) / 100, nil)
            case .marked(let text):
                worksheet_write_string(sheet, row, lxw_col_t(column), String(text.prefix(Self.mostText)), red)
            }
        }
    }

    /// Ends the file. Throws `Failed` if it could not be written whole.
    package func close() throws {
        isOpen = false
        guard workbook_close(book) == LXW_NO_ERROR else {
            throw Failed("\(file.path) could not be written whole")
        }
    }
    deinit { if isOpen { workbook_close(book) } }

    /// Why there is no workbook.
    package struct Failed: Error, CustomStringConvertible {
        package let description: String
        init(_ description: String) { self.description = description }
    }
}
