import Store

/// Records that somebody sent under an identity of their own: sent again they are answered, and nothing else
/// is taken under that identity. A receipt lives as long as its record.
enum Receipts {
    /// What was kept with a record: for whom, and what the answer needs besides.
    struct Receipt { var answer: String }

    /// The fingerprint of what was sent: keyed, as telephones and names are in it.
    static func fingerprint(_ parts: [String?], in books: Books) -> [UInt8] {
        let text = JSON.array(parts.map { $0.map(JSON.string) ?? .null }).text
        return books.key?.mark(text, as: "receipt") ?? Array(digest(Array(text.utf8)).prefix(16))
    }

    /// Who sends: a person, or anybody.
    static func sender(_ actor: Actor) -> String {
        actor.person?.text ?? (actor.isSystem ? "clockwork" : "public")
    }

    /// What the same person got for the same content under this identity; nil if the identity is new. Throws
    /// `Refusal.alreadyUsed` if it was used for something else.
    static func find(_ kind: String, _ id: String, content: [UInt8], by actor: Actor, in books: Books) throws
        -> Receipt?
    {
        let found = try books.first(
            """
            SELECT sender, content, answer FROM receipt WHERE county = \(actor.county) AND kind = \(kind)
                AND id = \(id)
            """
        ) { row in
            (
                sender: try row.get("sender", as: String.self),
                content: try row.get("content", as: [UInt8].self),
                answer: try row.get("answer", as: String.self)
            )
        }
        guard let found else { return nil }
        guard found.sender == sender(actor), found.content == content else { throw Refusal.alreadyUsed }
        return Receipt(answer: found.answer)
    }

    /// Keeps a receipt beside its record, in the same transaction.
    static func keep(
        _ kind: String, _ id: String, content: [UInt8], answer: String = "", by actor: Actor, in books: Books
    ) throws {
        try books.put(
            """
            INSERT INTO receipt (county, kind, id, sender, content, answer)
            VALUES (\(actor.county), \(kind), \(id), \(sender(actor)), \(content), \(answer))
            """)
    }
}
