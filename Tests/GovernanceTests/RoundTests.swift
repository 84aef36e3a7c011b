import Foundation
import Governance
import Rules
import Store
import Testing

extension World {
    /// Two points in each of two grids, walked every week of a fortnight and a half.
    static let rounds = """
        scheme: rounds
        version: 1
        title: {zh: 巡查, en: Rounds}
        document: {zh: 文件, en: Document}
        in force: {from: 2019-03-06, until: 2019-03-20}
        frozen as of: 2018-12-31
        phases:
          walk: {title: {zh: 巡, en: Walk}, from: 2019-03-06, until: 2019-03-20, basis: {article: {zh: 一, \
        en: One}, says: {zh: 说, en: Says}}}
        duties:
          patrol:
            title: {zh: 每周巡一遍, en: Every point every week}
            basis: {article: {zh: 一, en: One}, says: {zh: 说, en: Says}}
            post: grid_worker
            points: of territory
            every: week
            quota: all
            when nothing is due: leave out
            within: walk
        form:
          questions:
            tidy: {label: {zh: 干净吗, en: Tidy}, takes: yes or no}
          raises:
            litter:
              basis: {article: {zh: 一, en: One}, says: {zh: 垃圾, en: Litter}}
              when: {tidy: 'no'}
              category: water.unsafe
              unit: cg
              title: {zh: 垃圾, en: Litter}
        """

    func rounds() async throws -> Campaign {
        let now = self.now
        let points = try table(
            "code,name,territory,longitude,latitude", "p1,东门,\(Self.g11),112.4,34.6", "p2,广场,\(Self.g11),,",
            "p3,西门,\(Self.g12),,")
        return try await act("clockwork") { actor, books in
            let path = try Offices.of(actor.county, in: books).territory.path
            try #require(
                try Points.importing(
                    points, inside: path, on: Day("2019-01-02")!, by: actor, at: now, in: books
                ).faults.isEmpty)
            return try Campaigns.publish(World.rounds, by: actor, at: now, in: books)
        }
    }
    func point(_ code: String) async throws -> ID<Point> {
        try await look("clockwork") { actor, books in
            try #require(
                try Points.all(inside: "", for: actor, on: Day("2019-03-06")!, in: books).first {
                    $0.code == code
                }
            ).id
        }
    }
    @discardableResult
    func walk(_ code: String, by login: String, _ answers: [String: String] = [:]) async throws
        -> Visits.Outcome
    {
        let (id, now) = (try await point(code), self.now)
        var draft = Visits.Draft()
        draft.answers = answers
        let made = draft
        return try await act(login) { try Visits.record(made, of: id, by: $0, at: now, in: $1) }
    }
}

@Suite struct `Patrol rounds are duties that come back every week` {
    @Test func `each week is a duty of its own, cut at the ends of its window`() async throws {
        let world = try await World()
        let campaign = try await world.rounds()
        let weeks = campaign.scheme.duties.map { "\($0.name) \($0.from) \($0.until)" }
        #expect(
            weeks == [
                "patrol.2019-03-06 2019-03-06 2019-03-10", "patrol.2019-03-11 2019-03-11 2019-03-17",
                "patrol.2019-03-18 2019-03-18 2019-03-20",
            ])
        #expect(
            try await world.coverage(campaign) == [
                "patrol.2019-03-06": "0/3", "patrol.2019-03-11": "0/3", "patrol.2019-03-18": "0/3",
            ])
    }

    @Test func `a round pays its week and no other, and who is not of the grid pays nothing`() async throws {
        let world = try await World()
        let campaign = try await world.rounds()
        world.go("2019-03-07")
        #expect(try await world.walk("p1", by: "grid11").duties == ["patrol.2019-03-06"])
        #expect(try await world.walk("p1", by: "grid11").duties == [])
        #expect(try await outcome { try await world.walk("p3", by: "grid11") } == "not found")
        func waiting() async throws -> [String] {
            let day = Zone.china.day(of: world.now)
            return try await world.look("grid11") {
                try Coverage.waitingPoints(campaign, onlyOwn: true, for: $0, on: day, in: $1)
            }.items.map(
                \.point.code)
        }
        #expect(try await waiting() == ["p2"])
        world.go("2019-03-12")
        #expect(try await waiting() == ["p1", "p2"])
        #expect(try await world.walk("p1", by: "grid11").duties == ["patrol.2019-03-11"])
        #expect(
            try await world.coverage(campaign) == [
                "patrol.2019-03-06": "1/3", "patrol.2019-03-11": "1/3", "patrol.2019-03-18": "0/3",
            ])
        let (checked, differences) = try await world.look("clockwork") {
            try Coverage.recount(campaign, for: $0, in: $1)
        }
        #expect(checked == 9)
        #expect(differences == [])
    }

    @Test func `the same problem raises one case while it is open, and another when it comes back`()
        async throws
    {
        let world = try await World()
        _ = try await world.rounds()
        world.go("2019-03-07")
        let first = try await world.walk("p1", by: "grid11", ["tidy": "no"])
        #expect(first.cases.count == 1)
        let item = try await world.find(first.cases[0])
        #expect(item.title.contains("东门") && item.longitude == 112.4)
        #expect(try await world.walk("p1", by: "grid11", ["tidy": "no"]).cases.isEmpty)
        #expect(try await world.walk("p2", by: "grid11", ["tidy": "no"]).cases.count == 1)
        try await world.act("dispatcher") { actor, books in
            var answers = FormInput()
            answers["reason"] = "不属实"
            _ = try Cases.perform(
                .decline, on: first.cases[0], with: answers, by: actor, at: at("2019-03-08"), in: books)
        }
        world.go("2019-03-12")
        #expect(try await world.walk("p1", by: "grid11", ["tidy": "no"]).cases.count == 1)
    }

    @Test
    func
        `points are known by their code: the same table again changes nothing, faults change nothing at all`()
        async throws
    {
        let world = try await World()
        _ = try await world.rounds()
        let now = world.now
        func take(_ lines: String...) async throws -> ImportReport {
            let points = try Table(
                Data((["code,name,territory,longitude,latitude"] + lines).joined(separator: "\n").utf8))
            return try await world.office.importing(dryRun: false) { books in
                try Points.importing(
                    points, inside: "", on: Day("2019-01-02")!, by: .system(of: World.county), at: now,
                    in: books)
            }
        }
        let again = try await take("p1,东门,\(World.g11),112.4,34.6")
        #expect(again.same == 1 && again.changed == 0)
        #expect(try await take("p1,东大门,\(World.g11),112.4,34.6").changed == 1)
        let wrong = try await take(
            "p9,新点,\(World.g11),,", "p9,又一个,\(World.g11),,", "p8,远处,没有的地方,,", "p7,坏坐标,\(World.g11),east,")
        #expect(wrong.faults.map { "\($0.row) \($0.column)" } == ["3 code", "4 territory", "5 longitude"])
        let codes = try await world.look("clockwork") {
            try Points.all(inside: "", for: $0, on: Day("2019-03-06")!, in: $1).map(\.code)
        }
        #expect(codes == ["p1", "p2", "p3"])
    }
}
