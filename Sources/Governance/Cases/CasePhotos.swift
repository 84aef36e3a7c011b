import Rules
import Store

/// The pictures of cases, for those who may see the case.
package enum CasePhotos {
    /// A picture with its bytes; throws `Refusal.notFound` if its case is out of the actor's reach, or if a
    /// complainant sent it whom the actor may not see and nobody has let others see it.
    package static func show(_ id: ID<Attachment>, by actor: Actor, in books: Books) throws -> (
        photo: Attachment, bytes: [UInt8]
    ) {
        let photo = try Attachments.find(id, county: actor.county, in: books)
        guard let item = ID<Case>(photo.subject.id) else { throw Refusal.notFound }
        var found: Case?
        do { found = try Cases.find(item, by: actor, in: books) } catch Refusal.notFound { found = nil }
        if let found {
            // Where the matter stands now decides, whatever the report that was merged into it would allow.
            guard isVisible(photo, of: found, to: actor) else { throw Refusal.notFound }
        } else {
            // A picture of a merged report went along: whoever may see the report may still see it.
            let sight: SQL = photo.isWithheld ? "AND \(Complainants.visible(to: actor))" : ""
            let merged = try books.count(
                """
                SELECT COUNT(*) FROM case_file c
                WHERE c.county = \(actor.county) AND c.merged_into = \(item)
                    AND (\(Cases.reach(of: actor))) \(sight)
                """)
            guard merged > 0 else { throw Refusal.notFound }
        }
        return (photo, try Attachments.bytes(of: photo, county: actor.county, in: books))
    }

    /// The pictures of a case that the actor may see, oldest first.
    package static func all(of item: Case, for actor: Actor, in books: Books) throws -> [Attachment] {
        try Attachments.of(item.subject, county: actor.county, in: books).filter {
            isVisible($0, of: item, to: actor)
        }
    }

    private static func isVisible(_ photo: Attachment, of item: Case, to actor: Actor) -> Bool {
        !photo.isWithheld || actor.isSystem || Complainants.areVisible(of: item, to: actor)
    }

    /// Keeps what was sent with a verb. Throws `Refusal.invalid` if the verb takes no pictures, or if the
    /// category asks for one when the work is done and there is none.
    static func keep(
        _ photos: [Photo], with step: Transition<Case>, of item: Case, county: County, at now: Instant,
        in books: Books
    ) throws -> String? {
        guard photos.isEmpty || step.form.contains(where: { $0.name == CaseField.photo.rawValue }) else {
            throw Refusal.invalid("photo", zh: "这一步不收照片。", en: "This step takes no photos.")
        }
        if step.verb == .handle, photos.isEmpty,
            try Cases.categoryVersion(of: item, county: county, in: books)?.photoRequired == true
        {
            throw Refusal.invalid(
                "photo", zh: "这类事项报处置结果要附一张照片。", en: "This category asks for a photo of the result.")
        }
        return try Attachments.keep(photos, of: item.subject, county: county, at: now, in: books)
    }
}
