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
        let answers = try await API.answers(call)
        return try await API.once(call, answers) { books in
            let id = try Tenures.addPerson(
                name: answers["name"], phone: answers["phone"], by: call.actor, at: call.now, in: books)
            return (.created, try person(id, call, books))
        }
    }

    /// `POST /people/{id}/{verb}`: change, account, password, close, factor (asks that a second factor be
    /// removed), or unmask for a reason.
    static func changePerson(_ call: Call) async throws -> Response {
        let id: ID<Person> = try call.id()
        let verb = call.part("verb")
        let answers = try await API.answers(call)
        if verb == "unmask" {
            // Each look is a look: no key gives an old answer again, and the number is kept nowhere else.
            let phone = try await call.write {
                try Tenures.unmask(id, reason: answers["reason"], by: call.actor, at: call.now, in: $0)
            }
            return API.ok(.object([("phone", .string(phone))]))
        }
        // Hashing takes its time: never inside a transaction.
        let password = verb == "password" ? try await newPassword(answers, of: id, call) : Password.none
        return try await API.once(call, answers) { books in
            let old = try Tenures.person(id, of: call.actor.county, in: books)
            switch verb {
            case "change":
                try Tenures.changePerson(
                    id, name: answers.text("name", else: old.name),
                    phone: answers.names.contains("phone") && answers["phone"].isEmpty
                        ? "-" : answers["phone"],
                    by: call.actor, at: call.now, in: books)
            case "account":
                try Accounts.add(
                    login: answers["login"], person: id, password: nil, by: call.actor, at: call.now,
                    in: books)
            case "password":
                let login = try login(of: id, answers, call, books)
                try Accounts.set(password, for: login, by: call.actor, at: call.now, in: books)
            case "factor":
                let login = try login(of: id, answers, call, books)
                try PowerRequests.askToClearFactor(
                    of: login, reason: answers["reason"], by: call.actor, at: call.now, in: books)
            case "close":
                let login = try login(of: id, answers, call, books)
                try Accounts.close(login, by: call.actor, at: call.now, in: books)
            default: throw Refusal.notFound
            }
            return (.ok, try person(id, call, books))
        }
    }

    private static func newPassword(_ answers: FormInput, of id: ID<Person>, _ call: Call) async throws
        -> Password
    {
        let person = try await call.read { try Tenures.person(id, of: call.actor.county, in: $0) }
        return try await NewPassword.made(
            answers.raw("password"), field: "password", for: answers["login"], of: person.name, call)
    }

    /// The login that is named, if it is this person's.
    private static func login(of id: ID<Person>, _ answers: FormInput, _ call: Call, _ books: Books) throws
        -> String
    {
        let account = try Accounts.find(login: answers["login"], of: call.actor.county, in: books)
        guard let account, account.person == id else {
            throw Refusal.invalid("login", zh: "这个人没有这个登录名。", en: "This person has no such login.")
        }
        return account.login
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
