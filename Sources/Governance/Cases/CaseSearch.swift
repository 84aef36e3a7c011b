import Rules
import Store

/// Finding Chinese words: two-character pieces made by the application, so that both engines find the same.
///
/// Whoever reports a case does not wait for its forty pieces: the case is noted as not indexed, a search
/// looks into such cases themselves, and the clockwork takes them up many at a time, in the order of the
/// index.
package enum CaseSearch {
    /// The most pieces kept of one case: title and place whole, and the beginning of the text.
    static let most = 64

    /// The pieces of some texts, each once.
    static func grams(_ texts: [String]) -> [String] {
        var seen = Set<String>()
        var found: [String] = []
        for text in texts {
            let letters = Array(text.lowercased().filter { $0.isLetter || $0.isNumber })
            for index in letters.indices.dropLast() {
                let gram = String(letters[index...index + 1])
                // A letter may carry any number of marks; an index takes only so many bytes.
                if gram.utf8.count <= 64, seen.insert(gram).inserted { found.append(gram) }
                if found.count == most { return found }
            }
        }
        return found
    }

    /// Notes that a case's words are new.
    static func note(_ id: ID<Case>, county: County, in books: Books) throws {
        try books.put(
            """
            INSERT INTO case_unindexed (county, id) VALUES (\(county), \(id))
                ON CONFLICT (county, id) DO NOTHING
            """
        )
    }

    /// Takes up some of the cases that were noted; answers how many.
    static func catchUp(_ county: County, atMost limit: Int = 100, in books: Books) throws -> Int {
        // Asked for by name, one table after the other: an engine that has not counted the cases yet would
        // join them all.
        let noted = try books.all(
            "SELECT id FROM case_unindexed WHERE county = \(county) ORDER BY id LIMIT \(limit)"
        ) {
            try $0.get("id", as: ID<Case>.self)
        }
        guard !noted.isEmpty else { return 0 }
        var pairs: [(gram: String, id: ID<Case>, order: [UInt8])] = []
        _ = try books.all(
            "SELECT id, title, place, body FROM case_file WHERE county = \(county) AND id IN (\(list: noted))"
        ) { row in
            let id: ID<Case> = try row.get("id")
            for gram in grams([try row.get("title"), try row.get("place"), try row.get("body")]) {
                pairs.append((gram, id, Array(gram.utf8)))
            }
        }
        // In the order of the index, so that neighbours fall on one page: by bytes, which is how both engines
        // compare.
        pairs.sort { $0.order.lexicographicallyPrecedes($1.order) }
        for start in stride(from: 0, to: pairs.count, by: 250) {
            let rows: [SQL] = pairs[start..<min(start + 250, pairs.count)].map {
                "(\(county), \($0.gram), \($0.id))"
            }
            try books.put(
                """
                INSERT INTO case_gram (county, gram, case_id) VALUES \(SQL.list(rows))
                    ON CONFLICT (county, gram, case_id) DO NOTHING
                """
            )
        }
        try books.put("DELETE FROM case_unindexed WHERE county = \(county) AND id IN (\(list: noted))")
        return noted.count
    }

    /// The condition that case `c` contains every piece of what is looked for, or has that number. In words
    /// that nobody confirmed only those find something who may read them.
    static func condition(_ query: String, for actor: Actor) -> SQL {
        let (county, text) = (actor.county, query.trimmed)
        let pieces = grams([text]).prefix(12)
        var ways: [SQL] = ["c.number = \(text.uppercased())"]
        ways.append(
            """
            c.id IN (SELECT o.case_id FROM outside_number o WHERE o.county = \(county) AND o.outside_number \
            = \(text))
            """)
        let readable: SQL =
            actor.isSystem ? "1 = 1" : "(c.words_confirmed = 1 OR \(Complainants.visible(to: actor)))"
        var words: [SQL] = []
        if pieces.isEmpty {
            words.append("c.title LIKE \("%" + text.filter { $0 != "%" && $0 != "_" } + "%")")
        } else {
            words.append(
                SQL.all(
                    pieces.map {
                        """
                        c.id IN (SELECT g.case_id FROM case_gram g WHERE g.county = \(county) AND \
                        g.gram = \($0))
                        """
                    }))
            let unindexed = pieces.map { gram -> SQL in
                "LOWER(f.title || ' ' || f.place || ' ' || f.body) LIKE \("%\(gram)%")"
            }
            words.append(
                """
                c.id IN (SELECT f.id FROM case_unindexed u JOIN case_file f ON f.county = u.county AND f.id \
                = u.id
                WHERE u.county = \(county) AND \(SQL.all(unindexed)))
                """)
        }
        return SQL.any(ways + [SQL.all([readable, SQL.any(words)])])
    }

    /// Takes the pieces of words out of the index that a case no longer has: what was masked must not be
    /// found.
    static func forget(
        _ old: [String], keeping new: [String], of id: ID<Case>, county: County, in books: Books
    ) throws {
        let gone = Set(grams(old)).subtracting(grams(new)).sorted()
        for start in stride(from: 0, to: gone.count, by: 250) {
            try books.put(
                """
                DELETE FROM case_gram WHERE county = \(county) AND case_id = \(id)
                    AND gram IN (\(list: Array(gone[start..<min(start + 250, gone.count)])))
                """
            )
        }
    }
}

extension Office {
    /// Takes up every case whose words are not indexed yet, a batch at a time. `gently`: between batches the
    /// writer is left to others, much longer while they write much: what is not indexed yet is found all the
    /// same.
    package func catchUpSearch(gently: Bool = false) async throws {
        for profile in try await read({ try Offices.all(in: $0) }) {
            try await catchUpSearch(of: profile.county, gently: gently)
        }
    }

    /// The same for one county.
    package func catchUpSearch(of county: County, gently: Bool) async throws {
        while try await write(in: county, { try CaseSearch.catchUp(county, in: $0) }) > 0 {
            guard gently else { continue }
            let before = database.metrics.written
            try await Task.sleep(for: .milliseconds(20))
            if database.metrics.written - before > 20 { try await Task.sleep(for: .milliseconds(980)) }
        }
    }
}
