import Rules
import Store

extension Office {
    /// Seals what an older program kept in the clear: telephones of complainants and staff, and numbers in what complainants wrote.
    /// To be called when the office is opened, before anybody works in it. Answers how many rows were sealed; the log keeps it.
    @discardableResult
    package func sealOpenNumbers() async throws -> Int {
        guard registryKey != nil else { return 0 }
        var sealed = 0
        for office in try await read({ try Offices.all(in: $0) }) {
            var own = 0
            for step in [Sealing.complainants, Sealing.people] {
                while case let count = try await write(in: office.county, { try step(office.county, $0) }), count > 0 { own += count }
            }
            // Cases have open numbers only if complainants had: an office that was founded since has none.
            if own > 0 {
                var after = ""
                while let next = try await write(in: office.county, { [after] in try Sealing.cases(of: office.county, after: after, in: $0) }) { after = next }
                let (count, now) = (own, clock.now)
                try await write(in: office.county) { books in
                    try books.record(
                        Event(.numbersSealed, [("rows", "\(count)")]), about: .init("office", office.county.code), by: .clockwork(of: office.county), at: now)
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
    static func complainants(_ county: County, _ books: Books) throws -> Int {
        try telephones("SELECT id, phone FROM complainant WHERE county = \(county) AND phone <> '' LIMIT 500", books) { id, phone, key in
            """
            UPDATE complainant SET phone = '', phone_tail = '', phone_sealed = \(try key.closed(phone, of: "complainant \(id) phone", chance: books.chance)),
                phone_mark = \(key.mark(ComplainantPhone.digits(of: phone), as: "complainant phone")),
                tail_mark = \(key.mark(ComplainantPhone.tail(of: phone), as: "complainant tail"))
            WHERE county = \(county) AND id = \(id)
            """
        }
    }

    static func people(_ county: County, _ books: Books) throws -> Int {
        try telephones("SELECT id, phone FROM person WHERE county = \(county) AND phone <> '' LIMIT 500", books) { id, phone, key in
            """
            UPDATE person SET phone = '', phone_sealed = \(try key.closed(phone, of: "person \(id) phone", chance: books.chance))
            WHERE county = \(county) AND id = \(id)
            """
        }
    }

    /// Seals the telephones of some rows; answers how many there were.
    private static func telephones(
        _ open: SQL, _ books: Books, _ seal: (_ id: String, _ phone: String, _ key: RegistryKey) throws -> SQL
    ) throws -> Int {
        guard let key = books.key else { return 0 }
        let rows = try books.all(open) { (try $0.get("id", as: String.self), try $0.get("phone", as: String.self)) }
        for (id, phone) in rows { try books.put(seal(id, phone, key)) }
        return rows.count
    }

    /// Masks the numbers in the next cases by identity; answers the last one, nil at the end.
    static func cases(of county: County, after: String, in books: Books) throws -> String? {
        let open = try books.all(
            "SELECT id, title, body, place FROM case_file WHERE county = \(county) AND id > \(after) AND words_sealed IS NULL ORDER BY id LIMIT 500"
        ) {
            (
                try $0.get("id", as: ID<Case>.self),
                CaseWords.Words(title: try $0.get("title"), body: try $0.get("body"), place: try $0.get("place"))
            )
        }
        for (id, words) in open {
            let shown = CaseWords.masked(words, name: "")
            guard shown != words else { continue }
            try books.put(
                """
                UPDATE case_file SET title = \(shown.title), body = \(shown.body), place = \(shown.place),
                    words_sealed = \(try CaseWords.sealed(words, of: id, in: books)) WHERE county = \(county) AND id = \(id)
                """)
            try CaseSearch.forget(
                [words.title, words.place, words.body], keeping: [shown.title, shown.place, shown.body], of: id, county: county, in: books)
            try CaseSearch.note(id, county: county, in: books)
        }
        return open.last?.0.text
    }
}
