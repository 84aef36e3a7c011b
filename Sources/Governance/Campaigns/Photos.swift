package import Rules
import Store

/// Every picture of the office, for those who may see what it belongs to.
package enum Photos {
    /// A picture with its bytes; throws `Refusal.notFound` if its case, household or point is out of the
    /// actor's reach.
    package static func show(_ id: ID<Attachment>, on day: Day, by actor: Actor, in books: Books) throws -> (
        photo: Attachment, bytes: [UInt8]
    ) {
        let photo = try Attachments.find(id, county: actor.county, in: books)
        guard photo.subject.kind == "visit" else { return try CasePhotos.show(id, by: actor, in: books) }
        guard let known = ID<Visit>(photo.subject.id),
            let visit = try Visits.find(known, of: actor.county, in: books)
        else { throw Refusal.notFound }
        if let household = visit.household {
            _ = try Households.find(household, for: actor, on: day, in: books)
        }
        if let point = visit.point { _ = try Points.find(point, for: actor, in: books) }
        return (photo, try Attachments.bytes(of: photo, county: actor.county, in: books))
    }
}
