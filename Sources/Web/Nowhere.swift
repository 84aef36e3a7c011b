import HTTPTypes
import Hummingbird

/// What is answered where no door is: the product's own words, with the headers that every answer has. A path
/// that has a door for another method says for which.
struct Nowhere: RouterMiddleware {
    typealias Context = SiteContext

    /// Stands in the counts for every path without a door, so that strangers cannot make them grow.
    private static let path = "/…"

    private let doors: [(parts: [Substring], method: HTTPRequest.Method)]
    private let answer: @Sendable (Route, Request, SiteContext) async -> Response

    /// The place beside the doors of these routes.
    init(beside routes: [Route], answer: @escaping @Sendable (Route, Request, SiteContext) async -> Response)
    {
        doors = routes.map { ($0.path.split(separator: "/"), $0.method) }
        self.answer = answer
    }

    func handle(
        _ request: Request, context: SiteContext, next: (Request, SiteContext) async throws -> Response
    ) async -> Response {
        let path = request.uri.path
        let allowed = methods(of: path)
        let method: HTTPRequest.Method = [.get, .head].contains(request.method) ? .get : .post
        let route = Route(
            method: method, path: Self.path, audience: .anyone, kind: path.hasPrefix("/api/") ? .api : .page,
            answer: { _ in throw NoDoor(allowed: allowed) })
        return await answer(route, request, context)
    }

    /// The methods of the door that a path names; of several the one with the fewest parts that are read.
    private func methods(of path: String) -> [HTTPRequest.Method] {
        let parts = path.split(separator: "/")
        let fitting = doors.filter { door in
            door.parts.count == parts.count
                && zip(door.parts, parts).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
        }
        func open(_ parts: [Substring]) -> Int { parts.count { $0.hasPrefix("{") } }
        guard let nearest = fitting.min(by: { open($0.parts) < open($1.parts) })?.parts else { return [] }
        let methods = fitting.filter { $0.parts == nearest }.map(\.method)
        return methods.contains(.get) ? methods + [.head] : methods
    }
}

/// No door, or none for this method.
struct NoDoor: Error { var allowed: [HTTPRequest.Method] }
