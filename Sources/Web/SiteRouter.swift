import Foundation
package import Governance
import HTTPTypes
package import Hummingbird
import Logging
import Rules

/// What the server knows of a request before a route answers it.
package struct SiteContext: RequestContext {
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
package enum SiteRouter {
    /// The router over an office.
    package static func router(office: Office, doors: Doors = Doors(), routes: [Route] = Site.routes)
        -> Router<SiteContext>
    {
        let router = Router(context: SiteContext.self, options: .autoGenerateHeadEndpoints)
        // A form stands on the page of its own address, or where its door says.
        let forms = Dictionary(
            routes.filter { $0.kind == .page && $0.method == .get }.map { ($0.path, $0.answer) }
        ) { first, _ in first }
        for var route in routes {
            if route.kind == .page, route.method == .post, route.form == nil {
                route.form = forms[route.path]
            }
            let route = route
            // What travels inside the binary is the same for everybody: it needs no actor and no database.
            if let file = route.file {
                router.on(RouterPath(route.path), method: route.method) { secured(file, $0, $1, doors) }
                continue
            }
            router.on(RouterPath(route.path), method: route.method) { request, visit in
                await answer(route, request, visit, office: office, doors: doors)
            }
        }
        // Added last, it stands before nothing but the place where no door is.
        router.add(
            middleware: Nowhere(beside: routes) { await answer($0, $1, $2, office: office, doors: doors) })
        return router
    }

    private static func answer(
        _ route: Route, _ request: Request, _ visit: SiteContext, office: Office, doors: Doors
    ) async -> Response {
        let begun = ContinuousClock.now
        let response = secured(
            await answered(route, request, visit, office: office, doors: doors), request, visit, doors)
        let took = ContinuousClock.now - begun
        doors.metrics.count(route.method.rawValue, route.path, status: response.status.code, took: took)
        visit.logger.info(
            "\(route.method) \(route.path)",
            metadata: [
                "status": "\(response.status.code)", "took": "\(took)",
                "from": "\(doors.proxies.told(visit.address, request.headers).address ?? visit.address)",
            ])
        return response
    }

    /// Tells the browser that a form was taken, by the number under which it keeps the draft: only then the
    /// draft goes. A form that was refused comes by here only with its faults.
    private static func markTaken(
        _ response: inout Response, _ route: Route, _ request: Request, _ visit: SiteContext, _ doors: Doors
    ) {
        guard route.kind == .page, request.method == .post, response.status.code < 400,
            let number = request.uri.queryParameters["draft"].map(String.init),
            number.utf8.count == 16,
            number.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { return }
        response.setCookie(
            Cookie(
                name: "taken", value: number, maxAge: 300, path: "/",
                secure: doors.isEncrypted(visit.address, request.headers), httpOnly: false,
                sameSite: .strict))
    }

    private static func answered(
        _ route: Route, _ request: Request, _ visit: SiteContext, office: Office, doors: Doors
    ) async -> Response {
        let arrival = Authentication(
            route: route, request: request, visit: visit, office: office, doors: doors)
        do {
            let call = try await arrival.call()
            do {
                var response = try await route.answer(arrival.admitted(call))
                markTaken(&response, route, request, visit, doors)
                return response
            } catch let refusal as Refusal where route.kind == .page && request.method == .post {
                return await again(refusal, call, route, visit)
            } catch { return Refused.response(error, call: call, route: route, logger: visit.logger) }
        } catch { return Refused.response(error, call: nil, route: route, logger: visit.logger) }
    }
}

extension SiteRouter {
    /// The page of a form that could not be taken, with what was typed and why, under the refusal's status.
    fileprivate static func again(_ refusal: Refusal, _ call: Call, _ route: Route, _ visit: SiteContext)
        async
        -> Response
    {
        let plain = Refused.response(refusal, call: call, route: route, logger: visit.logger)
        // Whose session ran out while they wrote has not been read yet; how often one may come is told before
        // anything is read.
        if case .signInFirst = refusal, !call.submission.isRead, call.cameWithSession {
            do { try await call.readLeftBehind() } catch {
                visit.logger.debug("\(route.path): what was sent could not be read: \(error)")
            }
        }
        guard plain.status.code >= 400 else { return plain }
        call.submission.refuse(refusal)
        if let form = route.form, call.submission.isRead, refusal != .signInFirst {
            do {
                var response = try await form(call)
                // A page that leads elsewhere shows nothing of what was typed.
                if response.status == .ok {
                    response.status = plain.status
                    for name in [HTTPField.Name.retryAfter, .allow] {
                        response.headers[name] = plain.headers[name]
                    }
                    return response
                }
            } catch let other as Refusal where other == .notFound || other.isOfPower {
                // Who may not see the form is told that, and not what is wrong with its fields.
                return Refused.response(other, call: call, route: route, logger: visit.logger, isTold: true)
            } catch {
                visit.logger.debug("\(route.path) could not be shown again: \(error)")
            }
        }
        return Refused.response(refusal, call: call, route: route, logger: visit.logger, isTold: true)
    }
}

/// A browser that came encrypted once shall not come in clear again.
private func secured(_ response: Response, _ request: Request, _ visit: SiteContext, _ doors: Doors)
    -> Response
{
    guard doors.isEncrypted(visit.address, request.headers) else { return response }
    var response = response
    response.headers[.strictTransportSecurity] = "max-age=31536000"
    return response
}

/// A request at the door: who is it, and may they open this door?
private struct Authentication {
    let route: Route, request: Request, visit: SiteContext, office: Office, doors: Doors

    /// What one look into the database tells of whoever stands at the door.
    private struct Known: Sendable {
        var holder: Holder?, names: Directory?, version = 0, todo: Int?
    }

    func call() async throws -> Call {
        let now = office.clock.now
        let secret = self.secret
        var known = try await office.readShared { books in try self.known(secret, at: now, in: books) }
        // Who has something to do first is the public at every door but those that it is done at.
        let holder = known.holder.flatMap { holder in
            holder.step.map { route.steps.contains($0) } ?? true ? holder : nil
        }
        let step = holder == nil ? known.holder?.step : nil
        if route.kind == .page, known.todo == nil, let actor = holder?.actor, holder?.step == nil {
            known.todo = try await office.read { books in
                try Cases.total(Self.todo, for: actor, at: now, in: books)
            }
        }
        if let holder { try await note(holder, at: now) }
        let cookies = request.cookies
        let language =
            cookies["lang"].flatMap { Language(rawValue: $0.value) }
            ?? (request.headers[.acceptLanguage]?.hasPrefix("en") == true && route.kind == .api ? .en : .zh)
        let parameters = Dictionary(visit.parameters.map { (String($0.key), decoded(String($0.value))) }) {
            first, _ in first
        }
        let told = doors.proxies.told(visit.address, request.headers)
        let visitor =
            County(known.names?.office.county.code ?? "000000").map(Actor.anonymous)
            ?? .anonymous(of: .shared)
        return Call(
            request: request, parameters: parameters, office: office, actor: holder?.actor ?? visitor,
            holder: holder, step: step,
            secret: holder == nil ? nil : secret, now: now, zone: known.names?.office.zone ?? .china,
            language: language,
            isLarge: cookies["size"]?.value == "large", number: visit.id,
            address: told.address ?? visit.address,
            isSecure: doors.isEncrypted(visit.address, request.headers), room: route.room, doors: doors,
            directory: known.names, version: known.version, todo: known.todo ?? 0)
    }

    private func known(_ secret: Secret?, at now: Instant, in books: Books) throws -> Known {
        var known = Known()
        // The secret names its county, and nothing but that county is asked. A secret of an office that is
        // gone is no secret; the office's zone decides which day's posts count.
        if let secret, let own = try Offices.known(secret.county, in: books) {
            known.holder = try Accounts.holder(of: secret, on: own.zone.day(of: now), at: now, in: books)
        }
        guard let county = try known.holder?.actor.county ?? county(in: books) else { return known }
        known.names = try Directory.of(county, at: now, in: books)
        known.version = try books.version(of: county)
        // To count them may take long enough to be a burden to the others who look.
        known.todo = try known.holder.flatMap {
            try Cases.rememberedTotal(Self.todo, for: $0.actor, at: now, in: books)
        }
        return known
    }

    /// Notes now and then that a session is used, so that it does not end as idle. A page that renews itself
    /// is not use.
    private func note(_ holder: Holder, at now: Instant) async throws {
        let wait = Int64(Accounts.noteMinutes) * 60_000
        guard now.since(holder.seenAt) >= wait, request.headers[renewal] == nil, route.path != "/live",
            doors.notes.isFirst(holder.session, at: now)
        else { return }
        let county = holder.actor.county
        try await office.write { try Accounts.noteUse(of: holder.session, county: county, at: now, in: $0) }
    }

    /// The office for somebody who is not signed in: the one that the address names, else the oldest.
    private func county(in books: Books) throws -> County? {
        let offices = try Offices.listed(in: books)
        return wishedCounty.flatMap { wish in offices.first { $0.county.code == wish }?.county }
            ?? offices.first?.county
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
        try guardHost()
        if request.method != .get, request.method != .head { try guardOrigin(call) }
        if call.actor.person == nil, let wishedCounty, wishedCounty != call.directory?.office.county.code {
            throw Refusal.notFound
        }
        if route.audience != .anyone, let step = call.step { throw Refusal.stepFirst(step) }
        // A token that only reads may still end itself.
        if call.holder?.scope == .read, request.method != .get, request.method != .head,
            !route.path.hasSuffix("/tokens/current")
        {
            throw Refusal.notAllowed(Phrase(zh: "这个令牌只能查看，不能办理。", en: "This token only reads."))
        }
        switch route.audience {
        case .anyone: break
        case .signedIn: guard call.actor.person != nil else { throw Refusal.signInFirst }
        case .holders(let power): try call.actor.need(power)
        case .holdersOfAny(let powers): try call.actor.need(anyOf: powers)
        }
        if let limit = route.limit { try doors.admit(limit, from: call.address, at: call.now) }
        return call
    }

    /// Forms are compared with the host and letters carry it: it has to be said once, and to be one.
    private func guardHost() throws {
        guard Self.isHost(request.head.authority ?? ""), request.headers[values: hostName].isEmpty else {
            throw HTTPError(.badRequest, message: "A request names its host once.")
        }
    }

    /// A name or an address, perhaps with a port. By bytes: every request is asked, and a pattern took a
    /// third of a page.
    private static func isHost(_ text: String) -> Bool {
        var rest = Substring(text).utf8
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }
        if rest.first == UInt8(ascii: "[") {
            let address = rest.dropFirst().prefix { isHex($0) || $0 == 0x3A || $0 == 0x2E }
            rest = rest.dropFirst(1 + address.count)
            guard !address.isEmpty, rest.popFirst() == UInt8(ascii: "]") else { return false }
        } else {
            let name = rest.prefix {
                isDigit($0) || (0x61...0x7A).contains($0 | 0x20) || [0x2D, 0x2E, 0x5F].contains($0)
            }
            guard !name.isEmpty else { return false }
            rest = rest.dropFirst(name.count)
        }
        if rest.isEmpty { return true }
        return rest.popFirst() == UInt8(ascii: ":") && !rest.isEmpty && rest.allSatisfy(isDigit)
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
            || originHost.map {
                $0 != host && $0 != host.replacing(":80", with: "").replacing(":443", with: "")
            } ?? false
        guard !isForeign else {
            throw Refusal.notAllowed(
                Phrase(zh: "这张表单不是从本站提交的。", en: "This form was not sent from this site."))
        }
    }

    private var secret: Secret? {
        if let header = request.headers[.authorization] {
            return header.hasPrefix("Bearer ") ? Secret(String(header.dropFirst(7))) : nil
        }
        return request.cookies[Doors.cookie(isSecure: doors.isEncrypted(visit.address, request.headers))]
            .flatMap { Secret(String($0.value)) }
    }

    private func decoded(_ text: String) -> String { text.removingPercentEncoding ?? text }
}

/// The first of them has become the authority.
private let hostName = HTTPField.Name("Host") ?? .origin
private let renewal = HTTPField.Name("Luoshi-Renewal") ?? .origin
private let fetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .origin
