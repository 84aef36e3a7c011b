import Foundation
package import Governance
import HTTPTypes
package import Hummingbird
import Logging
import Rules

/// What the server knows of a request before a route answers it.
package struct Visit: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The address of the peer.
    let address: String
    package var maxUploadSize: Int { 20 << 20 }

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        address = source.channel.remoteAddress?.ipAddress ?? ""
    }
}

/// Makes the router of the whole site: every route behind the same entrance.
package enum Entrance {
    /// The router over an office.
    package static func router(office: Office, doors: Doors = Doors(), routes: [Route] = Site.routes) -> Router<Visit> {
        let router = Router(context: Visit.self)
        for route in routes {
            // What travels inside the binary is the same for everybody: it needs no actor and no database.
            if let file = route.file {
                router.on(RouterPath(route.path), method: route.method) { _, _ in file }
                continue
            }
            router.on(RouterPath(route.path), method: route.method) { request, visit in
                await answer(route, request, visit, office: office, doors: doors)
            }
        }
        return router
    }

    private static func answer(_ route: Route, _ request: Request, _ visit: Visit, office: Office, doors: Doors) async -> Response {
        let arrival = Arrival(route: route, request: request, visit: visit, office: office, doors: doors)
        do {
            let call = try await arrival.call()
            do {
                return try await route.answer(arrival.admitted(call))
            } catch { return Refused.response(error, call: call, route: route, logger: visit.logger) }
        } catch { return Refused.response(error, call: nil, route: route, logger: visit.logger) }
    }
}

/// A request at the door: who is it, and may they open this door?
private struct Arrival {
    let route: Route, request: Request, visit: Visit, office: Office, doors: Doors

    func call() async throws -> Call {
        let now = office.clock.now
        let secret = self.secret
        let isPage = route.kind == .page
        let wished = request.uri.queryParameters["county"].flatMap { County(String($0)) }
        let known = try await office.read { books -> (Actor?, Directory?, Int) in
            var actor: Actor?
            if let secret {
                // The zone decides which day's posts count; a secret of an office that is gone is no secret.
                if let names = try? office.memory.directory(of: secret.county, at: now, in: books) {
                    actor = try office.memory.holder(of: secret, on: names.office.zone.day(of: now), at: now, in: books)
                }
            }
            guard let county = try actor?.county ?? wished ?? Offices.all(in: books).first?.county else { return (nil, nil, 0) }
            let names = try office.memory.directory(of: county, at: now, in: books)
            guard isPage, let actor else { return (actor, names, 0) }
            var query = CaseQuery()
            (query.heap, query.limit) = (.todo, 1)
            return (actor, names, try Cases.total(query, for: actor, at: now, memory: office.memory, in: books))
        }
        let cookies = request.cookies
        let language = cookies["lang"].flatMap { Language(rawValue: $0.value) }
            ?? (request.headers[.acceptLanguage]?.hasPrefix("en") == true && route.kind == .api ? .en : .zh)
        let parameters = Dictionary(uniqueKeysWithValues: visit.parameters.map { (String($0.key), decoded(String($0.value))) })
        let visitor = County(known.1?.office.county.code ?? "000000").map(Actor.visitor) ?? .visitor(of: .shared)
        return Call(
            request: request, parameters: parameters, office: office, actor: known.0 ?? visitor,
            secret: known.0 == nil ? nil : secret, now: now, language: language,
            isLarge: cookies["size"]?.value == "large", number: visit.id, address: visit.address, doors: doors,
            directory: known.1, todo: known.2)
    }

    /// Refuses who may not open the door, and forms that another site sent.
    func admitted(_ call: Call) throws -> Call {
        if request.method != .get, request.method != .head { try guardOrigin(call) }
        switch route.audience {
        case .anyone: break
        case .signedIn: guard call.actor.person != nil else { throw Refusal.signInFirst }
        case .holders(let power): try call.actor.need(power)
        }
        return call
    }

    /// A browser tells where a form comes from; a token in a header cannot be sent by another site.
    private func guardOrigin(_ call: Call) throws {
        guard request.headers[.authorization] == nil else { return }
        let site = request.headers[fetchSite]
        let origin = request.headers[.origin].flatMap { URL(string: $0) }
        let host = request.head.authority ?? ""
        let originHost = origin.map { ($0.host() ?? "") + ($0.port.map { ":\($0)" } ?? "") }
        let isForeign = site.map { $0 == "cross-site" || $0 == "same-site" } ?? false
            || originHost.map { $0 != host && $0 != host.replacing(":80", with: "").replacing(":443", with: "") } ?? false
        guard !isForeign else {
            throw Refusal.notAllowed(Phrase(zh: "这张表单不是从本站提交的。", en: "This form was not sent from this site."))
        }
    }

    private var secret: Secret? {
        if let header = request.headers[.authorization] {
            return header.hasPrefix("Bearer ") ? Secret(header.dropFirst(7)) : nil
        }
        return request.cookies["luoshi"].flatMap { Secret($0.value) }
    }

    private func decoded(_ text: String) -> String { text.removingPercentEncoding ?? text }
}

private let fetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .origin
