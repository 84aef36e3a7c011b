import Governance
import Hummingbird

/// People and their accounts.
extension OrganisationAPI {
    /// `GET /people`: everybody of the office, by name; with `phone` who has that telephone.
    static func people(_ call: Call) async throws -> Response {
        let query = try API.query(call, "phone", "limit", "cursor")
        let (all, accounts) = try await call.read { books in
            (
                try Tenures.people(of: call.actor.county, withPhone: query["phone"], in: books),
                try Accounts.all(of: call.actor.county, in: books)
            )
        }
        let owned = Dictionary(grouping: accounts, by: \.person)
        return try API.page(of: all, query, id: \.id.text) { json($0, owned[$0.id] ?? [], call) }
    }

    /// `POST /people`: a person.
    static func addPerson(_ call: Call) async throws -> Response {
        let answers = try await API.answers(call, for: PersonForm.add)
        let values = try PersonForm.add.read(answers)
        return try await API.once(call, answers) { books in
            (.created, try person(PeoplePages.add(values, call, in: books), call, books))
        }
    }

    /// What can be done to somebody, each with what it asks. A program sets no first password at once.
    private static let changes = [
        "change": PersonForm.change.map(\.optional), "account": AccountForm.open,
        "password": AccountForm.setPassword(), "close": PersonForm.close, "factor": PersonForm.factor,
        "unmask": PersonForm.unmask,
    ]

    /// `POST /people/{id}/{verb}`: change, account, password, close, factor (asks that a second factor be
    /// removed), or unmask for a reason.
    static func changePerson(_ call: Call) async throws -> Response {
        let id: ID<Person> = try call.id()
        let verb = call.part("verb")
        guard let form = changes[verb] else { throw Refusal.notFound }
        var answers = try await API.answers(call, for: form)
        // A telephone that was emptied is taken away; the page says that with a dash.
        if verb == "change", answers.names.contains("phone"), answers["phone"].isEmpty {
            answers["phone"] = "-"
        }
        let values = try form.read(answers)
        if verb == "unmask" {
            // Each look is a look: no key gives an old answer again, and the number is kept nowhere else.
            let phone = try await call.write {
                try Tenures.unmask(id, reason: values["reason"], by: call.actor, at: call.now, in: $0)
            }
            return API.ok(.object([("phone", .string(phone))]))
        }
        // Hashing takes its time: never inside a transaction.
        let password =
            verb == "password"
            ? try await PeoplePages.newPassword(
                answers.raw("password"), "password", values, of: id, call) : nil
        return try await API.once(call, answers) { books in
            try PeoplePages.perform(verb, values, password, on: id, call, in: books)
            return (.ok, try person(id, call, books))
        }
    }

    private static func person(_ id: ID<Person>, _ call: Call, _ books: Books) throws -> JSON {
        let owned = try Accounts.all(of: call.actor.county, in: books).filter { $0.person == id }
        return json(try Tenures.person(id, of: call.actor.county, in: books), owned, call)
    }

    private static func json(_ person: Person, _ accounts: [Account], _ call: Call) -> JSON {
        .object([
            ("id", .id(person.id)), ("name", .string(person.name)),
            ("masked_phone", .string(person.maskedPhone)),
            (
                "accounts",
                .array(
                    accounts.map { account in
                        .object([
                            ("login", .string(account.login)),
                            ("has_password", .bool(account.password != .none)),
                            ("must_change", .bool(account.mustChange)),
                            ("has_second_factor", .bool(account.hasFactor)),
                            ("is_closed", .bool(account.isClosed)),
                        ])
                    })
            ),
        ])
    }
}
