import Governance
import Hummingbird
import Rules

extension Listing {
    /// The rows of a filter as a workbook, with the filter, the number of rows and what the columns mean. The
    /// log keeps who took it, before it is handed over.
    func exported(_ values: FormValues, _ call: Call) async throws -> Response {
        if let workbook { return try await workbook(values, call) }
        return try await call.atLength {
            let shown = columns.filter { !call.say($0.words).isEmpty }
            var note = ExportNote([("list", name)] + told(values), rows: 0)
            let response = try await Sheets.response("\(call.say(title))-\(call.today)", call) { file in
                let writer = try SpreadsheetWriter(
                    file, name: call.say(title), headings: shown.map { call.say($0.words) })
                try await walk(call, values) { rows in
                    note.rows += rows.count
                    for row in rows { writer.add(shown.map { $0.cell(row, call).written(call) }) }
                }
                try define(shown, in: writer, call)
                try note.write(to: writer, call.language)
                try writer.close()
            }
            // Nobody has it in hand before the log says so.
            try await call.write { [note] in
                try ListExport.announce(exported, note, by: call.actor, at: call.now, in: $0)
            }
            return response
        }
    }

    /// The filter as the log and the file tell it: what somebody typed has its numbers masked, what names a
    /// place or a record stays whole.
    private func told(_ values: FormValues) -> [(String, String?)] {
        let typed = fields.filter { field in
            switch field.kind {
            case .line, .text, .telephone: !kept.contains(field.name)
            default: false
            }
        }
        return values.given.map { name in
            (name, typed.contains { $0.name == name } ? Masking.numbers(in: values[name]) : values[name])
        }
    }

    /// What the columns mean, on a sheet of its own.
    private func define(_ columns: [Column<Row>], in writer: SpreadsheetWriter, _ call: Call) throws {
        let defined = columns.compactMap { column in column.definition.map { (column.words, $0) } }
        guard !defined.isEmpty else { return }
        try writer.begin(
            call.say("说明", "Definitions"),
            headings: [call.say("栏目", "Column"), call.say("说明", "Definition")])
        for (words, definition) in defined {
            writer.add([.text(call.say(words)), .text(call.say(definition))])
        }
    }
}

extension Cell {
    /// What stands in a cell of a workbook.
    fileprivate func written(_ call: Call) -> SpreadsheetWriter.Cell {
        switch self {
        case .number(let number): .number(number)
        case .money(let fen): .hundredths(fen)
        case .day(let day): .text(day.description)
        case .moment(let at): .text("\(call.zone.day(of: at)) \(call.zone.time(of: at))")
        case .text, .ranked, .none: .text(shown(call))
        }
    }
}
