import Foundation
import Governance
import HTTPTypes
import Hummingbird
import Rules
import Testing
import Web

/// A town with one thing of each kind in each of two places, 甲 and 乙, and a post of every kind in each: what
/// the doors are knocked at with. Whatever belongs to a place bears its name in words that stand nowhere
/// else.
struct Land: Sendable {
    /// One of the two places.
    enum Side: String, CaseIterable, Sendable {
        case a = "甲", b = "乙"
        var other: Side { self == .a ? .b : .a }
        /// The community, a grid in it, and the unit whose posts are there.
        var village: String { self == .a ? Town.c1 : Town.c2 }
        var grid: String { self == .a ? Town.g11 : Town.g21 }
        var unit: String { self == .a ? "ua" : "ub" }
        /// Its words: what somebody reported, who it was, a head of a household, a point, a mark's reason, an
        /// objection, a recommendation, a helper's name.
        var marks: [String] {
            ["案由庚辛", "诉人", "户主", "点位", "分由", "异议", "荐由", "帮扶员", "协办"].map { rawValue + $0 }
        }
    }
    let town: Town
    /// The things by place: for each way of a path that names one, its identity.
    var things: [Side: [String: String]] = [:]

    /// What stands for a part of a path in a place; nil if there is nothing of that kind, which is a fault of
    /// this table.
    func thing(_ route: Route, at side: Side) -> String? {
        let path = route.path.hasPrefix("/api/v1") ? String(route.path.dropFirst(7)) : route.path
        let known = things[side] ?? [:]
        // The longest beginning that the table has.
        return known.keys.filter(path.hasPrefix).max { $0.count < $1.count }.flatMap { known[$0] }
    }
}

extension Land {
    private static let basis = "basis: {article: {zh: 一, en: One}, says: {zh: 说, en: Says}}"
    private static let campaign = """
        scheme: push
        version: 1
        title: {zh: 行动, en: Push}
        document: {zh: 文件, en: Document}
        in force: {from: 2019-03-01, until: 2019-05-31}
        frozen as of: 2018-12-31
        phases:
          attack: {title: {zh: 攻坚, en: Attack}, from: 2019-03-01, until: 2019-04-30, \(basis)}
        duties:
          village:
            title: {zh: 村书记遍访, en: Village}
            \(basis)
            post: village_secretary
            households: {of: territory, villages: any, kind: registered}
            quota: all
            when nothing is due: leave out
            within: attack
          round:
            title: {zh: 每周巡查, en: Round}
            \(basis)
            post: grid_worker
            points: of territory
            every: week
            quota: all
            when nothing is due: leave out
            within: attack
        orders:
          houses:
            title: {zh: 危房清零, en: Houses}
            \(basis)
            unit: cg
            counts: {house_grade: [C, D], kind: registered}
            target: 0
            by: 2019-04-30
        look-back:
          title: {zh: 回头看, en: Look-back}
          \(basis)
          post: village_secretary
          kind: registered
          compares: [headcount, house_grade]
          within: attack
        exit:
          household:
            house: {title: {zh: 住房, en: House}, \(basis), takes: fact, fact: house_grade, is: [A, B]}
          village:
            road: {title: {zh: 道路, en: Road}, \(basis), takes: fact, fact: road, is: concrete}
          notice: exit_notice_days
          county:
            missed: {title: {zh: 漏评, en: Missed}, \(basis), veto: veto_missed}
        """
    private static func evaluation(_ name: String) -> String {
        """
        evaluation: \(name)
        version: 1
        title: {zh: 评, en: Evaluation}
        document: {zh: 文, en: Document}
        in force: {from: 2019-01-01, until: 2019-12-31}
        judged: once
        deadlines:
          objections: {title: {zh: 异, en: Objections}, \(basis), about: objection, within: {calendar days: \
        30}}
        layers:
          self: {title: {zh: 自, en: Self}, \(basis), team: {own: community}}
        indicators:
          work: {title: {zh: 干, en: Work}, \(basis), marks of: 10, when nothing is due: leave out, better: \
        higher}
        scores:
          own:
            title: {zh: 自评, en: Own}
            \(basis)
            of: grid
            layer: self
            points: {work: 100}
            rounding: {places: 0, way: nearest}
            floor: 0
            when nothing counts: leave out
        ranks:
          inside: {title: {zh: 内, en: Inside}, \(basis), by: own, within: community, ties: share the better \
        place, minimum group: 1, inside the interval: rank anyway}
        awards:
          first:
            title: {zh: 头名, en: First}
            \(basis)
            rank: inside
            take: {first: 1}
            ties at the cut: all who share it
            gives:
              bonus: {to: grid_worker, yuan: {2019-01-01: 200}}
          named:
            title: {zh: 推荐, en: Recommended}
            \(basis)
            for every: community
            gives:
              recommendation: {seats: 1, assessed by: [cg]}
        """
    }

    /// Settles everything.
    static func settled() async throws -> Land {
        let town = try await Town.settled()
        try await town.settleRegister()
        var land = Land(town: town)
        try await land.settlePosts()
        try await land.settleCampaign()
        try await land.settleCases()
        try await land.settleEvaluation()
        try await land.settleOffice()
        return land
    }

    private func clockwork<T: Sendable>(_ body: @escaping @Sendable (Actor, Books) throws -> T) async throws
        -> T
    {
        try await town.office.write { try body(.system(of: Town.county), $0) }
    }

    /// A unit in each place, and in it a post of every kind that answers for the place or the unit.
    private func settlePosts() async throws {
        let (now, day) = (town.now, Zone.china.day(of: town.now))
        try await clockwork { actor, books in
            for side in Side.allCases {
                let territory = try Territories.only(
                    side.village, inside: "", field: "", for: Town.clockwork, in: books)
                let unit = try Units.add(
                    .init(
                        code: side.unit, nameZh: "\(side.unit)单位", nameEn: side.unit, kind: .propertyCompany,
                        territory: territory.id), since: day, by: actor,
                    at: now, in: books)
                let office = try Offices.of(Town.county, in: books).territory.id
                for kind in PostKind.allCases {
                    try Posts.add(
                        .init(
                            code: Self.post(kind, side), titleZh: "岗位", titleEn: "Post", kind: kind,
                            unit: unit, territory: kind == .administrator ? office : territory.id,
                            reportsTo: nil),
                        since: day, by: actor, at: now, in: books)
                }
                for (login, name, kind) in [
                    ("hand", "经办", PostKind.unitWorker), ("help", side.marks[7], .helper),
                ] {
                    let post = try Posts.add(
                        .init(
                            code: login + side.unit, titleZh: "岗位", titleEn: "Post", kind: kind, unit: unit,
                            territory: territory.id, reportsTo: nil),
                        since: day, by: actor, at: now, in: books)
                    let person = try Tenures.addPerson(name: name, phone: "", by: actor, at: now, in: books)
                    try Tenures.begin(
                        person, in: post, isStandIn: false, from: day, by: actor, at: now, in: books)
                    try Accounts.add(
                        login: login + side.unit, person: person, password: nil, by: actor, at: now, in: books
                    )
                }
                try Helping.support(territory, by: unit, from: day, as: actor, at: now, in: books)
            }
        }
    }
    /// The code of the post of a kind in a place.
    static func post(_ kind: PostKind, _ side: Side) -> String { "\(kind.rawValue).\(side.unit)" }

    /// A household, a point and a campaign over them.
    private mutating func settleCampaign() async throws {
        let (now, day) = (town.now, Zone.china.day(of: town.now))
        let lines = Side.allCases.map {
            "\($0.village),\($0.unit)-1,\($0.marks[2]),户主,1,建档立卡户,未脱贫,D级,1390000\($0 == .a ? 1111 : 2222)"
        }
        let register = try Table(
            Data((["行政村,户编号,姓名,与户主关系,家庭人口数,户类型,脱贫状态,住房等级,联系电话"] + lines).joined(separator: "\n").utf8))
        let points = try Table(
            Data(
                (["code,name,territory"] + Side.allCases.map { "p\($0.unit),\($0.marks[3]),\($0.grid)" })
                    .joined(separator: "\n").utf8))
        let found = try await clockwork { actor, books -> [Side: [String: String]] in
            let path = try Offices.of(Town.county, in: books).territory.path
            let report = try RegisterImport.importing(
                register, .init(since: Day("2018-12-31")!, incomeYear: 2018), inside: path, by: actor,
                at: now, in: books)
            try #require(report.faults.isEmpty, "\(report.faults)")
            try #require(
                try Points.importing(points, inside: path, on: day, by: actor, at: now, in: books).faults
                    .isEmpty)
            let villages = try Table(Data("行政村,贫困村\n\(Town.c1),是\n\(Town.c2),是".utf8))
            try #require(
                try VillageImport.importing(
                    villages, since: Day("2018-12-31")!, inside: "", by: actor, at: now, in: books
                ).faults.isEmpty)
            try Campaigns.publish(Self.campaign, by: actor, at: now, in: books)
            var found: [Side: [String: String]] = [:]
            for side in Side.allCases {
                var query = HouseholdQuery()
                query.text = "\(side.unit)-1"
                let household = try #require(try Households.list(query, for: actor, on: day, in: books).first)
                for code in [Self.post(.helper, side), "help" + side.unit] {
                    let post = try #require(try Posts.find(code: code, for: Town.clockwork, in: books)).id
                    try Helping.name(post, for: household.id, from: day, by: actor, at: now, in: books)
                }
                let point = try #require(
                    try Points.all(inside: path, for: actor, on: day, in: books).first {
                        $0.code == "p" + side.unit
                    })
                found[side] = [
                    "/register": household.id.text,
                    "/villages": try Territories.only(
                        side.village, inside: "", field: "", for: Town.clockwork, in: books
                    ).id,
                    "/points": point.id.text,
                    "/orders": "houses",
                ]
            }
            return found
        }
        for (side, more) in found { things[side] = more }
    }

    /// A case that the place's unit has in hand, with a photo, a complainant, an assistant and a question
    /// that waits.
    private mutating func settleCases() async throws {
        let town = self.town
        for side in Side.allCases {
            let item = try await town.report(
                side.marks[0], territory: side.grid, phone: "1380000\(side == .a ? 1111 : 2222)"
            ) { $0.name = side.marks[1] }
            try await town.perform(
                .file, item.id, ["category": Town.corridor, "territory": side.grid, "finding": "属实"],
                by: "dispatcher")
            try await town.perform(
                .dispatch, item.id,
                [
                    "unit": try await town.unit(side.unit),
                    "person": try await town.person("hand" + side.unit),
                ], by: "dispatcher")
            try await town.perform(.accept, item.id, by: "hand" + side.unit)
            let (now, id, login) = (town.now, item.id, "hand" + side.unit)
            try await town.office.write { books in
                var answers = FormInput(["words": "现场照片"])
                answers.photos = [try Photo(PhotoPageTests.png)]
                let actor = try town.actor(login, books)
                try Cases.perform(.note, on: id, with: answers, by: actor, at: now, in: books)
                try Cases.perform(
                    .extend, on: id, with: FormInput(["reason": "等配件", "days": "1"]), by: actor, at: now,
                    in: books)
            }
            let found = try await town.office.read { books -> [String: String] in
                let case_ = try Cases.find(id, by: .system(of: Town.county), in: books)
                return [
                    "/cases": id.text,
                    "/photos": try #require(
                        try CasePhotos.all(of: case_, for: Town.clockwork, in: books).first
                    ).id.text,
                    "/decisions": try #require(
                        try Decisions.open(of: case_, for: .system(of: Town.county), in: books).first
                    ).id.text,
                    "complainant": try #require(
                        try Complainants.of(case_, for: town.actor("dispatcher", books), in: books).first
                    ).id.text,
                ]
            }
            things[side]?.merge(found) { $1 }
        }
    }

    /// One evaluation that is judged, with its ledger; one under way, with a sheet of each place; a sample.
    private mutating func settleEvaluation() async throws {
        let (now, town) = (self.town.now, self.town)
        let found = try await clockwork { actor, books -> [Side: [String: String]] in
            let day = Zone.china.day(of: now)
            let office = try town.actor("dispatcher", books)
            var (all, rounds): ([Side: [String: String]], [ID<EvaluationRound>]) = ([:], [])
            for name in ["judged", "open"] {
                let published = try Evaluations.publish(Self.evaluation(name), by: actor, at: now, in: books)
                let assessment = try Assessments.open(published, by: office, at: now, in: books)
                let round = try #require(
                    try Assessments.rounds(of: assessment, for: Town.clockwork, in: books).first)
                rounds.append(round.id)
                for sheet in try ScoreSheets.all(of: round.id, for: Town.clockwork, in: books) {
                    let side: Side = sheet.teamName.contains("一") ? .a : .b
                    let marker = try town.actor(side == .a ? "lead1" : "lead2", books)
                    try ScoreSheets.appoint(
                        #require(marker.person), to: sheet.id, by: office, at: now, in: books)
                    for unit in try ScoreSheets.open(sheet.id, for: actor, on: day, in: books).units {
                        let why = name == "judged" ? "看过" : side.marks[4]
                        try ScoreSheets.mark(
                            [.init(unit: unit.id, indicator: "work", mark: 8, why: why)], on: sheet.id,
                            by: marker, at: now, in: books)
                        if name == "judged" { all[side, default: [:]]["unit"] = unit.id }
                    }
                    if name == "judged" {
                        try ScoreSheets.submit(sheet.id, by: marker, at: now, in: books)
                    } else {
                        all[side]?["/evaluation/sheets"] = sheet.id.text
                    }
                    if name == "open" { all[side]?["/sheets"] = sheet.id.text }
                    all[side]?.merge([
                        "/evaluation/rules": published.id.text, "/evaluation/schemes": published.id.text,
                        "/assessments": assessment.text,
                    ]) { $1 }
                }
                if name == "judged" { try Judgement.judge(round.id, by: office, at: now, in: books) }
            }
            for side in Side.allCases {
                all[side]?["/evaluation/rounds"] = rounds[0].text
                all[side]?["/rounds"] = rounds[0].text
            }
            return all
        }
        for (side, more) in found { things[side]?.merge(more) { $1 } }
        // Who has handed in sees the ledger: an objection and a recommendation in each place.
        let entries = try await clockwork { actor, books -> [Side: [String: String]] in
            var found: [Side: [String: String]] = [:]
            let all = try Ledger.all(for: actor, in: books)
            for side in Side.allCases {
                let own = all.filter { ($0.unitName.contains("一") ? Side.a : .b) == side }
                let named = try #require(own.first { $0.kind == .recommendation })
                let whom = try town.actor(side == .a ? "staff1" : "grid21", books)
                try Ledger.perform(
                    .recommend, on: named.id,
                    with: FormInput(["person": #require(whom.person).text, "why": side.marks[6]]),
                    by: town.actor("dispatcher", books), at: now, in: books)
                let bonus = try #require(own.first { $0.kind == .bonus })
                try Ledger.perform(
                    .object, on: bonus.id, with: FormInput(["said": side.marks[5]]),
                    by: town.actor(side == .a ? "grid11" : "grid21", books),
                    at: now, in: books)
                found[side] = ["/ledger": bonus.id.text, "recommendation": named.id.text]
            }
            return found
        }
        for (side, more) in entries { things[side]?.merge(more) { $1 } }
        let (sample, items) = try await clockwork { _, books in
            let office = try town.actor("dispatcher", books)
            let sample = try Samples.commit(.init(.register, size: 2), by: office, at: now, in: books)
            try Samples.draw(sample.id, by: office, at: now, in: books)
            try Samples.assign(
                sample.id, to: [#require(town.actor("checker", books).person)], by: office, at: now, in: books
            )
            return (
                sample.id.text,
                try Samples.read(sample.id, for: office, in: books).items.map { ($0.number, $0.path) }
            )
        }
        let first = try await town.office.read {
            try Territories.only(Town.c1, inside: "", field: "", for: Town.clockwork, in: $0).path
        }
        for (number, path) in items {
            things[path.hasPrefix(first) ? .a : .b]?.merge(["/samples": sample, "number": "\(number)"]) { $1 }
        }
    }

    /// What administrators change.
    private mutating func settleOffice() async throws {
        let town = self.town
        let found = try await town.office.read { books -> [Side: [String: String]] in
            var found: [Side: [String: String]] = [:]
            for side in Side.allCases {
                let post = try #require(
                    try Posts.find(code: Self.post(.checker, side), for: Town.clockwork, in: books)
                ).id.text
                found[side] = [
                    "/admin/posts": post, "/posts": post,
                    "/units": try #require(try Units.find(code: side.unit, for: Town.clockwork, in: books)).id
                        .text,
                    "/territories": try Territories.only(
                        side.village, inside: "", field: "", for: Town.clockwork, in: books
                    ).id,
                    "/people": try #require(try town.actor("hand" + side.unit, books).person).text,
                    "/admin/categories": Town.corridor, "/imports": "cases",
                ]
            }
            return found
        }
        for (side, more) in found { things[side]?.merge(more) { $1 } }
    }
}
