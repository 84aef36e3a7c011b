import Rules
import Store

/// The pictures of cases, for those who may see the case.
package enum CasePhotos {
    /// A picture with its bytes; throws `Refusal.notFound` if its case is out of the actor's reach.
    package static func show(_ id: ID<Attachment>, by actor: Actor, in books: Books) throws -> (photo: Attachment, bytes: [UInt8]) {
        let photo = try Attachments.find(id, county: actor.county, in: books)
        guard let item = ID<Case>(photo.subject.id) else { throw Refusal.notFound }
        _ = try Cases.find(item, by: actor, in: books)
        return (photo, try Attachments.bytes(of: photo, county: actor.county, in: books))
    }

    /// Keeps what was sent with a verb. Throws `Refusal.invalid` if the verb takes no pictures, or if the category asks for
    /// one when the work is done and there is none.
    static func keep(_ photos: [Photo], with step: CaseStep, of item: Case, county: County, at now: Instant, in books: Books) throws -> String? {
        guard photos.isEmpty || step.mayTell.contains(.photo) else {
            throw Refusal.invalid("photo", zh: "这一步不收照片。", en: "This step takes no photos.")
        }
        if step.verb == .handle, photos.isEmpty, try Cases.categoryVersion(of: item, county: county, in: books)?.photoRequired == true {
            throw Refusal.invalid("photo", zh: "这类事项报处置结果要附一张照片。", en: "This category asks for a photo of the result.")
        }
        return try Attachments.keep(photos, of: item.subject, county: county, at: now, in: books)
    }
}
