import Governance
import Hummingbird
import Rules

/// The register for programs.
enum RegisterAPI {
    static let count = Endpoint.reading(
        .init("countRegister", .register, "How much there is"),
        query: [RegisterForm.territory] + RegisterForm.days, RegisterShapes.count, "The figures."
    ) { call, values in
        let (path, asOf) = (
            try RegisterPages.path(values, call.names()), try RegisterPages.asOf(values, call)
        )
        return try await call.read {
            try RegisterCount.count(
                inside: path, for: call.actor, as: asOf, today: call.today, in: $0)
        }
    }

    static let list = RegisterPages.listing.endpoint(
        .init("listHouseholds", .register, "Households by village", "Those in reach of the caller's posts."),
        of: RegisterShapes.household, "A page.")

    private static let exporting = RegisterForm.search + RegisterForm.filters + RegisterForm.export

    static let export = Endpoint(
        .init(
            "exportRegister", .register, "The households of a filter as a workbook",
            """
            A row a member, with the national register's columns. The log keeps who took what. Secrets in \
            full need `unmask`.
            """),
        body: .fields(exporting), answers: [.workbook("The workbook.")]
    ) { call in
        let sent = try await API.answers(call, for: exporting)
        return try await RegisterPages.exported(RegisterPages.wish(sent, call), call)
    }

    static let show = Endpoint.reading(
        .init("showHousehold", .register, "One household"), query: RegisterForm.days, RegisterShapes.file,
        "The household with members, incomes, measures, helpers and requests."
    ) { call, values in
        let (id, asOf) = (try call.id(of: Household.self), try RegisterPages.asOf(values, call))
        return try await call.read {
            try Households.file(id, as: asOf, for: call.actor, on: call.today, in: $0)
        }
    }

    static let perform = Endpoint.repeatable(
        Endpoint(
            .init(
                "changeHousehold", .register, "Change what the register says of a household",
                "What is gated waits for somebody else's approval: 202."),
            answers: [
                .json(RegisterShapes.outcome, "It holds."),
                .json(RegisterShapes.outcome, "Something waits for approval.", status: 202),
            ]
        ) { call in
            let verb = try HouseholdVerbPages.verb(call)
            let sent = try await API.answers(call)
            // Every verb may be sent with a day and a reason; income and measures have days of their own.
            try RegisterForm.fields(of: verb, sent, on: call.today).refuseOthers(
                in: sent, besides: ["from", "reason"])
            let context = ShapeContext(call)
            return try await API.once(call, sent) { books in
                let outcome = try HouseholdVerbPages.perform(verb, sent, call, in: books)
                return (
                    outcome.waits == nil ? .ok : .accepted, RegisterShapes.outcome.json(outcome, context)
                )
            }
        }
        .with(
            RegisterForm.Verb.allCases.map {
                .init($0.rawValue, summary(of: $0), RegisterForm.everything(of: $0))
            }))

    private static func summary(of verb: RegisterForm.Verb) -> String {
        switch verb {
        case .change: "facts of the household, or of a member"
        case .join: "a new member"
        case .leave: "a member leaves"
        case .income: "the income of a year"
        case .measure: "a measure"
        }
    }

    // Each look is a look, and the secret must not be kept elsewhere: an `Idempotency-Key` is ignored.
    static let unmask = Endpoint(
        .init(
            "unmaskRegister", .register, "One secret in full, for a reason",
            "The log keeps who saw what and why. It needs `unmask` at the village."),
        body: .fields(RegisterForm.unmask), answers: [.json(secret, "The value.")]
    ) { call in
        let sent = try await API.answers(call, for: RegisterForm.unmask)
        let text = try await HouseholdPages.secret(sent, call)
        return Responses.json(secret.json(text, ShapeContext(call)))
    }
    private static let secret = Shape<String> { Member("value", \.self) }

    static let quality = Endpoint.reading(
        .init("registerQuality", .register, "What the rules of quality find"), query: RegisterForm.quality,
        RegisterShapes.quality, "Every rule with its findings, and the first of them."
    ) { call, values in
        let path = try RegisterPages.path(values, call.names())
        return try await call.atLength {
            try await call.read {
                try RegisterQuality.findings(
                    inside: path, rule: values["rule"], for: call.actor, on: call.today, in: $0)
            }
        }
    }
}

// MARK: What waits for approval

extension RegisterAPI {
    static let approvals = Endpoint.reading(
        .init("listApprovals", .register, "What waits for approval"), RegisterShapes.approvals,
        """
        Requests and double entries in reach, oldest first, at most 200 of each; as they are settled the \
        others move up.
        """
    ) { call, _ in
        try await call.read { books in
            Approvals(
                requests: try RegisterChanges.waiting(for: call.actor, on: call.today, in: books),
                doubles: try DoubleEntries.open(for: call.actor, on: call.today, in: books))
        }
    }

    static let settle = Endpoint.change(
        .init(
            "settleApproval", .register, "Approve, refuse, or settle a double entry",
            "`request` with its decision, or `double` with its own. Not for what the caller asked for."),
        body: ApprovalForm.everything, Shape<Bool> { Member("settled", \.self) }, "Settled."
    ) { call, sent in
        try ApprovalForm.fields(sent).refuseOthers(in: sent)
        return { books in
            try ApprovalPages.settle(sent, call, in: books)
            return true
        }
    }
}

// MARK: Villages

extension RegisterAPI {
    static let village = Endpoint.reading(
        .init("showVillage", .register, "A village's profile"), query: RegisterForm.days,
        RegisterShapes.village, "The profile."
    ) { call, values in
        let (village, asOf) = (try VillagePages.village(call), try RegisterPages.asOf(values, call))
        return try await call.read {
            try Villages.file(village, as: asOf, for: call.actor, on: call.today, in: $0)
        }
    }

    static let changeVillage = Endpoint.change(
        .init(
            "changeVillage", .register, "Change a village's profile",
            "Facts by their names, from a day on. Poor or exited needs `approveChange`."),
        body: [RegisterForm.from] + FactList.village.fields, RegisterShapes.village,
        "The profile afterwards."
    ) { call, sent in
        let village = try VillagePages.village(call)
        return { books in
            try VillagePages.change(village, sent, call, in: books)
            return try Villages.file(village, for: call.actor, on: call.today, in: books)
        }
    }
}
