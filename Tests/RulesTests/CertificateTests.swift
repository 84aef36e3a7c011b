import Rules
import Testing

@Suite struct `A certificate number says who somebody is, and shows most slips of the pen` {
    /// A valid number: 410399 is the code of no place.
    private func valid(_ born: String = "19650801", _ order: String = "001") -> String {
        let digits = ("410399" + born + order).compactMap(\.wholeNumberValue)
        return digits.map(String.init).joined() + String(Certificate.checkCharacter(of: digits))
    }

    @Test func `the example of the standard is read`() throws {
        // GB 11643-1999, annex: 11010519491231002X.
        let certificate = try Certificate("11010519491231002x")
        #expect(
            certificate.text == "11010519491231002X" && certificate.birth == Day("1949-12-31")
                && certificate.isFemale && certificate.disability == nil)
    }

    @Test func `full-width digits and spaces are taken as meant`() throws {
        #expect(try Certificate(" １１０１０５ 19491231 002Ｘ ").text == "11010519491231002X")
    }

    @Test(arguments: ["41032619611009京234", "万万万万万万京万万万万万万万万万万X", "ß1032619611009123ﬁ", "ŉ", "ß"])
    func `letters with a value of their own, or with two capitals, are refused`(_ text: String) {
        #expect(throws: Certificate.Fault.self) { try Certificate(text) }
    }

    @Test(arguments: [17, 19, 21, 23, 0, 1]) func `another length is refused`(count: Int) {
        #expect(throws: Certificate.Fault.length(count)) {
            try Certificate(String(String(repeating: "1", count: count)))
        }
    }

    @Test func `every wrong digit and every swap of neighbours shows, whatever the number`() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let day = Day(number: Int.random(in: -20_000...17_000, using: &random))
            let text = valid(
                day.description.replacing("-", with: ""), String(Int.random(in: 100...999, using: &random)))
            #expect(try Certificate(text).birth == day)
            let place = Int.random(in: 0..<17, using: &random)
            var characters = Array(text)
            let old = characters[place]
            characters[place] = Character(
                String((old.wholeNumberValue! + Int.random(in: 1...9, using: &random)) % 10))
            #expect(throws: Certificate.Fault.self, "\(text) with another digit \(place)") {
                try Certificate(String(characters))
            }
            characters = Array(text)
            guard place < 16, characters[place] != characters[place + 1] else { continue }
            characters.swapAt(place, place + 1)
            #expect(throws: Certificate.Fault.self, "\(text) with \(place) and its neighbour swapped") {
                try Certificate(String(characters))
            }
        }
    }

    @Test func `a disability card tells type and grade, and how often it was issued`() throws {
        let card = try Certificate(valid() + "43")
        #expect(card.disability?.type == 4 && card.disability?.grade == 3 && card.identity == valid())
        #expect(try Certificate(valid() + "43B1").identity == card.identity)
        for end in ["83", "05", "45", "43C1"] {
            #expect(throws: Certificate.Fault.disability) { try Certificate(valid() + end) }
        }
    }

    @Test func `a day of birth that does not exist and a letter among the digits are refused`() {
        #expect(throws: Certificate.Fault.birth) { try Certificate(valid("19650230")) }
        #expect(throws: Certificate.Fault.character("A")) { try Certificate("41039919650801A019") }
    }
}

@Suite struct `The rules of quality find what cannot be, and leave alone what can` {
    private let today = Day("2019-09-20")!

    private func member(_ name: String, _ relation: String, _ sex: String, born: String)
        -> QualityHousehold.Member
    {
        var member = QualityHousehold.Member()
        (member.name, member.relation, member.sex, member.birth) = (name, relation, sex, Day(born))
        return member
    }
    private func household(_ edit: (inout QualityHousehold) -> Void = { _ in }) -> QualityHousehold {
        var household = QualityHousehold()
        household.members = [
            member("张大", "head", "male", born: "1965-08-01"),
            member("李二", "spouse", "female", born: "1967-01-01"),
            member("张三", "son", "male", born: "1992-01-01"),
            member("王奶", "mother", "female", born: "1940-01-01"),
        ]
        (household.headcount, household.houseGrade) = (4, "B")
        edit(&household)
        return household
    }
    private func rules(_ household: QualityHousehold) -> [String] {
        QualityRule.findings(in: household, on: today).map(\.rule)
    }
    private func certificate(_ text: String) -> Certificate? {
        let digits = text.compactMap(\.wholeNumberValue)
        do { return try Certificate(text + String(Certificate.checkCharacter(of: digits))) } catch {
            Issue.record("\(text) is no certificate: \(error)")
            return nil
        }
    }

    @Test func `a household as it should be breaks no rule`() {
        #expect(rules(household()) == [])
        #expect(rules(household { $0.members[0].certificate = certificate("41039919650801001") }) == [])
    }

    @Test func `sex and birth have to agree with the certificate`() {
        #expect(
            rules(household { $0.members[0].certificate = certificate("41039919650801002") })
                == ["sex-certificate", "relation-sex"].filter { $0 == "sex-certificate" })
        #expect(
            rules(household { $0.members[0].certificate = certificate("41039919660801001") }) == [
                "birth-certificate"
            ])
        #expect(rules(household { $0.members[2].birth = Day("2020-01-01") }).contains("born-later"))
    }

    @Test func `a son is a man, and no child is nearly as old as the head`() {
        #expect(rules(household { $0.members[2].sex = "female" }) == ["relation-sex"])
        #expect(rules(household { $0.members[2].birth = Day("1975-01-01") }) == ["relation-age"])
        #expect(rules(household { $0.members[3].birth = Day("1960-01-01") }) == ["relation-age"])
    }

    @Test func `there is one head, everybody stands once, and the headcount counts them`() {
        #expect(rules(household { $0.members[0].relation = "brother" }) == ["one-head"])
        #expect(rules(household { $0.members[1].relation = "head" }) == ["one-head"])
        #expect(
            rules(
                household {
                    $0.members[0].certificate = certificate("41039919650801001")
                    $0.members[3] = $0.members[0]
                    $0.members[3].relation = "brother"
                }) == ["once-in-household"])
        #expect(rules(household { $0.headcount = 5 }) == ["headcount"])
        #expect(rules(household { $0.headcount = nil }) == [])
    }

    @Test func `a child out of school through illness is not healthy`() {
        func ill(_ health: String, _ reason: String) -> [String] {
            rules(
                household {
                    ($0.members[2].school, $0.members[2].leavingReason, $0.members[2].health) = (
                        "dropped", reason, health
                    )
                })
        }
        #expect(
            ill("healthy", "illness") == ["illness-healthy"] && ill("chronic", "illness") == []
                && ill("healthy", "unwilling") == [])
    }

    @Test func `a dilapidated house that is lived in needs a measure`() {
        func house(_ grade: String, lived: Bool, measure: Bool) -> [String] {
            rules(household { ($0.houseGrade, $0.isOccupied, $0.hasHouseMeasure) = (grade, lived, measure) })
        }
        #expect(
            house("D", lived: true, measure: false) == ["house-measure"]
                && house("C", lived: true, measure: false) == ["house-measure"])
        #expect(
            house("D", lived: false, measure: false) == [] && house("D", lived: true, measure: true) == []
                && house("B", lived: true, measure: false) == [])
    }

    @Test func `who is monitored gets a measure within a month`() {
        func watched(_ since: String, removed: Bool = false, measure: Bool = false) -> [String] {
            rules(
                household {
                    ($0.monitoredSince, $0.isRiskRemoved, $0.hasMeasureSinceMonitored) = (
                        Day(since), removed, measure
                    )
                })
        }
        #expect(
            watched("2019-08-19") == ["monitored-measure"] && watched("2019-08-20") == []
                && watched("2019-01-01", removed: true) == []
                && watched("2019-01-01", measure: true) == [])
    }

    @Test func `each rule has its household that breaks it and nothing else does`() {
        #expect(
            QualityRule.all.count == Set(QualityRule.all.map(\.name)).count && QualityRule.all.count == 11)
    }

    @Test func `the misprint of the seed is refused with its reason: 78 households cannot be 53,271 people`()
    {
        #expect(
            RegisterTotals.refusal(villages: nil, households: 78, people: 53_271)?.zh.contains("会不会是村数")
                == true)
        #expect(RegisterTotals.refusal(villages: 78, households: 13_769, people: 53_271) == nil)
        #expect(RegisterTotals.refusal(villages: nil, households: 500, people: 400) != nil)
        #expect(
            RegisterTotals.refusal(villages: 78, households: 70, people: 200) != nil
                && RegisterTotals.refusal(villages: 1, households: 13_769, people: 53_271) != nil)
    }
}
