package import Rules
import Store

/// A picture that belongs to a record.
package struct Attachment: Sendable, Hashable {
    /// Its identity, its kind, how many bytes it has and their SHA-256 in hexadecimal.
    package var id: ID<Attachment>, kind: Photo.Kind, size: Int, hash: String
    /// What it belongs to, since when.
    package var subject: Event.Subject, addedAt: Instant
    /// Whether only those see it who may see the complainant that sent it.
    package var isWithheld: Bool
}

/// Pictures of records. They lie in the database: whoever has the database has all of it, and a picture is
/// stored in the transaction of what it shows.
package enum Attachments {
    /// Keeps pictures with a record. Answers what the event has to tell of them: identity and hash of each,
    /// so that a picture that is changed afterwards no longer fits the log. Nil if there is none.
    static func keep(
        _ photos: [Photo], of subject: Event.Subject, isWithheld: Bool = false, county: County,
        at now: Instant, in books: Books
    ) throws -> String? {
        guard photos.count <= Photo.most else {
            throw Refusal.invalid(
                "photo", zh: "一次最多传 \(Photo.most) 张照片。", en: "At most \(Photo.most) photos at once.")
        }
        let told = try photos.map { photo -> String in
            let id: ID<Attachment> = books.newID(at: now)
            try books.put(
                """
                INSERT INTO attachment_content (county, hash, bytes)
                    VALUES (\(county), \(photo.hash), \(photo.bytes))
                ON CONFLICT (county, hash) DO NOTHING
                """)
            try books.put(
                """
                INSERT INTO attachment (county, id, subject_kind, subject_id, kind, size, hash, added_at,
                    is_withheld)
                VALUES (\(county), \(id), \(subject.kind), \(subject.id), \(photo.kind), \(photo.bytes.count),
                    \(photo.hash), \(now),
                    \(isWithheld))
                """)
            return "\(id):\(photo.hash)"
        }
        return told.isEmpty ? nil : told.joined(separator: " ")
    }

    /// The identities in what `keep` told.
    package static func identities(in told: String) -> [ID<Attachment>] {
        told.split(separator: " ").compactMap { ID<Attachment>(String($0.prefix { $0 != ":" })) }
    }

    /// The same with only those pictures.
    static func told(_ told: String, only shown: Set<ID<Attachment>>) -> String {
        told.split(separator: " ").filter { identities(in: String($0)).allSatisfy(shown.contains) }.joined(
            separator: " ")
    }

    /// Moves a record's pictures to another one that takes it up. Answers what the event has to tell of them,
    /// as `keep` does.
    static func move(from: Event.Subject, to: Event.Subject, county: County, in books: Books) throws
        -> String?
    {
        let photos = try of(from, county: county, in: books)
        guard !photos.isEmpty else { return nil }
        try books.change(
            """
            UPDATE attachment SET subject_kind = \(to.kind), subject_id = \(to.id)
            WHERE county = \(county) AND subject_kind = \(from.kind) AND subject_id = \(from.id)
            """)
        return photos.map { "\($0.id):\($0.hash)" }.joined(separator: " ")
    }

    /// Lets everybody who sees the record see the pictures that were withheld.
    static func show(of subject: Event.Subject, county: County, in books: Books) throws {
        try books.change(
            """
            UPDATE attachment SET is_withheld = 0
            WHERE county = \(county) AND subject_kind = \(subject.kind) AND subject_id = \(subject.id)
                AND is_withheld = 1
            """)
    }

    /// The pictures of a record, oldest first.
    static func of(_ subject: Event.Subject, county: County, in books: Books) throws -> [Attachment] {
        try books.all(
            """
            SELECT * FROM attachment WHERE county = \(county) AND subject_kind = \(subject.kind)
                AND subject_id = \(subject.id)
            ORDER BY added_at, id
            """, make)
    }

    /// A picture by identity; throws `Refusal.notFound`. Whether the asker may see what it belongs to is not
    /// asked here.
    static func find(_ id: ID<Attachment>, county: County, in books: Books) throws -> Attachment {
        guard
            let found = try books.first(
                "SELECT * FROM attachment WHERE county = \(county) AND id = \(id)", make)
        else { throw Refusal.notFound }
        return found
    }

    /// The bytes of a picture; throws `Refusal.notFound`, and `StoreError.unreadable` if they are not those
    /// that were sent: the log keeps the same hash.
    static func bytes(of item: Attachment, county: County, in books: Books) throws -> [UInt8] {
        let found = try books.first(
            "SELECT bytes FROM attachment_content WHERE county = \(county) AND hash = \(item.hash)"
        ) {
            try $0.get("bytes", as: [UInt8].self)
        }
        guard let found else { throw Refusal.notFound }
        let hash = digest(found).hex
        guard hash == item.hash else {
            throw StoreError.unreadable("a picture with the hash \(item.hash)", .text(hash))
        }
        return found
    }

    private static func make(_ row: Row) throws -> Attachment {
        Attachment(
            id: try row.get("id"), kind: try row.get("kind"), size: try row.get("size"),
            hash: try row.get("hash"),
            subject: .init(try row.get("subject_kind"), try row.get("subject_id")),
            addedAt: try row.get("added_at"),
            isWithheld: try row.get("is_withheld"))
    }
}
