import Foundation
package import Governance
import HTTPTypes
package import Hummingbird
import Logging
import Rules

/// What the server knows of a request before a route answers it.
package struct Knock: RequestContext {
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
    package static func router(office: Office, doors: Doors = Doors(), routes: [Route] = Site.routes) -> Router<Knock> {
        let router = Router(context: Knock.self)
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

    private static func answer(_ route: Route, _ request: Request, _ visit: Knock, office: Office, doors: Doors) async -> Response {
        let begun = ContinuousClock.now
        let response = await answered(route, request, visit, office: office, doors: doors)
        let took = ContinuousClock.now - begun
        doors.meters.count(route.method.rawValue, route.path, status: response.status.code, took: took)
        visit.logger.info(
            "\(route.method) \(request.uri.path)",
            metadata: [
                "status": "\(response.status.code)", "route": "\(route.path)", "took": "\(took)",
                "from": "\(doors.proxies.told(visit.address, request.headers).address ?? visit.address)",
            ])
        return response
    }

    private static func answered(_ route: Route, _ request: Request, _ visit: Knock, office: Office, doors: Doors) async -> Response {
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
    let route: Route, request: Request, visit: Knock, office: Office, doors: Doors

    /// What one look into the database tells of whoever stands at the door.
    private struct Known: Sendable {
        var actor: Actor?, names: Directory?, version = 0, todo: Int?
    }

    func call() async throws -> Call {
        let now = office.clock.now
        let secret = self.secret
        var known = try await office.glance { books in try self.known(secret, at: now, in: books) }
        if route.kind == .page, known.todo == nil, let actor = known.actor {
            known.todo = try await office.read { books in try Cases.total(Self.todo, for: actor, at: now, in: books) }
        }
        let cookies = request.cookies
        let language =
            cookies["lang"].flatMap { Language(rawValue: $0.value) }
            ?? (request.headers[.acceptLanguage]?.hasPrefix("en") == true && route.kind == .api ? .en : .zh)
        let parameters = Dictionary(uniqueKeysWithValues: visit.parameters.map { (String($0.key), decoded(String($0.value))) })
        let told = doors.proxies.told(visit.address, request.headers)
        let visitor = County(known.names?.office.county.code ?? "000000").map(Actor.visitor) ?? .visitor(of: .shared)
        return Call(
            request: request, parameters: parameters, office: office, actor: known.actor ?? visitor,
            secret: known.actor == nil ? nil : secret, now: now, zone: known.names?.office.zone ?? .china, language: language,
            isLarge: cookies["size"]?.value == "large", number: visit.id, address: told.address ?? visit.address,
            isSecure: told.isSecure ?? doors.isSecure, doors: doors,
            directory: known.names, version: known.version, todo: known.todo ?? 0)
    }

    private func known(_ secret: Secret?, at now: Instant, in books: Books) throws -> Known {
        let offices = try Offices.all(in: books)
        var known = Known()
        // A secret of an office that is gone is no secret; the office's zone decides which day's posts count.
        if let secret, let own = offices.first(where: { $0.county == secret.county }) {
            known.actor = try Accounts.holder(of: secret, on: own.zone.day(of: now), at: now, in: books)
        }
        let wished = wishedCounty.flatMap { wish in offices.first { $0.county.code == wish }?.county }
        guard let county = known.actor?.county ?? wished ?? offices.first?.county else { return known }
        known.names = try Directory.of(county, at: now, in: books)
        known.version = try books.version(of: county)
        // To count them may take long enough to be a burden to the others who look.
        known.todo = try known.actor.flatMap { try Cases.rememberedTotal(Self.todo, for: $0, at: now, in: books) }
        return known
    }

    /// What a page tells on every screen: how much there is to do.
    private static let todo = {
        var query = CaseQuery()
        (query.heap, query.limit) = (.todo, 1)
        return query
    }()

    private var wishedCounty: String? { request.uri.queryParameters["county"].map(String.init) }

    /// Refuses who may not open the door, and forms that another site sent.
    func admitted(_ call: Call) throws -> Call {
        if request.method != .get, request.method != .head { try guardOrigin(call) }
        if call.actor.person == nil, let wishedCounty, wishedCounty != call.directory?.office.county.code { throw Refusal.notFound }
        switch route.audience {
        case .anyone: break
        case .signedIn: guard call.actor.person != nil else { throw Refusal.signInFirst }
        case .holders(let power): try call.actor.need(power)
        case .holdersOfAny(let powers): try call.actor.need(powers.first(where: { call.actor.may($0) }) ?? powers[0])
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
        let isForeign =
            site.map { $0 == "cross-site" || $0 == "same-site" } ?? false
            || originHost.map { $0 != host && $0 != host.replacing(":80", with: "").replacing(":443", with: "") } ?? false
        guard !isForeign else {
            throw Refusal.notAllowed(Phrase(zh: "这张表单不是从本站提交的。", en: "This form was not sent from this site."))
        }
    }

    private var secret: Secret? {
        if let header = request.headers[.authorization] {
            return header.hasPrefix("Bearer ") ? Secret(String(header.dropFirst(7))) : nil
        }
        return request.cookies["luoshi"].flatMap { Secret(String($0.value)) }
    }

    private func decoded(_ text: String) -> String { text.removingPercentEncoding ?? text }
}

private let fetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .origin
