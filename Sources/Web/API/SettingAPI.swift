import Governance
import Hummingbird
import Rules

/// Categories and the numbers that the office decides for itself.
extension OrganisationAPI {
    // MARK: Categories

    static let categories = CategoryPages.listing.endpoint(
        .init("listCategories", .organisation, "The categories in force"), of: OrganisationShapes.category,
        "A page.")

    static let putCategory = Endpoint.repeatable(
        Endpoint(
            .init(
                "putCategory", .organisation, "Add a category, or a new version of it from now on",
                """
                A field that is not given stays as it was. A new category needs its words, its kind, its \
                limit and the kind of its leading unit.
                """),
            body: .fields(CategoryForm.draft),
            answers: [
                .json(categoryPut, "The category as it is now."), .json(categoryPut, "Added.", status: 201),
            ]
        ) { call in
            let sent = try await API.answers(call, for: CategoryForm.draft)
            let context = ShapeContext(call)
            return try await API.once(call, sent) { books in
                let put = try put(sent, call, context, in: books)
                let json = categoryPut.json((put.category, put.isChanged), context)
                return (put.isNew ? .created : .ok, json)
            }
        })

    private static let categoryPut = Shape<(category: Governance.Category, isChanged: Bool)> {
        OrganisationShapes.category.members { $0.category }
        Member("changed", "Whether anything changed.") { $0.isChanged }
    }

    private static func put(
        _ sent: FormInput, _ call: Call, _ context: ShapeContext, in books: Books
    ) throws -> (category: Governance.Category, isChanged: Bool, isNew: Bool) {
        let code = sent["code"]
        let old = try Categories.find(code, for: call.actor, at: call.now, in: books)
        var whole = sent
        if let known = old.map({ OrganisationShapes.category.json($0, context) }) {
            for name in Categories.fields where !sent.has(name) {
                whole[name] = known[name]?.fieldValue ?? ""
            }
        }
        let values = try CategoryForm.whole.read(whole)
        let retired = values.isGiven("is_retired") ? values.flag("is_retired") : old?.isRetired ?? false
        let isChanged = try Categories.put(values, retired: retired, by: call.actor, at: call.now, in: books)
        guard let new = try Categories.find(code, for: call.actor, at: call.now, in: books) else {
            throw Refusal.notFound
        }
        return (new, isChanged, old == nil)
    }

    // MARK: Settings

    static let settings = Endpoint.reading(
        .init("settings", .organisation, "The office's parameters and working hours"), settingsShape,
        "As they are today."
    ) { call, _ in
        try await call.read { try OfficeSettings(for: call.actor, on: call.today, in: $0) }
    }

    static let set = Endpoint.change(
        .init("set", .organisation, "Set a parameter from a day on, or the working hours"),
        body: SettingForm.byProgram, settingsShape, "As they are today."
    ) { call, sent in
        let change = try change(sent, call)
        return { books in
            try change(books)
            return try OfficeSettings(for: call.actor, on: call.today, in: books)
        }
    }

    private static func change(_ sent: FormInput, _ call: Call) throws -> @Sendable (Books) throws -> Void {
        let values = try SettingForm.byProgram.read(sent)
        if let parameter = Parameter(rawValue: values["name"]) {
            // Of a share the whole number of thousandths, as it is stored.
            let value = try [SettingForm.value(of: parameter, byProgram: true)].read(sent).number("value")
            let day = try values.day("from", else: call.today)
            return {
                try Parameters.set(parameter, to: value, from: day, by: call.actor, at: call.now, in: $0)
            }
        }
        let other: SettingForm.Other = try values.choice("name")
        return { books in
            switch other {
            case .slots: try Calendars.setSlots(values["value"], by: call.actor, at: call.now, in: books)
            case .secondFactor:
                try SecondFactor.require(
                    SettingForm.kinds(named: values["value"]), by: call.actor, at: call.now, in: books)
            }
        }
    }

    private static let settingsShape = Shape<OfficeSettings>("Settings") {
        Member("total") { $0.parameters.count }
        Member("items", list: setting) { $0.parameters }
        Member("next", "Always null: every parameter is here.") { _ in String?.none }
        Member("office", \.office.name)
        Member("county", "Six digits.", \.office.county.code)
        Member("number_prefix", "What the numbers of cases begin with.", \.office.numberPrefix)
        Member("minutes_east", "The civil zone, minutes east of UTC.", \.office.zone.minutesEast)
        Member("slots", "The hours of a work day, such as `08:30-12:00 14:30-18:00`.", \.slots)
        Member(
            "second_factor", "Kinds of post that need a second factor, besides administrators.",
            \.secondFactor)
    }

    private static let setting = Shape<(parameter: Parameter, value: Int?)>("Setting") {
        Member("name") { $0.parameter }
        Member("words") { $0.parameter.words }
        Member("value", "Today's; null if the office has to set it and has not.") { $0.value }
        Member(
            "usual",
            "What holds until the office decides otherwise; null for what only its own documents say."
        ) { $0.parameter.usual }
        Member("least") { $0.parameter.range.lowerBound }
        Member("most") { $0.parameter.range.upperBound }
    }
}

extension Parameter: JSONWord { static var schemaName: String? { "ParameterName" } }

/// What an office decides for itself, as it holds on a day.
struct OfficeSettings: Sendable {
    let office: OfficeProfile, slots: String
    let parameters: [(parameter: Parameter, value: Int?)], secondFactor: [PostKind]

    init(for actor: Actor, on day: Day, in books: Books) throws {
        office = try Offices.of(actor.county, in: books)
        slots = Calendars.text(try Calendars.own(for: actor, in: books).slots)
        parameters = try Parameter.allCases.map {
            ($0, try Parameters.known($0, for: actor, on: day, in: books))
        }
        secondFactor = try SecondFactor.kinds(for: actor, in: books).sorted { $0.rawValue < $1.rawValue }
    }
}
