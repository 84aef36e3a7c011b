import Rules
import Store

/// The push as it went until a day: the scheme is published on 30 July, and from 1 August everybody visits,
/// by the verb that the pages use. Some are quicker than others; what a visit finds follows from the
/// household.
struct CountyPlay {
    let chance: Chance, until: Day
    private let county = RuyangDemo.county
    private static let begins = Day("2019-07-30") ?? RuyangDemo.usualDay

    /// Somebody who visits, with those who are owed, and how much of it is done by the end of September, in
    /// thousandths.
    private struct Visitor { var actor: Actor, owed: [ID<Household>], pace: Int }

    func play(into office: Office, progress: @escaping @Sendable (Int, Int) -> Void) async throws {
        guard until > Self.begins else { return }
        var clerk = Actor.system(of: county)
        clerk.name = .asGiven("管承志")
        let (administrator, morning) = (clerk, Zone.china.instant(Self.begins, ClockTime(minutes: 570)))
        try await office.database.analyze()
        let campaign = try await office.write {
            try Campaigns.publish(
                Embedded.text("ruyang-two-month-2019.yaml"), by: administrator, at: morning, in: $0)
        }
        try await office.database.analyze()
        let visitors = try await office.read { try self.visitors(campaign, in: $0) }
        let work = try await office.read {
            try CountyWork(chance: chance, until: until).scenes(in: $0)
                + CountyDesk(until: until).scenes(in: $0)
                + CountyEvaluation(until: until).scenes(in: $0)
        }
        let scenes = (scenes(visitors) + work).enumerated().sorted {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }.map(\.element)
        let batch = 400
        for start in stride(from: 0, to: scenes.count, by: batch) {
            let part = Array(scenes[start..<min(start + batch, scenes.count)])
            try await office.write { books in for scene in part { try scene.play(books) } }
            progress(min(start + batch, scenes.count), scenes.count)
        }
    }

    private func visitors(_ campaign: Campaign, in books: Books) throws -> [Visitor] {
        let owed = try books.all(
            """
            SELECT d.post, d.subject FROM duty_due d WHERE d.county = \(county)
                AND d.campaign = \(campaign.id) ORDER BY d.post, d.village_path, d.subject
            """
        ) {
            (
                post: try $0.get("post", as: ID<Post>.self),
                household: try $0.get("subject", as: ID<Household>.self)
            )
        }
        let ofPost = Dictionary(grouping: owed, by: \.post)
        var visitors: [Visitor] = []
        for post in try Posts.all(of: county, on: Self.begins, in: books)
        where Power.of(post.kind).contains(.visit) {
            guard let mine = ofPost[post.id]?.map(\.household),
                let account = try Accounts.find(login: post.code, of: county, in: books)
            else { continue }
            visitors.append(
                Visitor(
                    actor: try Tenures.actor(account.person, of: county, on: Self.begins, in: books),
                    owed: mine, pace: 640 + chance.below(420)))
        }
        return visitors
    }

    private func scenes(_ visitors: [Visitor]) -> [DemoScene] {
        let first = Day("2019-08-01") ?? Self.begins
        let whole = 61, days = min(until.number - first.number, whole)
        guard days > 0 else { return [] }
        var scenes: [DemoScene] = []
        for visitor in visitors {
            let count = min(visitor.owed.count, visitor.owed.count * visitor.pace * days / (whole * 1000))
            for (index, household) in visitor.owed.prefix(count).enumerated() {
                let day = first + index * days / max(1, count)
                let at = Zone.china.instant(day, ClockTime(minutes: 480 + chance.below(600)))
                let (actor, made) = (visitor.actor, draft(at))
                scenes.append(
                    DemoScene(at: at) { try Visits.record(made, of: household, by: actor, at: at, in: $0) })
            }
        }
        return scenes
    }

    private func draft(_ at: Instant) -> Visits.Draft {
        var draft = Visits.Draft()
        draft.at = at
        switch chance.below(40) {
        case 0, 1: draft.result = .nobody
        case 2: draft.result = .moved
        default:
            draft.way = chance.below(25) == 0 ? .telephone : .home
            draft.answers = [
                "house": "safe", "lived-in": "yes", "water": "yes", "school": "yes", "medical": "yes",
                "policy": chance.below(30) == 0 ? "no" : "yes",
                "tidy": chance.below(6) == 0 ? "no" : "yes",
            ]
            switch chance.below(400) {
            case 0: draft.answers["house"] = chance.one(of: ["repair", "danger"])
            case 1: draft.answers["water"] = "no"
            case 2: draft.answers["school"] = "no"
            case 3: draft.answers["medical"] = "no"
            default: break
            }
            if chance.below(12) == 0 {
                draft.promise = chance.one(of: [
                    "下周把医保报销单送来", "帮着联系扶贫车间的活", "问清助学金哪天发", "请水利所来看水管", "送一次产业政策明白卡",
                ])
            }
            if chance.below(3) == 0 { draft.approval = chance.below(20) > 0 }
        }
        return draft
    }
}
