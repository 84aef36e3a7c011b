import Governance
import Hummingbird
import Rules

/// The campaign for programs.
enum CampaignAPI {
    static let coverage = Endpoint.reading(
        .init("coverage", .register, "How far the campaign's visits are"), query: CampaignForm.figures,
        CampaignShapes.coverage, "A line a duty and group."
    ) { call, values in
        let grouping = try values.optionalChoice("by") ?? Coverage.Grouping.duty
        let path = try RegisterPages.path(values, call.names())
        return try await call.read { books in
            let campaign = try current(call, in: books)
            return CoverageTable(
                campaign: campaign,
                lines: try Coverage.lines(
                    campaign, by: grouping, duty: values["duty"], inside: path, for: call.actor,
                    on: call.today, in: books))
        }
    }

    /// The campaign that runs, or the newest. Throws `Refusal.notFound` if there is none.
    private static func current(_ call: Call, in books: Books) throws -> Campaign {
        guard let campaign = try Campaigns.current(for: call.actor, on: call.today, in: books) else {
            throw Refusal.notFound
        }
        return campaign
    }

    static let export = Endpoint(
        .init(
            "exportCoverage", .register,
            "The campaign's figures or who is missing as an XLSX workbook",
            "The log keeps who took what. `missing` needs `readRegister`."),
        body: .fields(CampaignForm.export), answers: [.workbook("The workbook.")]
    ) { call in
        let sent = try await API.answers(call, for: CampaignForm.export)
        return try await CampaignPages.exported(CampaignForm.export.read(sent), call)
    }

    static let record = Endpoint.change(
        .init(
            "recordVisit", .register, "Record a visit",
            """
            Pays every duty that the caller's posts owe the household, and raises a case for each answer \
            that asks for one. `q-NAME` answers the form's question NAME. With an `id` of the sender it is \
            stored once. Photos are sent as `multipart/form-data`.
            """),
        body: VisitForm.everything, status: .created, CampaignShapes.visit, "Recorded."
    ) { call, sent in
        let id: ID<Household> = try call.id()
        return { books in
            let draft = try Visits.draft(sent, by: call.actor, at: call.now, in: books)
            return try Visits.record(draft, of: id, by: call.actor, at: call.now, in: books)
        }
    }

    static let campaign = Endpoint.reading(
        .init(
            "campaign", .register, "The campaign of today with its scheme",
            "The one that runs, or the newest."),
        CampaignShapes.whole, "The campaign."
    ) { call, _ in try await call.read { try current(call, in: $0) } }

    static let publish = Endpoint.repeatable(
        Endpoint(
            .init(
                "publishCampaign", .register, "Publish a scheme as a campaign",
                """
                Freezes the households and shares the duties out. Faults name the lines of the text, and \
                nothing is written.
                """),
            body: .fields([CampaignForm.scheme]),
            answers: [.json(CampaignShapes.campaign, "Published.", status: 201)]
        ) { call in
            let sent = try await API.answers(call, for: [CampaignForm.scheme])
            try call.actor.need(.administer)
            let (text, context) = (try Campaigns.Text(sent), ShapeContext(call))
            return try await call.atLength {
                try await API.once(call, sent) { books in
                    let made = try Campaigns.publish(text, by: call.actor, at: call.now, in: books)
                    return (.created, CampaignShapes.campaign.json(made, context))
                }
            }
        })

    static let order = Endpoint.reading(
        .init(
            "order", .register, "How far an order of battle is",
            "Counted from the register, the cases and the measures."),
        CampaignShapes.order, "A line a township."
    ) { call, _ in
        let (campaign, order, lines) = try await OrderPages.read(call)
        return OrderTable(campaign: campaign, order: order, lines: lines)
    }
}

// MARK: Points

extension CampaignAPI {
    static let points = PointAdminPages.listing.endpoint(
        .init("points", .register, "The points of today", "Places that rounds walk to."),
        of: CampaignShapes.point, "A page of points.")

    static let endPoint = Endpoint.change(
        .init("endPoint", .register, "End a point"), body: CampaignForm.endOfPoint,
        Shape<(id: ID<Point>, until: Day)> {
            Member("id") { $0.id }
            Member("until", "The first day on which it no longer is.") { $0.until }
        }, "Ended."
    ) { call, sent in
        let id: ID<Point> = try call.id()
        return { (id, try PointAdminPages.end(id, sent, call, in: $0)) }
    }

    static let recordPoint = Endpoint.change(
        .init(
            "recordRound", .register, "Record a round at a point",
            """
            Pays the rounds that the caller's posts owe the point; by a post that answers for the land. \
            `q-NAME` answers the form's question NAME. With an `id` of the sender it is stored once. Photos \
            are sent as `multipart/form-data`.
            """),
        body: VisitForm.everything, status: .created, CampaignShapes.visit, "Recorded."
    ) { call, sent in
        let id: ID<Point> = try call.id()
        return { books in
            let draft = try Visits.draft(sent, by: call.actor, at: call.now, in: books)
            return try Visits.record(draft, of: id, by: call.actor, at: call.now, in: books)
        }
    }
}
