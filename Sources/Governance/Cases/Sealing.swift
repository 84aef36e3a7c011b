import Rules
import Store

extension Office {
    /// Seals what an older program kept in the clear: telephones of complainants and staff, and numbers in
    /// texts about cases. To be called when the office is opened, before anybody works in it. Answers how
    /// many rows were sealed; the log keeps it.
    @discardableResult
    package func sealOpenNumbers() async throws -> Int {
        guard registryKey != nil else { return 0 }
        var sealed = 0
        for office in try await read({ try Offices.all(in: $0) }) {
            var own = 0
            for step in [Sealing.complainants, Sealing.people] {
                while case let count = try await write(in: office.county, { try step(office.county, $0) }),
                    count > 0
                { own += count }
            }
            if try await read({ try Sealing.hasOpenTexts(office.county, in: $0) }) {
                let texts = Sealing.texts.map { text -> Sealing.Step in
                    { try Sealing.texts(text, $0, $1, $2) }
                }
                for step in [{ try Sealing.marks($0, $1, $2) }, { try Sealing.cases($0, $1, $2) }] + texts {
                    var after: (String, Int)? = ("", 0)
                    while let from = after {
                        let (masked, next) = try await write(in: office.county) {
                            try step(office.county, from, $0)
                        }
                        own += masked
                        after = next
                    }
                }
                // Only when all is done: whoever is interrupted begins anew.
                try await write(in: office.county) { try Sealing.markDone(office.county, in: $0) }
            }
            if own > 0 {
                let (count, now) = (own, clock.now)
                try await write(in: office.county) { books in
                    try books.record(
                        Event(.numbersSealed, [("rows", "\(count)")]),
                        about: .init("office", office.county.code), by: .system(of: office.county), at: now)
                }
            }
            sealed += own
        }
        return sealed
    }
}

extension Event.Kind {
    static let numbersSealed = Event.Kind("office.seal", zh: "电话号码加密", en: "Telephones sealed")
}

/// Sealing rows that lie open, some hundred at a time.
private enum Sealing {
    /// Masks some rows behind one; answers how many had a number, and the row to go on behind, nil at the
    /// end.
    typealias Step = @Sendable (County, (String, Int), Books) throws -> (Int, (String, Int)?)

    static func complainants(_ county: County, _ books: Books) throws -> Int {
        try telephones(
            "SELECT id, phone FROM complainant WHERE county = \(county) AND phone <> '' LIMIT 500", books
        ) { id, phone, key in
            """
            UPDATE complainant SET phone = '', phone_tail = '',
                phone_sealed = \(try key.closed(phone, of: "complainant \(id) phone", chance: books.chance)),
                phone_mark = \(key.mark(Check.digits(of: phone), as: "complainant phone")),
                tail_mark = \(key.mark(ComplainantPhone.tail(of: phone), as: "complainant tail"))
            WHERE county = \(county) AND id = \(id)
            """
        }
    }

    static func people(_ county: County, _ books: Books) throws -> Int {
        try telephones(
            "SELECT id, phone FROM person WHERE county = \(county) AND phone <> '' LIMIT 500", books
        ) { id, phone, key in
            """
            UPDATE person SET phone = '',
                phone_mark = \(key.mark(Check.digits(of: phone), as: "person phone")),
                phone_sealed = \(try key.closed(phone, of: "person \(id) phone", chance: books.chance))
            WHERE county = \(county) AND id = \(id)
            """
        }
    }

    /// Seals the telephones of some rows; answers how many there were.
    private static func telephones(
        _ open: SQL, _ books: Books, _ seal: (_ id: String, _ phone: String, _ key: RegistryKey) throws -> SQL
    ) throws -> Int {
        guard let key = books.key else { return 0 }
        let rows = try books.all(open) {
            (try $0.get("id", as: String.self), try $0.get("phone", as: String.self))
        }
        for (id, phone) in rows { try books.put(seal(id, phone, key)) }
        return rows.count
    }

    /// Marks the next telephones of staff that an older program sealed without; answers how many.
    static func marks(_ county: County, _ after: (String, Int), _ books: Books) throws -> (
        Int, (String, Int)?
    ) {
        guard let key = books.key else { return (0, nil) }
        let rows = try books.all(
            """
            SELECT id, phone_sealed FROM person WHERE county = \(county) AND id > \(after.0)
                AND phone_sealed IS NOT NULL AND phone_mark IS NULL ORDER BY id LIMIT 500
            """
        ) { (try $0.get("id", as: String.self), try $0.get("phone_sealed", as: [UInt8].self)) }
        for (id, bytes) in rows {
            // What was sealed with another key stays as it is.
            do {
                let mark = key.mark(
                    Check.digits(of: try key.opened(bytes, of: "person \(id) phone")), as: "person phone")
                try books.put(
                    "UPDATE person SET phone_mark = \(mark) WHERE county = \(county) AND id = \(id)")
            } catch is Refusal { continue }
        }
        return (rows.count, rows.last.map { ($0.0, 0) })
    }

    /// Whether numbers in the texts of an office may lie open.
    static func hasOpenTexts(_ county: County, in books: Books) throws -> Bool {
        try books.count("SELECT COUNT(*) FROM office WHERE county = \(county) AND texts_sealed = 0") > 0
    }
    static func markDone(_ county: County, in books: Books) throws {
        try books.put("UPDATE office SET texts_sealed = 1 WHERE county = \(county)")
    }

    /// What people wrote about cases beside them: the table, the text, and what counts the rows of one
    /// identity.
    static let texts: [(SQL, SQL, SQL)] = [
        ("decision", "words", "0"), ("case_assist", "request", "0"), ("case_assist", "answer", "0"),
        ("case_check", "finding", "0"),
        ("call_back", "words", "0"), ("case_history", "place", "version"),
    ]

    /// Masks the numbers in the next texts of a column; answers how many had some, and where to go on, nil at
    /// the end.
    static func texts(
        _ column: (table: SQL, text: SQL, version: SQL), _ county: County, _ after: (String, Int),
        _ books: Books
    ) throws -> (Int, (String, Int)?) {
        let (table, text, version) = column
        let rows = try books.all(
            """
            SELECT id, \(version) AS version, \(text) AS text FROM \(table) WHERE county = \(county)
            AND (id, \(version)) > (\(after.0), \(after.1)) AND \(text) IS NOT NULL
                ORDER BY id, 2 LIMIT 500
            """
        ) {
            (
                try $0.get("id", as: String.self), try $0.get("version", as: Int.self),
                try $0.get("text", as: String.self)
            )
        }
        var masked = 0
        for (id, number, words) in rows {
            let shown = Masking.numbers(in: words)
            guard shown != words else { continue }
            masked += 1
            try books.put(
                """
                UPDATE \(table) SET \(text) = \(shown) WHERE county = \(county) AND id = \(id)
                    AND \(version) = \(number)
                """
            )
        }
        return (masked, rows.last.map { ($0.0, $0.1) })
    }

    /// Masks the numbers in the next cases by identity, and seals the words as they were; answers as above.
    static func cases(_ county: County, _ after: (String, Int), _ books: Books) throws -> (
        Int, (String, Int)?
    ) {
        let open = try books.all(
            """
            SELECT id, title, body, place FROM case_file WHERE county = \(county) AND id > \(after.0)
                AND words_sealed IS NULL ORDER BY id LIMIT 500
            """
        ) {
            (
                try $0.get("id", as: ID<Case>.self),
                CaseWords.Words(
                    title: try $0.get("title"), body: try $0.get("body"), place: try $0.get("place"))
            )
        }
        var masked = 0
        for (id, words) in open {
            let shown = CaseWords.masked(words, name: "")
            guard shown != words else { continue }
            masked += 1
            try books.put(
                """
                UPDATE case_file SET title = \(shown.title), body = \(shown.body), place = \(shown.place),
                    words_sealed = \(try CaseWords.sealed(words, of: id, in: books)) WHERE county = \(county)
                        AND id = \(id)
                """)
            try CaseSearch.forget(
                [words.title, words.place, words.body], keeping: [shown.title, shown.place, shown.body],
                of: id, county: county, in: books)
            try CaseSearch.note(id, county: county, in: books)
        }
        return (masked, open.last.map { ($0.0.text, 0) })
    }
}
