import Governance
import Hummingbird
import Rules

/// One operation of the API, declared once: what it is called, what it is asked, what it answers, and how.
/// The description of the API is made from it.
package struct Endpoint: Sendable {
    /// The parts of the description.
    enum Tag: String, CaseIterable, Sendable {
        case residents = "Residents", account = "Account", cases = "Cases", decisions = "Decisions"
        case register = "Register", evaluation = "Evaluation", log = "Log", organisation = "Organisation"
        case service = "Service"

        /// What stands under it.
        var note: String {
            switch self {
            case .residents: "What anybody can do without a login."
            case .account: "Tokens, and who holds one."
            case .cases: "Matters from their finding to their checked end."
            case .decisions: "What waits for a leader, and the figures."
            case .register: "Villages, households and people, as of any day and as known on any day."
            case .evaluation: "Rounds, score sheets, samples, and the ledger of what follows."
            case .log: "The tamper-evident log."
            case .organisation: "Territories, units, posts, people, categories, settings, imports."
            case .service: "The server itself."
            }
        }
    }

    /// What an operation is and where it stands in the description.
    struct Title: Sendable {
        /// The name of the operation for programs; stays the same for ever.
        let id: String
        let tag: Tag
        /// One line, and what else there is to know.
        let summary: String, note: String?
        init(_ id: String, _ tag: Tag, _ summary: String, _ note: String? = nil) {
            (self.id, self.tag, self.summary, self.note) = (id, tag, summary, note)
        }
    }

    /// What its body holds.
    enum Body: Sendable {
        case none
        /// Fields of a declared form, and some that the verb reads itself.
        case fields([FormField])
        /// A file of one of these media types.
        case file([String])
    }

    /// What it answers if all is well.
    struct Answer: Sendable {
        enum Content: Sendable { case json(Schema), file([String]), nothing }
        let status: Int, note: String, content: Content
    }

    /// One of the words that a part of the path may be, if each takes a form of its own.
    struct Variant: Sendable {
        /// The word, what it does, and what it is asked: in the body, or in the query if the body is a file.
        let word: String, summary: String, body: [FormField]
        init(_ word: String, _ summary: String, _ body: [FormField]) {
            (self.word, self.summary, self.body) = (word, summary, body)
        }
    }

    let title: Title
    /// What stands in the query of the address.
    let query: [FormField]
    let body: Body
    let answers: [Answer]
    /// The words of the last part of the path, if each is an operation of its own.
    var variants: [Variant] = []
    /// Whether it takes an `Idempotency-Key`.
    var isRepeatable = false
    /// Answers a request.
    let answer: @Sendable (Call) async throws -> Response

    /// An operation that makes its answer itself.
    init(
        _ title: Title, query: [FormField] = [], body: Body = .none, answers: [Answer],
        _ answer: @escaping @Sendable (Call) async throws -> Response
    ) {
        (self.title, self.query, self.body, self.answers) = (title, query, body, answers)
        self.answer = answer
    }
}

extension Endpoint.Answer {
    /// A value as JSON.
    static func json<Value>(
        _ shape: Shape<Value>, _ note: String, status: Int = 200
    ) -> Self { .init(status: status, note: note, content: .json(shape.schema)) }
    /// A list of values as JSON: how many there are, those of this page, and where the next page begins.
    static func page<Row>(of row: Shape<Row>, _ note: String) -> Self {
        .init(status: 200, note: note, content: .json(ListPage<Row>.schema(of: row)))
    }
    /// A file of one of these media types.
    static func file(_ types: String..., note: String) -> Self {
        .init(status: 200, note: note, content: .file(types))
    }
    /// A workbook.
    static func workbook(_ note: String) -> Self { .file(Sheets.type, note: note) }
    /// Nothing to say.
    static var nothing: Self { .init(status: 204, note: "Done.", content: .nothing) }
}

// MARK: Reading

extension Endpoint {
    /// Looks one thing up.
    static func reading<Value>(
        _ title: Title, query: [FormField] = [], _ shape: Shape<Value>, _ note: String,
        _ read: @escaping @Sendable (Call, FormValues) async throws -> Value
    ) -> Endpoint {
        Endpoint(title, query: query, answers: [.json(shape, note)]) { call in
            let values = try API.query(call, query)
            return Responses.json(shape.json(try await read(call, values), ShapeContext(call)))
        }
    }

    /// A page of a list that the database cuts, or a short list that has but one page.
    static func list<Row>(
        _ title: Title, query: [FormField] = [], isPaged: Bool = true, usual: Int = 50, most: Int = 200,
        of row: Shape<Row>,
        _ note: String,
        _ read: @escaping @Sendable (Call, FormValues) async throws -> ListPage<Row>
    ) -> Endpoint {
        let query = isPaged ? query + ListPage<Row>.paging(usual: usual, most: most) : query
        return Endpoint(title, query: query, answers: [.page(of: row, note)]) { call in
            let values = try API.query(call, query)
            let page = try await read(call, values)
            return Responses.json(page.json(of: row, ShapeContext(call)))
        }
    }

    /// A page of a list that is held whole; the cursor is the last row's identity.
    static func wholeList<Row>(
        _ title: Title, query: [FormField] = [], of row: Shape<Row>, _ note: String,
        id: @escaping @Sendable (Row) -> String,
        _ read: @escaping @Sendable (Call, FormValues) async throws -> [Row]
    ) -> Endpoint {
        let query = query + ListPage<Row>.wholePaging
        return Endpoint(title, query: query, answers: [.page(of: row, note)]) { call in
            let values = try API.query(call, query)
            let page = try ListPage(of: try await read(call, values), values, id: id)
            return Responses.json(page.json(of: row, ShapeContext(call)))
        }
    }
}

// MARK: Changing

extension Endpoint {
    /// Changes something. `prepare` reads what was sent before the writer is asked; what it hands back is the
    /// change, in one transaction. An `Idempotency-Key` makes it happen once.
    static func change<Value: Sendable>(
        _ title: Title, body: [FormField], status: HTTPResponse.Status = .ok, _ shape: Shape<Value>,
        _ note: String,
        _ prepare:
            @escaping @Sendable (Call, FormInput) async throws -> @Sendable (Books) throws -> Value
    ) -> Endpoint {
        repeatable(
            Endpoint(
                title, body: .fields(body), answers: [.json(shape, note, status: status.code)]
            ) { call in
                let sent = try await API.answers(call, for: body)
                let (change, context) = (try await prepare(call, sent), ShapeContext(call))
                return try await API.once(call, sent, change) { (status, shape.json($0, context)) }
            })
    }

    /// Changes something by one of several words, each with a form of its own.
    static func change<Value: Sendable>(
        _ title: Title, variants: [Variant], besides: [FormField] = [], status: HTTPResponse.Status = .ok,
        _ shape: Shape<Value>, _ note: String, part: String = "verb",
        _ prepare:
            @escaping @Sendable (Call, String, FormInput) async throws -> @Sendable (Books) throws -> Value
    ) -> Endpoint {
        let forms = Dictionary(uniqueKeysWithValues: variants.map { ($0.word, $0.body + besides) })
        var endpoint = Endpoint(
            title, body: .none, answers: [.json(shape, note, status: status.code)]
        ) { call in
            let word = call.part(part)
            guard let form = forms[word] else { throw Refusal.notFound }
            let sent = try await API.answers(call, for: form)
            let (change, context) = (try await prepare(call, word, sent), ShapeContext(call))
            return try await API.once(call, sent, change) { (status, shape.json($0, context)) }
        }
        endpoint.variants = variants.map { Variant($0.word, $0.summary, $0.body + besides) }
        return repeatable(endpoint)
    }

    /// The same operation, said to take an `Idempotency-Key`: its answer goes through `API.once`.
    static func repeatable(_ endpoint: Endpoint) -> Endpoint {
        var endpoint = endpoint
        endpoint.isRepeatable = true
        return endpoint
    }
    /// The same operation with the words of the last part of its path.
    func with(_ variants: [Variant]) -> Endpoint {
        var endpoint = self
        endpoint.variants = variants
        return endpoint
    }
}

// MARK: Pages of lists

/// A page of a list: how many rows there are in all, those of this page, and where the next page begins.
struct ListPage<Row> {
    /// Nil where counting all of them would cost more than the page.
    var total: Int?
    var rows: [Row], next: String?

    init(total: Int?, rows: [Row], next: String? = nil) {
        (self.total, self.rows, self.next) = (total, rows, next)
    }

    /// The whole of a short list.
    init(whole rows: [Row]) { self.init(total: rows.count, rows: rows) }

    /// A page of a list that is held whole. Throws `Refusal.invalid` for a cursor that is none of ours.
    init(of all: [Row], _ values: FormValues, usual: Int = 200, id: (Row) -> String) throws {
        let limit = values.optionalNumber("limit") ?? usual
        var rest = all[...]
        if !values["cursor"].isEmpty {
            guard let last = all.firstIndex(where: { id($0) == values["cursor"] }) else {
                throw Refusal.strangeCursor
            }
            rest = all[(last + 1)...]
        }
        let rows = Array(rest.prefix(limit))
        self.init(total: all.count, rows: rows, next: rest.count > limit ? rows.last.map(id) : nil)
    }

    /// How a page is asked for: where it begins, and how many rows it shows.
    static var paging: [FormField] { paging(most: 200) }
    /// The same where the whole list is at hand.
    static var wholePaging: [FormField] { paging(usual: 200, most: 1000) }

    static func paging(usual: Int = 50, most: Int) -> [FormField] {
        [
            FormField(
                "limit", "每页条数", "Rows", .number(1...most),
                hint: Phrase(
                    zh: "不填就是 \(usual)。", en: "How many a page shows; \(usual) if not given.")),
            FormField(
                "cursor", "从哪里接着", "Cursor", .line(most: 200),
                hint: Phrase(zh: "上一页的 next。", en: "`next` of the page before.")),
        ]
    }

    /// The page as JSON.
    func json(of row: Shape<Row>, _ context: ShapeContext) -> JSON {
        .object([
            ("total", total.json), ("items", .array(rows.map { row.json($0, context) })),
            ("next", .optional(next)),
        ])
    }

    /// What a page of such rows looks like.
    static func schema(of row: Shape<Row>) -> Schema {
        .object(
            ObjectSchema(
                name: nil, note: nil,
                members: [
                    .init(
                        name: "total", schema: .optional(.integer),
                        note: "How many there are in all; null where they are not counted.", isRequired: true),
                    .init(name: "items", schema: .list(row.schema), note: nil, isRequired: true),
                    .init(
                        name: "next", schema: .optional(.text),
                        note: "The cursor of the next page; null at the end.", isRequired: true),
                ]))
    }
}

extension ListPage: Sendable where Row: Sendable {}
