import Governance
import Hummingbird
import Rules

/// People and their accounts.
extension OrganisationAPI {
    static let people = PeoplePages.listing.endpoint(
        .init("listPeople", .organisation, "The people and their accounts"), of: OrganisationShapes.person,
        "A page, by name."
    ) { line, _ in (line.person, line.accounts) }

    static let addPerson = Endpoint.change(
        .init("addPerson", .organisation, "Add a person"), body: PersonForm.add, status: .created,
        OrganisationShapes.person, "Added."
    ) { call, sent in
        let values = try PersonForm.add.read(sent)
        return { try person(PeoplePages.add(values, call, in: $0), call, in: $0) }
    }

    static let changePerson = Endpoint.change(
        .init("changePerson", .organisation, "Change a person or an account"), variants: personChanges,
        OrganisationShapes.person, "The record afterwards."
    ) { call, verb, sent in
        let id: ID<Person> = try call.id()
        let values = try personChanges.read(verb, told(verb, sent))
        // Hashing takes its time: never inside a transaction.
        let password =
            verb == "password"
            ? try await PeoplePages.newPassword(sent.raw("password"), "password", values, of: id, call) : nil
        return { books in
            try PeoplePages.perform(verb, values, password, on: id, call, in: books)
            return try person(id, call, in: books)
        }
    }

    /// What can be done to somebody. A program sets no first password at once.
    private static let personChanges = [
        Endpoint.Variant(
            "change", "the name or the telephone; what is not given stays",
            PersonForm.change.map { field in
                field.name == "phone"
                    ? field.hinting(Phrase(zh: "发空的就去掉。", en: "Sent empty it is taken away."))
                    : field.optional
            }),
        Endpoint.Variant(
            "account", "open the one account; nobody signs in with it until it has a password",
            AccountForm.open),
        Endpoint.Variant(
            "password", "set a password, which its owner has to change; it ends what is signed in",
            AccountForm.setPassword()),
        Endpoint.Variant("close", "close an account for good", PersonForm.close),
        Endpoint.Variant(
            "factor", "ask that a second factor be removed; it waits for somebody else (`/power-requests`)",
            PersonForm.factor),
    ]

    /// A telephone that was emptied is taken away; the page says that with a dash.
    private static func told(_ verb: String, _ sent: FormInput) -> FormInput {
        guard verb == "change", sent.has("phone"), sent["phone"].isEmpty else { return sent }
        var told = sent
        told["phone"] = "-"
        return told
    }

    private static func person(_ id: ID<Person>, _ call: Call, in books: Books) throws
        -> (person: Person, accounts: [Account])
    {
        let owned = try Accounts.all(for: call.actor, in: books).filter { $0.person == id }
        return (try Tenures.person(id, for: call.actor, in: books), owned)
    }

    // Each look is a look, and the number must not be kept elsewhere: an `Idempotency-Key` is ignored.
    static let unmaskPerson = Endpoint(
        .init("unmaskPerson", .organisation, "A person's office telephone in full, for a reason"),
        body: .fields(PersonForm.unmask), answers: [.json(phone, "The number; the log keeps the look.")]
    ) { call in
        let id: ID<Person> = try call.id()
        let values = try PersonForm.unmask.read(await API.answers(call, for: PersonForm.unmask))
        let number = try await call.write {
            try Tenures.unmask(id, reason: values["reason"], by: call.actor, at: call.now, in: $0)
        }
        return Responses.json(phone.json(number, ShapeContext(call)))
    }
    private static let phone = Shape<String> { Member("phone") { $0 } }
}
