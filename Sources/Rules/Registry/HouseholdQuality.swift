/// What the rules of quality look at: one household as it is on a day. Words are those of the register's
/// facts.
package struct QualityHousehold: Sendable {
    /// One member.
    package struct Member: Sendable {
        /// Name, sex (`male`, `female`), relation to the head, school, reason for leaving it, health; empty
        /// if unknown.
        package var name = "", sex = "", relation = "", school = "", leavingReason = "", health = ""
        /// Day of birth.
        package var birth: Day?
        /// The certificate, if it could be read.
        package var certificate: Certificate?
        /// Nobody yet.
        package init() {}
        /// The day of birth that is known, from the certificate if nowhere else.
        var born: Day? { certificate?.birth ?? birth }
    }

    /// House grade (`A`…`D`); empty if unknown. Whether somebody lives in it.
    package var houseGrade = "", isOccupied = true
    /// The headcount that is stated.
    package var headcount: Int?
    /// Since when it is monitored, and whether the risk was removed.
    package var monitoredSince: Day?, isRiskRemoved = false
    /// Whether something was done or planned about the house, and anything since it is monitored.
    package var hasHouseMeasure = false, hasMeasureSinceMonitored = false
    /// Its members.
    package var members: [Member] = []
    /// Nothing yet.
    package init() {}
}

/// One rule of quality: what it asks, whether what breaks it is refused, and how it is found.
package struct QualityRule: Sendable {
    /// What breaks a rule: in which fact, of which member (nil for the household), with the words that
    /// explain it.
    package struct Finding: Sendable, Hashable {
        /// The rule's name.
        package var rule: String
        /// The fact's name, and the member's place in the household.
        package var fact: String, member: Int?
        /// What is wrong, in Chinese and English.
        package var zh: String, en: String
    }

    /// A stable name.
    package let name: String
    /// What it asks, in Chinese and English.
    package let zh: String, en: String
    /// Whether what breaks it is refused; otherwise somebody is asked to look.
    package let isRefusing: Bool
    private let find:
        @Sendable (
            QualityHousehold, Day, (_ fact: String, _ member: Int?, _ zh: String, _ en: String) -> Void
        ) -> Void

    private init(
        _ name: String, refuses: Bool, _ zh: String, _ en: String,
        _ find: @escaping @Sendable (QualityHousehold, Day, (String, Int?, String, String) -> Void) -> Void
    ) { (self.name, isRefusing, self.zh, self.en, self.find) = (name, refuses, zh, en, find) }

    /// What breaks this rule on a day.
    package func findings(in household: QualityHousehold, on day: Day) -> [Finding] {
        var found: [Finding] = []
        find(household, day) { found.append(Finding(rule: name, fact: $0, member: $1, zh: $2, en: $3)) }
        return found
    }

    /// What breaks any rule on a day.
    package static func findings(in household: QualityHousehold, on day: Day) -> [Finding] {
        all.flatMap { $0.findings(in: household, on: day) }
    }

    private static let men: Set = ["son", "son_in_law", "grandson", "father", "grandfather", "brother"]
    private static let women: Set = [
        "daughter", "daughter_in_law", "granddaughter", "mother", "grandmother", "sister",
    ]
    private static let children: Set = ["son", "daughter", "grandson", "granddaughter"]
    private static let parents: Set = ["father", "mother", "grandfather", "grandmother"]
    /// How many years at least lie between parent and child.
    private static let generation = 14

    /// Every rule, in the order in which findings are told.
    package static let all: [QualityRule] = [
        QualityRule("sex-certificate", refuses: true, "性别要和证件号码一致", "The sex agrees with the certificate") {
            household, _, tell in
            for (index, member) in household.members.enumerated() {
                guard let certificate = member.certificate, !member.sex.isEmpty,
                    (member.sex == "female") != certificate.isFemale
                else { continue }
                tell(
                    "sex", index, "\(member.name)的性别和证件号码不一致",
                    "the sex of \(member.name) does not agree with the certificate")
            }
        },
        QualityRule(
            "birth-certificate", refuses: true, "出生日期要和证件号码一致", "The day of birth agrees with the certificate"
        ) { household, _, tell in
            for (index, member) in household.members.enumerated() {
                guard let certificate = member.certificate, let birth = member.birth,
                    birth != certificate.birth
                else { continue }
                tell(
                    "birth", index, "\(member.name)的出生日期 \(birth) 和证件号码里的 \(certificate.birth) 不一致",
                    "\(member.name) was born on \(birth), but on \(certificate.birth) by the certificate")
            }
        },
        QualityRule("born-later", refuses: true, "出生日期不能在将来", "Nobody is born in the future") {
            household, day, tell in
            for (index, member) in household.members.enumerated() {
                guard let born = member.born, born > day else { continue }
                tell(
                    "birth", index, "\(member.name)的出生日期 \(born) 还没有到",
                    "\(member.name) would be born on \(born), which is still to come")
            }
        },
        QualityRule("relation-sex", refuses: true, "与户主关系要和性别一致", "The relation agrees with the sex") {
            household, _, tell in
            for (index, member) in household.members.enumerated() {
                let sex = member.certificate.map { $0.isFemale ? "female" : "male" } ?? member.sex
                guard
                    sex == "female" && men.contains(member.relation)
                        || sex == "male" && women.contains(member.relation)
                else { continue }
                tell(
                    "relation", index, "\(member.name)与户主的关系和性别不一致",
                    "the relation of \(member.name) does not agree with the sex")
            }
        },
        QualityRule("relation-age", refuses: false, "与户主关系要和年龄相称", "The relation agrees with the age") {
            household, _, tell in
            guard let head = household.members.first(where: { $0.relation == "head" })?.born else { return }
            for (index, member) in household.members.enumerated() {
                guard let born = member.born else { continue }
                let years = Double(born.number - head.number) / 365.25
                if children.contains(member.relation), years < Double(generation) {
                    tell(
                        "relation", index, "\(member.name)是子女辈，只比户主小 \(Int(years)) 岁",
                        "\(member.name) is a child, but only \(Int(years)) years younger than the head")
                } else if parents.contains(member.relation), years > -Double(generation) {
                    tell(
                        "relation", index, "\(member.name)是父母辈，只比户主大 \(Int(-years)) 岁",
                        "\(member.name) is a parent, but only \(Int(-years)) years older than the head")
                }
            }
        },
        QualityRule("one-head", refuses: true, "一户只有一个户主", "A household has one head") { household, _, tell in
            let heads = household.members.indices.filter { household.members[$0].relation == "head" }
            if heads.isEmpty, !household.members.isEmpty {
                tell("relation", 0, "这一户没有户主", "the household has no head")
            }
            for extra in heads.dropFirst() {
                tell(
                    "relation", extra, "户主有 \(heads.count) 个，\(household.members[extra].name)是多出来的",
                    "there are \(heads.count) heads; \(household.members[extra].name) is one too many")
            }
        },
        QualityRule("once-in-household", refuses: true, "一个人在一户里只登记一次", "A person stands once in a household")
        { household, _, tell in
            var seen: Set<String> = []
            for (index, member) in household.members.enumerated() {
                guard let identity = member.certificate?.identity, !seen.insert(identity).inserted else {
                    continue
                }
                tell(
                    "certificate", index, "\(member.name)的证件号码在这一户里重复",
                    "the certificate of \(member.name) stands twice in the household")
            }
        },
        QualityRule("headcount", refuses: true, "家庭人口数要等于成员人数", "The headcount is the number of members") {
            household, _, tell in
            guard let stated = household.headcount, stated != household.members.count,
                !household.members.isEmpty
            else { return }
            tell(
                "headcount", nil, "写的是 \(stated) 人，成员有 \(household.members.count) 人",
                "\(stated) are stated, \(household.members.count) members are listed")
        },
        QualityRule(
            "illness-healthy", refuses: false, "因病失学的孩子健康状况不能是健康",
            "A child out of school through illness is not healthy"
        ) { household, _, tell in
            for (index, member) in household.members.enumerated()
            where member.school == "dropped" && member.leavingReason == "illness"
                && member.health == "healthy"
            {
                tell(
                    "health", index, "\(member.name)因病失学，健康状况却是“健康”",
                    "\(member.name) left school through illness, yet is said to be healthy")
            }
        },
        QualityRule(
            "house-measure", refuses: false, "住着人的危房要有改造措施",
            "A dilapidated house that is lived in has a measure"
        ) { household, _, tell in
            guard ["C", "D"].contains(household.houseGrade), household.isOccupied, !household.hasHouseMeasure
            else { return }
            tell(
                "house_grade", nil, "\(household.houseGrade) 级危房有人住，没有改造措施",
                "grade \(household.houseGrade), lived in, and nothing is planned")
        },
        QualityRule(
            "monitored-measure", refuses: false, "纳入监测一个月内要有帮扶措施",
            "Who is monitored has a measure within a month"
        ) { household, day, tell in
            guard let since = household.monitoredSince, !household.isRiskRemoved,
                !household.hasMeasureSinceMonitored, day.number - since.number > 31
            else {
                return
            }
            tell(
                "monitored_since", nil, "\(since) 纳入监测，一个多月没有帮扶措施",
                "monitored since \(since), for over a month without a measure")
        },
    ]
}

/// Totals that somebody states, tried for sense before anything is reckoned from them.
package enum RegisterTotals {
    /// Why totals cannot be, in Chinese and English; nil if they can. The seed prints "78 poor households,
    /// 53,271 people" where 78 poor villages are meant.
    package static func refusal(villages: Int?, households: Int?, people: Int?) -> (zh: String, en: String)? {
        /// The largest household and village average that a county can have.
        let (mostHeads, mostHouseholds) = (12, 3_000)
        if let households, let people, households > people {
            return (
                "户数 \(households) 比人数 \(people) 还多，不可能",
                "\(households) households cannot have only \(people) people"
            )
        }
        if let households, let people, people > households * mostHeads {
            return (
                "平均每户 \(people / max(1, households)) 人，不可能。\(households) 会不会是村数？请核对是“户”还是“村”",
                """
                that is \(people / max(1, households)) people a household, which cannot be. Is \
                \(households) the number of villages? Check which is meant
                """
            )
        }
        if let villages, let households, households > villages * mostHouseholds || households < villages {
            return (
                "\(villages) 个村有 \(households) 户，对不上，请核对",
                "\(villages) villages and \(households) households do not fit together; please check"
            )
        }
        return nil
    }
}
