import Store

/// Finding Chinese words: two-character pieces made by the application, so that both engines find the same.
enum CaseSearch {
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
                if seen.insert(gram).inserted { found.append(gram) }
                if found.count == most { return found }
            }
        }
        return found
    }

    static func index(_ id: ID<Case>, county: County, texts: [String], in books: Books) throws {
        let pieces: [SQL] = grams(texts).map { "(\($0))" }
        guard !pieces.isEmpty else { return }
        try books.change(
            """
            INSERT INTO case_gram (county, gram, case_id)
            SELECT h.county, p.gram, h.id FROM (SELECT \(county) AS county, \(id) AS id) h
            CROSS JOIN (WITH w (gram) AS (VALUES \(SQL.list(pieces))) SELECT gram FROM w) p
            WHERE 1 = 1 ON CONFLICT (county, gram, case_id) DO NOTHING
            """)
    }

    /// The condition that case `c` contains every piece of what is looked for, or has that number.
    static func condition(_ query: String, county: County) -> SQL {
        let text = query.trimmed
        let pieces = grams([text])
        var ways: [SQL] = ["c.number = \(text.uppercased())"]
        ways.append(
            """
            c.id IN (SELECT o.case_id FROM outside_number o WHERE o.county = \(county) AND o.outside_number = \(text))
            """)
        if pieces.isEmpty {
            ways.append("c.title LIKE \("%" + text.filter { $0 != "%" && $0 != "_" } + "%")")
        } else {
            let all = pieces.prefix(12).map { gram -> SQL in
                "c.id IN (SELECT g.case_id FROM case_gram g WHERE g.county = \(county) AND g.gram = \(gram))"
            }
            ways.append(SQL.all(all))
        }
        return SQL.any(ways)
    }
}
