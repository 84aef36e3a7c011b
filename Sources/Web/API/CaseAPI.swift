import Governance
import Hummingbird
import Rules

/// Cases for people of the office: the same verbs as the pages.
enum CaseAPI {
    /// `GET /cases`: a page of the cases in reach.
    static func list(_ call: Call) async throws -> Response {
        let query = try CaseQuery(
            API.query(
                call, "heap", "state", "source", "category", "territory", "unit", "reported_from",
                "reported_to", "updated_after",
                "changed_after", "q", "cursor", "limit"))
        let names = try call.names()
        let page = try await call.read { books in
            try Cases.list(query, for: call.actor, at: call.now, in: books)
        }
        return API.ok(
            API.page(
                total: page.total, items: page.lines.map { CaseJSON.line($0, names, at: call.now) },
                next: page.next))
    }

    /// `POST /cases`: a report by somebody of the office.
    static func report(_ call: Call) async throws -> Response {
        let answers = try await API.answers(call, for: ReportForm.office)
        let report = try CaseReport.byOffice(answers, zone: call.zone)
        let names = try call.names()
        return try await API.once(call, answers) { books in
            // A report that was known already is told only to those who may see its case: the verb sees to
            // that.
            let made = try Cases.report(report, by: call.actor, at: call.now, in: books)
            return (.created, CaseJSON.whole(made, names, at: call.now))
        }
    }

    /// `GET /cases/{id}`: a case with what belongs to it and what the asker could do with it now.
    static func show(_ call: Call) async throws -> Response {
        let id: ID<Case> = try call.id()
        let names = try call.names()
        let json = try await call.read { books in
            let item = try Cases.find(id, by: call.actor, in: books)
            return CaseJSON.whole(item, names, at: call.now)
                .with(try CaseJSON.belongings(of: item, for: call.actor, names, at: call.now, in: books))
        }
        return API.ok(json)
    }

    /// `GET /cases/{id}/history`: every line of the log about a case, oldest first.
    static func history(_ call: Call) async throws -> Response {
        let id: ID<Case> = try call.id()
        let lines = try await call.read { books in
            let item = try Cases.find(id, by: call.actor, in: books)
            return try Cases.history(of: item, for: call.actor, in: books)
        }
        return API.ok(API.page(total: lines.count, items: lines.map(CaseJSON.event)))
    }

    /// `GET /cases/{id}/alike`: categories that its text suggests, and open cases that may be the same
    /// matter.
    static func alike(_ call: Call) async throws -> Response {
        let id: ID<Case> = try call.id()
        let names = try call.names()
        let (item, alike) = try await call.read { books in
            let item = try Cases.find(id, by: call.actor, in: books)
            return (item, try DuplicateDetection.candidates(for: item, by: call.actor, in: books))
        }
        let categories = names.suggestions(for: item).map { category, share in
            JSON.object([
                ("code", .string(category.code)), ("words", .words(category.words)),
                ("share", .number(share)),
            ])
        }
        let cases = alike.map {
            CaseJSON.line($0.line, names, at: call.now).with([("score", .number($0.score))])
        }
        return API.ok(.object([("categories", .array(categories)), ("cases", .array(cases))]))
    }

    /// `POST /cases/{id}/complainants/{complainant}/unmask`: a number in full, for a reason that the log
    /// keeps. `Idempotency-Key` is ignored: each look is a look, and the number must not be kept elsewhere.
    static func unmask(_ call: Call) async throws -> Response {
        let id: ID<Case> = try call.id()
        let complainant: ID<Complainant> = try call.id("complainant")
        let answers = try await API.answers(call)
        let phone = try await call.write { books in
            try Complainants.unmask(
                complainant, of: id, reason: answers["reason"], by: call.actor, at: call.now, in: books)
        }
        return API.ok(.object([("phone", .string(phone))]))
    }

    /// `GET /cases/{id}/photos`: the pictures of a case, oldest first.
    static func photos(_ call: Call) async throws -> Response {
        let id: ID<Case> = try call.id()
        let all = try await call.read { books in
            let item = try Cases.find(id, by: call.actor, in: books)
            return try CasePhotos.all(of: item, for: call.actor, in: books)
        }
        let items = all.map { photo in
            JSON.object([
                ("id", .string(photo.id.text)), ("media_type", .string(photo.kind.rawValue)),
                ("size", .count(photo.size)),
                ("sha256", .string(photo.hash)), ("added_at", .string(photo.addedAt.iso)),
            ])
        }
        return API.ok(API.page(total: items.count, items: items))
    }

    /// `POST /cases/{id}/{verb}`: one verb of the life table.
    static func perform(_ call: Call) async throws -> Response {
        let id: ID<Case> = try call.id()
        guard let verb = CaseVerb(rawValue: call.part("verb")) else { throw Refusal.notFound }
        let answers = try await API.answers(call, for: Case.transition(verb).form, besides: "version")
        let version = answers["version"].isEmpty ? nil : try answers.number("version", in: 1...Int.max)
        let names = try call.names()
        return try await API.once(call, answers) { books in
            let item = try Cases.perform(
                verb, on: id, with: answers, seen: version, by: call.actor, at: call.now, in: books)
            return (.ok, CaseJSON.whole(item, names, at: call.now))
        }
    }
}
