import Governance
import HTTPTypes
import Testing
import Web

/// The forms of the ledger and of the samples: what is not understood is refused, and nothing that was typed
/// is lost.
@Suite(.serialized) struct `A form of the evaluation that is refused comes back as it was typed` {
    private static func tells(_ reply: Reply) -> Bool {
        reply.status == 303 && reply.headers[values: .setCookie].contains { $0.hasPrefix("said=") }
    }

    @Test func `an entry is replied to, approved and corrected as somebody said, and never by default`()
        async throws
    {
        let land = try await Land.settled()
        let town = land.town
        let entry = try #require(land.things[.b]?["/ledger"])
        try await town.open { (browser: Browser) async throws in
            let page = browser.holding(try await town.secret("leader"))
            let program = browser.program(try await town.secret("leader", as: .token))
            let (form, door) = ("/ledger/\(entry)", "/api/v1/ledger/\(entry)")
            let objection = try #require(
                try await program.get(door).json().at("objections")?.items.first?["id"]?.stringValue)

            var reply = ["verb": "reply", "objection": objection, "reply": "看过了"]
            let unsaid = try await program.call(door, reply)
            #expect(unsaid.status == 422 && unsaid.text.contains("upheld"), "no is not presumed")
            let again = try await page.post(form, reply)
            #expect(again.status == 422)
            #expect(again.text.contains("看过了") && again.text.contains("-upheld\""))
            reply["upheld"] = "no"
            let replied = try await page.post(form, reply)
            #expect(Self.tells(replied), "\(replied.text)")
            reply["reply"] = "又看了一遍"
            let late = try await page.post(form, reply)
            #expect(late.status == 409 && late.text.contains("又看了一遍"), "it was replied to already")

            let early = try await page.post(form, ["verb": "approve", "paper": "党工委 3 号"])
            #expect(early.status == 409 && early.text.contains("党工委 3 号"), "objections are open")
            let strange = ["verb": "withdraw", "whys": "1"]
            #expect(try await program.call(door, strange).status == 422, "a field that there is not")
            let stranger = browser.program(try await town.secret("grid21", as: .token))
            #expect(
                try await stranger.call(door, strange).status == 403, "who may not withdraw learns no more")

            let wrong = try await page.post(form, ["verb": "correct", "yuan": "150.505", "why": ""])
            #expect(wrong.status == 422)
            for words in ["value=\"150.505\"", "href=\"#f-correct-yuan\"", "href=\"#f-correct-why\""] {
                #expect(wrong.text.contains(words), "\(words)")
            }
            #expect(
                try await program.call(door, ["verb": "correct", "fen": "1.5", "why": "少算"]).status == 422)
            let corrected = try await page.post(form, ["verb": "correct", "yuan": "150.5", "why": "少算"])
            #expect(Self.tells(corrected), "\(corrected.text)")
            let all = try await program.get("/api/v1/ledger?kind=bonus").json().at("items")?.items ?? []
            let new = all.first { $0["corrects"]?.stringValue == entry }
            #expect(new?["fen"]?.number == 15_050, "typed in yuan, kept in fen")
            #expect(try await program.get(door).json()["state"]?.stringValue == "withdrawn")
        }
    }

    @Test func `a sample is frozen and an item looked at by what was said, with every fault at once`()
        async throws
    {
        let land = try await Land.settled()
        let town = land.town
        let sample = try #require(land.things[.a]?["/samples"])
        let number = try #require(land.things[.a]?["number"])
        try await town.open { (browser: Browser) async throws in
            let office = browser.holding(try await town.secret("dispatcher"))
            let frozen = try await office.post("/samples", ["purpose": "", "size": "0", "least": "7"])
            #expect(frozen.status == 422)
            for words in ["href=\"#f-purpose\"", "href=\"#f-size\"", "value=\"7\""] {
                #expect(frozen.text.contains(words), "\(words)")
            }

            let form = "/samples/\(sample)/items/\(number)"
            let checker = browser.holding(try await town.secret("checker"))
            let program = browser.program(try await town.secret("checker", as: .token))
            var found = ["outcome": "answered", "mode": "walking", "note": "门口有人"]
            let unsaid = try await checker.post(form, found)
            #expect(unsaid.status == 422)
            for words in ["门口有人", "href=\"#f-mode\"", "href=\"#f-right\""] {
                #expect(unsaid.text.contains(words), "\(words)")
            }
            let strange = ["outcome": "answered", "right": "yes", "nobody": "1"]
            let refused = try await program.call("/api/v1" + form, strange)
            #expect(refused.status == 422 && refused.text.contains("nobody"))
            let stranger = browser.program(try await town.secret("dispatcher", as: .token))
            #expect(try await stranger.call("/api/v1" + form, strange).status == 404)

            found["mode"] = "home"
            found["right"] = "no"
            found["note"] = ""
            let unexplained = try await checker.post(form, found)
            #expect(unexplained.status == 422 && unexplained.text.contains("href=\"#f-note\""))
            found["note"] = "人口对不上"
            let taken = try await checker.post(form, found)
            #expect(Self.tells(taken), "\(taken.text)")
            let late = try await checker.post(form, found)
            #expect(late.status == 409 && late.text.contains("人口对不上"), "it was looked at already")
        }
    }
}
