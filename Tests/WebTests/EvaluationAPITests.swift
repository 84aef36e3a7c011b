import Engines
import Foundation
import Governance
import HTTPTypes
import Hummingbird
import Rules
import Testing
import Web

/// The evaluation over the doors, as programs use them.
@Suite(.serialized) struct `An evaluation is run over the API` {
    private static let basis = "basis: {article: {zh: 一, en: One}, says: {zh: 说, en: Says}}"
    /// The office marks its two communities; the first receives funds.
    private static let scheme = """
        evaluation: communities
        version: 1
        title: {zh: 评, en: Evaluation}
        document: {zh: 文, en: Document}
        in force: {from: 2019-01-01, until: 2019-12-31}
        judged: once
        deadlines:
          objections: {title: {zh: 异, en: Objections}, \(basis), about: objection, within: {calendar days: 1}}
        layers:
          office: {title: {zh: 查, en: Office}, \(basis), team: office}
        indicators:
          work: {title: {zh: 干, en: Work}, \(basis), marks of: 10, when nothing is due: leave out, better: \
        higher}
        scores:
          mark:
            title: {zh: 分, en: Score}
            \(basis)
            of: community
            layer: office
            points: {work: 100}
            rounding: {places: 0, way: nearest}
            floor: 0
            when nothing counts: leave out
        ranks:
          all: {title: {zh: 排, en: Rank}, \(basis), by: mark, within: all, ties: share the better place, \
        minimum group: 2, inside the interval: rank anyway}
        awards:
          first:
            title: {zh: 奖, en: First}
            \(basis)
            rank: all
            take: {first: 1}
            ties at the cut: all who share it
            gives:
              work-funds: {yuan: {2019-01-01: 1000}}
        """

    @Test func `from the scheme to the payment, and the frozen facts make the same outcome`() async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            func program(_ login: String) async throws -> Browser {
                browser.program(try await town.secret(login, as: .token))
            }
            let (admin, office, checker, leader) = (
                try await program("admin"), try await program("dispatcher"), try await program("checker"),
                try await program("leader")
            )
            let faulty = try await admin.call(
                "/api/v1/evaluations", ["scheme": Self.scheme.replacing("work: 100", with: "work: 90")])
            #expect(faulty.status == 422 && faulty.text.contains("加起来是 90 分"))
            #expect(try await office.call("/api/v1/evaluations", ["scheme": Self.scheme]).status == 403)
            #expect(try await admin.call("/api/v1/evaluations", ["scheme": Self.scheme]).status == 201)
            let opened = try await office.call("/api/v1/assessments", key: "open-1")
            let assessment = try #require(opened.json()["id"]?.stringValue)
            #expect(
                try await office.call("/api/v1/assessments", key: "open-1").text == opened.text,
                "sent twice it is opened once")
            let round = try #require(
                try await office.get("/api/v1/assessments/\(assessment)").json().at("rounds")?.items.first?[
                    "id"]?.stringValue)
            let sheet = try #require(
                try await office.get("/api/v1/rounds/\(round)").json().at("sheets")?.items.first?["id"]?
                    .stringValue)
            let person = try #require(try await checker.get("/api/v1/me").json()["id"]?.stringValue)
            #expect(
                try await office.call("/api/v1/sheets/\(sheet)/team", ["verb": "appoint", "person": person])
                    .status == 200)
            let lines = try await checker.get("/api/v1/sheets/\(sheet)").json().at("lines")?.items ?? []
            #expect(lines.count == 2)
            for (index, line) in lines.enumerated() {
                let unit = try #require(line["unit"]?.stringValue)
                #expect(
                    try await checker.call(
                        "/api/v1/sheets/\(sheet)/marks", ["unit": unit, "indicator": "work", "mark": "7"]
                    ).status == 422, "no reason")
                let given = try await checker.call(
                    "/api/v1/sheets/\(sheet)/marks",
                    ["unit": unit, "indicator": "work", "mark": "\(9 - index)", "why": "看过"])
                #expect(given.status == 200, "\(given.text)")
            }
            #expect(try await office.call("/api/v1/rounds/\(round)/judge").status == 409)
            #expect(try await checker.call("/api/v1/sheets/\(sheet)/submit").status == 200)
            #expect(try await office.call("/api/v1/rounds/\(round)/judge").status == 200)
            let outcome = try #require(try await leader.get("/api/v1/rounds/\(round)").json().at("outcome"))
            #expect(
                outcome.at("ranks")?.items.first?["places"]?.items.compactMap { $0["points"]?.stringValue }
                    == ["90", "80"])
            let frozen = try await leader.get("/api/v1/rounds/\(round)/facts").text
            let facts = try JSONDecoder().decode(EvaluationFacts.self, from: Data(frozen.utf8))
            let again = JudgedOutcome(
                Evaluation.read(Self.scheme, .own).evaluation, facts, on: try #require(Day(facts.day)))
            #expect(
                try JSON(parsing: Data(again.json.text.utf8)).text == outcome.text,
                "whoever has the two files has the outcome")
            let entry = try #require(
                try await leader.get("/api/v1/ledger?kind=work-funds").json().at("items")?.items.first?["id"]?
                    .stringValue)
            #expect(try await leader.call("/api/v1/ledger/\(entry)", ["verb": "approve"]).status == 409)
            town.pass(minutes: 3 * 1440)
            #expect(
                try await office.call("/api/v1/ledger/all", ["verb": "approve", "paper": "1 号"]).status
                    == 409, "who may not decide has nothing to approve")
            #expect(
                try await leader.call("/api/v1/ledger/all", ["verb": "approve", "paper": "1 号"]).json()[
                    "count"]?.number == 1)
            #expect(
                try await leader.call("/api/v1/ledger/all", ["verb": "pay", "paper": "凭证"]).status == 409,
                "who approved does not pay")
            #expect(
                try await office.call("/api/v1/ledger/all", ["verb": "pay", "paper": "凭证"]).json()["count"]?
                    .number == 1)
            let done = try await leader.get("/api/v1/ledger/\(entry)").json()
            #expect(done["state"]?.stringValue == "done" && done.at("steps")?.items.count == 3)
            for path in ["/api/v1/rounds/\(round)/export", "/api/v1/ledger/export"] {
                #expect(
                    try await leader.call(path).headers[.contentType]?.contains("spreadsheetml") == true,
                    "\(path)")
            }
            let moved = try await office.call(
                "/api/v1/dry-run",
                [
                    "round": round,
                    "scheme": Self.scheme.replacing("take: {first: 1}", with: "take: {first: 2}"),
                ])
            #expect(try moved.json().at("moves")?.items.count == 1)
        }
    }

    @Test func `a sheet with a wrong mark keeps the right ones and shows the others as they were typed`()
        async throws
    {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let admin = browser.holding(try await town.secret("admin"))
            let faulty = Self.scheme.replacing("work: 100", with: "work: 90")
            let refused = try await admin.post("/admin/evaluations", ["verb": "publish", "scheme": faulty])
            #expect(refused.status == 422 && refused.text.contains("work: 90"), "the text is still there")
            #expect(
                try await admin.post("/admin/evaluations", ["verb": "publish", "scheme": Self.scheme]).status
                    == 303)
            let office = browser.program(try await town.secret("dispatcher", as: .token))
            let odd = try await office.call("/api/v1/assessments", ["months": "2019-03-01"])
            #expect(odd.status == 422 && odd.text.contains("months"), "a field that there is not")
            let assessment = try #require(
                try await office.call("/api/v1/assessments").json()["id"]?.stringValue)
            let round = try #require(
                try await office.get("/api/v1/assessments/\(assessment)").json().at("rounds")?.items.first?[
                    "id"]?.stringValue)
            let sheet = try #require(
                try await office.get("/api/v1/rounds/\(round)").json().at("sheets")?.items.first?["id"]?
                    .stringValue)
            let checker = browser.holding(try await town.secret("checker"))
            let program = browser.program(try await town.secret("checker", as: .token))
            let person = try #require(try await program.get("/api/v1/me").json()["id"]?.stringValue)
            #expect(
                try await office.call("/api/v1/sheets/\(sheet)/team", ["verb": "appoint", "person": person])
                    .status == 200)

            func marks() async throws -> [Int?] {
                let lines = try await program.get("/api/v1/sheets/\(sheet)").json().at("lines")?.items
                return (lines ?? []).map { $0["mark"]?.number }
            }
            let lines = try await program.get("/api/v1/sheets/\(sheet)").json().at("lines")?.items ?? []
            let units = lines.compactMap { $0["unit"]?.stringValue }
            try #require(units.count == 2)
            var sent = [
                "mark/work/\(units[0])": "9", "why/work/\(units[0])": "看过",
                "mark/work/\(units[1])": "11", "why/work/\(units[1])": "", "then": "submit",
            ]
            let back = try await checker.post("/evaluation/sheets/\(sheet)", sent)
            #expect(back.status == 422)
            for words in [
                "href=\"#f-mark/work/\(units[1])\"", "href=\"#f-why/work/\(units[1])\"", "value=\"11\"",
            ] {
                #expect(back.text.contains(words), "\(words)")
            }
            #expect(!back.text.contains("href=\"#f-mark/work/\(units[0])\""), "that one was right")
            #expect(try await marks() == [9, nil], "and is stored")
            sent["mark/work/\(units[1])"] = "8"
            sent["why/work/\(units[1])"] = "也看过"
            let taken = try await checker.post("/evaluation/sheets/\(sheet)", sent)
            #expect(taken.status == 303, "\(taken.text)")
            #expect(
                try await program.get("/api/v1/sheets/\(sheet)").json()["state"]?.stringValue == "submitted")
            #expect(try await marks() == [9, 8])
            let late = try await checker.post(
                "/evaluation/sheets/\(sheet)", ["mark/work/\(units[0])": "1", "why/work/\(units[0])": "想重打"])
            #expect(late.status == 409 && late.text.contains("想重打"), "it was handed in")
        }
    }
}
