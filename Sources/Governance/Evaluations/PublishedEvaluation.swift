import Crypto
import Foundation
package import Rules
import Store

extension Event.Kind {
    static let evaluationPublished = Event.Kind(
        "evaluation.publish", zh: "发布评价方案", en: "Evaluation published")
}

/// An evaluation's scheme as it was published: its text, its hash, and what it says.
package struct PublishedEvaluation: Sendable {
    /// Its identity, name and version.
    package let id: ID<PublishedEvaluation>, name: String, version: Int
    /// What it is called, its first and its last day, and when it was published.
    package let title: Phrase, begins: Day, ends: Day, publishedAt: Instant
    /// The text and its SHA-256 in hex, and what it says.
    package let text: String, hash: String, scheme: Evaluation

    init(_ row: Row) throws {
        (id, name, version) = (try row.get("id"), try row.get("name"), try row.get("version"))
        title = Phrase(zh: try row.get("title_zh"), en: try row.get("title_en"))
        publishedAt = try row.get("published_at")
        (begins, ends, text, hash) = (
            try row.get("begins"), try row.get("ends"), try row.get("scheme"), try row.get("scheme_hash")
        )
        scheme = Evaluation.read(text, .own).evaluation
    }
}

/// Publishing evaluations and finding them.
package enum Evaluations {
    /// Every evaluation, newest first: they are published to all staff.
    package static func all(for actor: Actor, in books: Books) throws -> [PublishedEvaluation] {
        try actor.needStaff()
        return try all(of: actor.county, in: books)
    }

    /// Remembered while the organisation stays as it is.
    static func all(of county: County, in books: Books) throws -> [PublishedEvaluation] {
        try books.cache.versioned("evaluations", most: 1).thing(
            0, of: county, version: books.organisation(of: county)
        ) {
            try books.all(
                """
                SELECT * FROM evaluation WHERE county = \(county)
                    ORDER BY begins DESC, version DESC, id DESC
                """,
                PublishedEvaluation.init)
        }
    }

    /// An evaluation by identity; throws `Refusal.notFound`.
    package static func find(_ id: ID<PublishedEvaluation>, for actor: Actor, in books: Books) throws
        -> PublishedEvaluation
    {
        try actor.needStaff()
        return try find(id, of: actor.county, in: books)
    }

    static func find(_ id: ID<PublishedEvaluation>, of county: County, in books: Books) throws
        -> PublishedEvaluation
    {
        guard let found = try all(of: county, in: books).first(where: { $0.id == id }) else {
            throw Refusal.notFound
        }
        return found
    }

    /// Publishes a text. Throws `Refusal.invalid` with every fault by its line, or if its campaign is not
    /// published, or a unit that it names is not there.
    @discardableResult
    package static func publish(_ text: String, by actor: Actor, at now: Instant, in books: Books) throws
        -> PublishedEvaluation
    {
        try publish(Text(text), by: actor, at: now, in: books)
    }

    /// A text that was read before the writer is taken.
    package typealias Text = CheckedText<Evaluation>

    /// Publishes a scheme that was read.
    @discardableResult
    package static func publish(_ read: Text, by actor: Actor, at now: Instant, in books: Books) throws
        -> PublishedEvaluation
    {
        try actor.need(.administer)
        let (county, text, scheme) = (actor.county, read.text, read.scheme)
        if !scheme.campaign.isEmpty,
            try Campaigns.all(of: county, in: books).allSatisfy({ $0.name != scheme.campaign })
        {
            throw Refusal.invalid(
                "campaign", zh: "行动“\(scheme.campaign)”还没有发布。",
                en: "The campaign “\(scheme.campaign)” is not published.")
        }
        for code in scheme.incentives.flatMap(\.gifts).flatMap(\.by)
        where try Units.find(code: code, of: county, in: books) == nil {
            throw Refusal.invalid(
                "by", zh: "没有代码为“\(code)”的单位。", en: "There is no unit with the code “\(code)”.")
        }
        let known = try books.count(
            """
            SELECT COALESCE(MAX(version), 0) FROM evaluation WHERE county = \(county)
                AND name = \(scheme.name)
            """
        )
        guard scheme.version > known else {
            throw Refusal.invalid(
                "version", zh: "版本 \(known) 已经发布，新的要更大。",
                en: "Version \(known) is published; a new one needs a higher number.")
        }
        let id: ID<PublishedEvaluation> = books.newID(at: now)
        let hash = SHA256.hash(data: Data(text.utf8)).hex
        try books.change(
            """
            INSERT INTO evaluation (county, id, name, version, title_zh, title_en, begins, ends, scheme,
                scheme_hash, published_at, published_by)
            VALUES (\(county), \(id), \(scheme.name), \(scheme.version), \(scheme.title.zh),
                \(scheme.title.en), \(scheme.from), \(scheme.until), \(text),
                \(hash), \(now), \(actor.person))
            """)
        try Organisation.changed(county, in: books)
        try books.record(
            Event(
                .evaluationPublished,
                [("name", scheme.name), ("version", "\(scheme.version)"), ("hash", hash)]),
            about: .init("evaluation", id.text),
            by: actor, as: .administer, at: now)
        return try find(id, of: county, in: books)
    }
}
