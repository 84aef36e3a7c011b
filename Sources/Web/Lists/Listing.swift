import Foundation
import Governance
import Hummingbird
import Rules

/// A list of a noun, declared once: its page, the API's list and the workbook show the same rows, narrowed,
/// searched, sorted and cut in one way.
struct Listing<Row: Sendable>: Sendable {
    /// What the list is called in the log and in the names of files, and where its page stands.
    let name: String, path: String
    /// What people call it.
    let title: Phrase
    /// What it can be narrowed by.
    let filters: [FormField]
    /// The one of these that is drawn as links.
    var tabs: Tabs?
    /// What a row shows; the first column is what a row is called.
    let columns: [Column<Row>]
    /// What the log says of its workbook.
    var exported = Event.Kind.listExported
    /// Makes the workbook, where the command line makes the same.
    var workbook: (@Sendable (FormValues, Call) async throws -> Response)?
    /// The cursor, where it is more than what the page before ended with, or was called otherwise earlier.
    var cursor: FormField?
    /// The column that is a heading over the rows that have the same in it, where they stand in the list's
    /// own order.
    var grouped: String?
    /// Filters that travel with the address and are not drawn: which place a list is of.
    var kept: [String] = []
    /// Whether the list draws its filter and its export; a page may do so itself.
    var hasFinder = true
    /// How a row is drawn if it is more than a line of a table: a card with what can be done.
    var card: (@Sendable (Row, Call) -> HTML)?
    /// How a row is drawn as an item of a list, where its parts do not stand in columns.
    var item: (@Sendable (Row, Call) -> HTML)?
    /// What is said of a list with no rows.
    var empty = Phrase(zh: "没有符合条件的。", en: "Nothing here.")
    /// What is said if a filter leaves none.
    static var nothingFound: Phrase { Phrase(zh: "没有符合条件的。", en: "Nothing here.") }
    /// What identifies a row.
    let id: @Sendable (Row) -> String
    /// Where the rows come from.
    let source: Source

    enum Source: Sendable {
        /// All of them at once: the list searches, sorts and cuts by itself.
        case whole(@Sendable (Call, FormValues) async throws -> [Row])
        /// A page that the database cuts; it reads `q`, `cursor` and `limit` itself.
        case paged(@Sendable (Call, FormValues) async throws -> ListPage<Row>)
    }

    /// A filter that is drawn as links: its name, and the words that are offered.
    struct Tabs: Sendable {
        let field: String, choices: [FormField.Choice]
        /// What the list shows if none is chosen.
        var usual = Phrase(zh: "全部", en: "All")
        /// All the words of a choice.
        init(_ field: FormField, usual: Phrase = Phrase(zh: "全部", en: "All")) {
            (self.field, self.usual) = (field.name, usual)
            choices = if case .choice(let choices) = field.kind { choices } else { [] }
        }
        /// Some words of a field that takes others, too.
        init(_ field: String, _ choices: [FormField.Choice]) { (self.field, self.choices) = (field, choices) }
    }

    /// The filters with what every list has: words to find, an order, and the page.
    var fields: [FormField] {
        filters + (isWhole ? [Self.words, order] : [])
            + ListPage<Row>.paging.map { $0.name == "cursor" ? cursor ?? $0 : $0 }
    }

    /// Whether all rows are at hand.
    var isWhole: Bool { if case .whole = source { true } else { false } }

    static var words: FormField {
        FormField(
            "q", "查找", "Find", .line(most: 200),
            hint: Phrase(zh: "每个词都要出现在这一行里。", en: "Rows in which each of the words stands."))
    }

    /// The columns as an order, each upwards and downwards.
    private var order: FormField {
        FormField(
            "sort", "排序", "Order",
            .choice(
                columns.filter { !$0.words.zh.isEmpty }.flatMap { column in
                    [
                        .init(column.name, column.words),
                        .init(
                            "-\(column.name)",
                            Phrase(zh: "\(column.words.zh)（倒序）", en: "\(column.words.en), backwards")),
                    ]
                }))
    }
}

/// A column of a list.
struct Column<Row: Sendable>: Sendable {
    /// Its name for programs and addresses, and for people.
    let name: String, words: Phrase
    /// What it means, if its name does not say it; stands in the workbook.
    var definition: Phrase?
    /// What a row has in it.
    let cell: @Sendable (Row, Call) -> Cell
    /// How the page shows it, if a text is not enough.
    var html: (@Sendable (Row, Call) -> HTML)?

    init(
        _ name: String, _ zh: String, _ en: String, definition: Phrase? = nil,
        html: (@Sendable (Row, Call) -> HTML)? = nil, _ cell: @escaping @Sendable (Row, Call) -> Cell
    ) {
        (self.name, words, self.definition) = (name, Phrase(zh: zh, en: en), definition)
        (self.html, self.cell) = (html, cell)
    }
}

/// What a column holds of a row.
enum Cell: Sendable {
    case text(String)
    case number(Int)
    /// Fen, shown in yuan.
    case money(Int)
    /// A text that has its place in an order by a number.
    case ranked(String, by: Int)
    case day(Day)
    case moment(Instant)
    case none
}

extension Cell {
    /// A day or a moment, or nothing.
    static func day(_ day: Day?) -> Cell { day.map(Cell.day) ?? .none }
    static func moment(_ at: Instant?) -> Cell { at.map(Cell.moment) ?? .none }

    /// What the page shows.
    func shown(_ call: Call) -> String {
        switch self {
        case .text(let text): text
        case .number(let number): String(number)
        case .money(let fen): FormField.decimal(fen, places: 2)
        case .ranked(let text, _): text
        case .day(let day): call.day(day)
        case .moment(let at): call.moment(at)
        case .none: ""
        }
    }
    /// Whether it stands at the right edge.
    var isNumber: Bool {
        switch self {
        case .number, .money: true
        default: false
        }
    }

    /// What it is sorted by: numbers and times by what they are, texts by their letters; what is not there
    /// last.
    func precedes(_ other: Cell) -> Bool? {
        let (mine, others) = (rank, other.rank)
        if let mine, let others { return mine == others ? nil : mine < others }
        if case .text(let a) = self, case .text(let b) = other {
            if a.isEmpty != b.isEmpty { return b.isEmpty }
            return a == b ? nil : a < b
        }
        return switch (self, other) {
        case (.none, .none): nil
        case (.none, _): false
        case (_, .none): true
        default: nil
        }
    }
    private var rank: Int64? {
        switch self {
        case .number(let number), .money(let number), .ranked(_, let number): Int64(number)
        case .day(let day): Int64(day.number)
        case .moment(let at): at.milliseconds
        case .text, .none: nil
        }
    }
}

// MARK: Reading

extension Listing {
    /// The page that was asked for.
    func page(_ call: Call, _ values: FormValues) async throws -> ListPage<Row> {
        switch source {
        case .paged(let read): return try await read(call, values)
        case .whole(let read):
            let rows = try await read(call, values)
            return try page(of: rows, call, values.with("cursor", cursor(values, rows)))
        }
    }

    /// The page that was asked for, of rows that are at hand.
    func page(of rows: [Row], _ call: Call, _ values: FormValues) throws -> ListPage<Row> {
        try ListPage(of: ordered(rows, values, call), values, usual: 50, id: id)
    }

    /// Where a page goes on: behind a row that has left the filter meanwhile it begins anew.
    func cursor(_ values: FormValues, _ rows: [Row]) -> String {
        rows.contains { id($0) == values["cursor"] } ? values["cursor"] : ""
    }

    /// Every row of the filter, page by page, for a workbook. Throws `Refusal.invalid` if they are more than
    /// a sheet holds.
    func walk(_ call: Call, _ values: FormValues, _ take: ([Row]) -> Void) async throws {
        if case .whole(let read) = source { return take(ordered(try await read(call, values), values, call)) }
        guard case .paged(let read) = source else { return }
        var (count, values) = (0, values.with("limit", "200"))
        while true {
            let page = try await read(call, values)
            count += page.rows.count
            guard max(count, page.total ?? 0) <= Self.mostExported else {
                throw Refusal.invalid(
                    filters.first?.name ?? "sort", zh: "超过 \(Self.mostExported) 行，一张表装不下，请缩小范围。",
                    en: "More than \(Self.mostExported) rows do not go into one sheet. Please narrow it.")
            }
            take(page.rows)
            guard let next = page.next else { return }
            values = values.with("cursor", next)
        }
    }
    private static var mostExported: Int { 1_000_000 }

    /// The rows in which every word stands, in the order that was asked for.
    private func ordered(_ rows: [Row], _ values: FormValues, _ call: Call) -> [Row] {
        var rows = rows
        let words = values["q"].lowercased().split(separator: " ")
        if !words.isEmpty {
            rows = rows.filter { row in
                let text = columns.map { $0.cell(row, call).shown(call) }.joined(separator: "\n").lowercased()
                return words.allSatisfy(text.contains)
            }
        }
        let isBackwards = values["sort"].hasPrefix("-")
        let wanted = isBackwards ? String(values["sort"].dropFirst()) : values["sort"]
        guard let column = columns.first(where: { $0.name == wanted }) else { return rows }
        // Rows that are alike keep their own order.
        return rows.enumerated().map {
            (place: $0.offset, row: $0.element, cell: column.cell($0.element, call))
        }
        .sorted { a, b in
            if let isFirst = a.cell.precedes(b.cell) { return isFirst != isBackwards }
            return a.place < b.place
        }
        .map(\.row)
    }
}

// MARK: Doors

extension Listing {
    /// The list of the API: rows as a shape says them.
    func endpoint<Value>(
        _ title: Endpoint.Title, of shape: Shape<Value>, _ note: String,
        _ value: @escaping @Sendable (Row, Call) -> Value
    ) -> Endpoint {
        // A program takes more at once than a page shows.
        let fields =
            isWhole ? filters + [Self.words, order] + ListPage<Row>.wholePaging : self.fields
        return Endpoint(title, query: fields, answers: [.page(of: shape, note)]) { call in
            let values = try API.query(call, fields)
            let page =
                switch source {
                case .paged(let read): try await read(call, values)
                case .whole(let read):
                    try ListPage(of: ordered(try await read(call, values), values, call), values, id: id)
                }
            let told = ListPage(
                total: page.total, rows: page.rows.map { value($0, call) }, next: page.next)
            return Responses.json(told.json(of: shape, ShapeContext(call)))
        }
    }
    /// The same where the shape is of the rows themselves.
    func endpoint(_ title: Endpoint.Title, of shape: Shape<Row>, _ note: String) -> Endpoint {
        endpoint(title, of: shape, note) { row, _ in row }
    }

    /// The doors of the workbook, for pages and for programs: whoever may see its page may take it along.
    func exports(_ audience: Route.Audience, api: String, _ tag: Endpoint.Tag) -> [Route] {
        let fields = filters + (isWhole ? [Self.words, order] : [])
        let words = name.split(separator: "-").map(\.capitalized).joined()
        let endpoint = Endpoint(
            .init(
                "export\(words)", tag, "\(title.en): the rows of a filter as a workbook",
                "The log keeps it."),
            body: .fields(fields), answers: [.workbook("The workbook.")]
        ) { call in
            try await exported(fields.read(try await API.answers(call, for: fields), zone: call.zone), call)
        }
        return [
            .page(.post, "\(path)/export", audience) { call in
                try await exported(fields.read(try await call.form(), zone: call.zone), call)
            },
            .api(.post, "\(api)/export", audience, endpoint),
        ]
    }
}
