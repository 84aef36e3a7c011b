import Governance
import Hummingbird

/// The pictures of cases and visits as files.
enum PhotoPages {
    /// One picture, for those who may see its case or visit. Its bytes never change: the browser may keep it.
    static func show(_ call: Call) async throws -> Response {
        let id: ID<Attachment> = try call.id()
        let (photo, bytes) = try await call.read {
            try Photos.show(id, on: call.today, by: call.actor, in: $0)
        }
        return Responses.picture(bytes, type: photo.kind.rawValue)
    }
}
