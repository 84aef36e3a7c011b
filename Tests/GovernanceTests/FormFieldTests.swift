import Governance
import Rules
import Testing

struct FormFieldTests {
    static let form = [
        FormField("reason", "理由", "Reason", .text(most: 10), isRequired: true),
        FormField("name", "名称", "Name", .line(most: 10)),
        FormField("many", "多少", "How many", .number(1...5)),
        FormField("yuan", "金额", "Amount", .money(0...1_000_00)),
        FormField("share", "比例", "Share", .share(0...1000)),
        FormField("day", "日期", "Day", .day),
        FormField("at", "时间", "Moment", .moment),
        FormField("limit", "时限", "Limit", .duration),
        FormField("box", "勾选", "Box", .flag, olderNames: ["old_box"]),
        FormField("said", "是否", "Said", .yesOrNo),
        FormField("kind", "类别", "Kind", .choice([.init("a", .asGiven("甲")), .init("b", .asGiven("乙"))])),
    ]

    private func read(_ texts: [String: String]) throws -> FormValues {
        try Self.form.read(FormInput(texts.merging(["reason": "因为"]) { given, _ in given }))
    }
    private func faults(_ texts: [String: String]) -> [String] {
        do {
            _ = try Self.form.read(FormInput(texts))
            return []
        } catch Refusal.invalid(let faults) { return faults.map(\.field) } catch { return ["\(error)"] }
    }

    @Test func `every fault of a form is told at once`() {
        #expect(
            faults([
                "many": "six", "yuan": "1.234", "share": "100.1", "day": "2019-02-30", "at": "noon",
                "limit": "soon", "box": "perhaps", "said": "maybe", "kind": "c", "name": "一\n二",
            ]).sorted()
                == ["at", "box", "day", "kind", "limit", "many", "name", "reason", "said", "share", "yuan"])
    }

    @Test(arguments: [
        ("0", 0), ("1", 100), ("1.5", 150), ("1.50", 150), ("999.99", 99_999), ("1000", 100_000),
    ])
    func `money is typed in yuan and held in fen`(_ text: String, _ fen: Int) throws {
        #expect(try read(["yuan": text]).number("yuan") == fen)
        #expect(try read(["yuan": FormField.decimal(fen, places: 2)]).number("yuan") == fen)
    }

    @Test(arguments: ["1.005", "1,5", "-1", "1e2", "1000.01", ".", "1.", "十", "0x10", "+1.-5", "1.+5"])
    func `money that would have to be rounded or guessed is refused`(_ text: String) {
        #expect(faults(["reason": "因为", "yuan": text]) == ["yuan"])
    }

    @Test func `a share is typed in per cent and held in thousandths`() throws {
        for thousandths in 0...1000 {
            let text = FormField.decimal(thousandths, places: 1)
            #expect(try read(["share": text]).number("share") == thousandths)
        }
    }

    @Test func `a duration is a number and its unit, or one word of a program or of a table`() throws {
        for unit in TimeLimit.Unit.allCases {
            #expect(
                try read(["limit": "5", "limit_unit": unit.rawValue]).duration("limit") == TimeLimit(5, unit))
            #expect(try read(["limit": "5 \(unit.rawValue)"]).duration("limit") == TimeLimit(5, unit))
        }
        #expect(try read(["limit": "5 个工作日"]).duration("limit") == TimeLimit(5, .workDays))
        #expect(try read(["limit": "8小时"]).duration("limit") == TimeLimit(8, .urgentHours))
        #expect(try read(["limit": "", "limit_unit": "work_days"]).duration("limit") == nil)
        #expect(faults(["reason": "因为", "limit": "5"]) == ["limit_unit"])
        #expect(faults(["reason": "因为", "limit": "5", "limit_unit": "years"]) == ["limit_unit"])
        #expect(faults(["reason": "因为", "limit": "0", "limit_unit": "work_days"]) == ["limit"])
    }

    @Test func `a box that was not sent is no, a question that was not answered is nothing`() throws {
        let values = try read([:])
        #expect(!values.flag("box") && values.optionalFlag("said") == nil)
        #expect(try read(["said": "否"]).optionalFlag("said") == false)
        #expect(try read(["said": "yes"]).optionalFlag("said") == true)
    }

    @Test func `a wish under an older name is not lost because the newer one says nothing of it`() throws {
        #expect(try read(["old_box": "1"]).flag("box"))
        #expect(try read(["box": "0", "old_box": "on"]).flag("box"))
        #expect(try !read(["box": "0", "old_box": "off"]).flag("box"))
    }

    @Test func `a moment without an offset is in the office's zone`() throws {
        let east = try Self.form.read(
            FormInput(["reason": "因为", "at": "2019-07-31T08:00"]), zone: Zone(minutesEast: 480))
        #expect(east.moment("at")?.iso == "2019-07-31T00:00:00.000Z")
    }

    @Test func `fields and photos that a form does not have are refused, not dropped`() throws {
        #expect(throws: Refusal.self) { try Self.form.refuseOthers(in: FormInput(["reasn": "x"])) }
        try Self.form.refuseOthers(
            in: FormInput(["reason": "x", "limit_unit": "", "old_box": "1", "id": "1"]), besides: ["id"])
    }

    @Test func `the questions of a scheme are read like every other field`() throws {
        let questions = [
            Scheme.Question(name: "water", label: .init(zh: "水", en: "Water"), kind: .flag),
            .init(name: "rooms", label: .init(zh: "几间", en: "Rooms"), kind: .number(1...9)),
        ]
        let read = try QuestionForm.read(["rooms": "3", "water": "否"], questions)
        #expect(read.map(\.name) == ["water", "rooms"] && read.map(\.word) == ["no", "3"])
        #expect(throws: Refusal.self) { try QuestionForm.read(["water": "maybe"], questions) }
        #expect(throws: Refusal.self) { try QuestionForm.read(["roof": "yes"], questions) }
    }
}
