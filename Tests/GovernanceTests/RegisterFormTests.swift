import Governance
import Rules
import Testing

@Suite struct `What is asked about the register is declared once` {
    private let today = Day("2019-03-04")!

    private func faults(_ body: () throws -> Void) -> [String] {
        do {
            try body()
            return []
        } catch Refusal.invalid(let faults) { return faults.map(\.field).sorted() } catch {
            return ["\(error)"]
        }
    }

    @Test func `a fact is a field of its own kind, with its unit and what a change of it needs`() throws {
        let land = try #require(FactList.household["land"]).field
        #expect(land.label == Phrase(zh: "耕地面积（亩）", en: "land (mu)"))
        if case .number(0...10_000) = land.kind {} else { Issue.record("\(land.kind)") }
        let certificate = try #require(FactList.member["certificate"]).field
        #expect(certificate.hint?.zh == "不改就留空；改动要由另一个岗位审批")
        let food = try #require(FactList.household["has_food"]).field
        if case .yesOrNo = food.kind {} else { Issue.record("\(food.kind)") }
        #expect(!food.isRequired, "what nobody knows stays open")
        for list in [FactList.household, .member, .income, .village] {
            #expect(list.fields.map(\.name) == list.shown.map(\.name))
        }
    }

    @Test func `the faults of fields and of facts are told at once`() {
        let wrong = FormInput(["from": "someday", "reason": " ", "land": "many", "house_grade": "Z"])
        #expect(
            faults { _ = try RegisterChanges.Draft(.change, wrong, on: today) }
                == ["from", "house_grade", "land", "reason"])
        #expect(
            faults { _ = try RegisterChanges.Draft(.join, FormInput(["sex": "x"]), on: today) }
                == ["name", "reason", "sex"])
        #expect(
            faults { _ = try RegisterChanges.Draft(.leave, FormInput(["reason": "外嫁"]), on: today) }
                == ["member"])
        #expect(
            faults { _ = try LookBacks.Draft(FormInput(["verdict": "fine", "headcount": "两口"])) }
                == ["headcount", "verdict"])
    }

    @Test func `a secret that stays empty is left alone, and a day that is not given is today`() throws {
        let draft = try RegisterChanges.Draft(
            .change, FormInput(["reason": "更正", "phone": "", "land": "3", "group_name": ""]), on: today)
        #expect(draft.answers == ["land": "3", "group_name": ""])
        #expect(draft.from == today && draft.member == nil)
    }

    @Test func `sending back needs words, approving does not`() {
        func read(_ texts: [String: String]) -> [String] {
            faults { _ = try ApprovalForm.fields(FormInput(texts)).read(FormInput(texts)) }
        }
        #expect(read(["request": "x", "decision": "grant"]) == [])
        #expect(read(["request": "x", "decision": "refuse"]) == ["reason"])
        #expect(read(["request": "x", "decision": "move"]) == ["decision"])
        #expect(read(["double": "x", "decision": "move", "from": "x"]) == ["from", "reason"])
    }
}
