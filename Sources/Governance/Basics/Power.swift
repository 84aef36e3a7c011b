import Store

/// What a post may do. Powers follow from the kind of post by the one table below; deny by default.
package enum Power: Int, CaseIterable, Sendable {
    /// Report a problem on behalf of the office.
    case reportCase
    /// Verify, file, decline, merge or void a report.
    case fileCase
    /// Give a case to a unit and a named person.
    case dispatchCase
    /// Be the named person who handles, and say what was done.
    case handleCase
    /// Look whether the fix is real.
    case checkCase
    /// Call the complainant back.
    case callBack
    /// Urge a case on.
    case escalateCase
    /// Decide what is stuck: name the lead, grant an extension, endorse an explanation, judge an appeal.
    case decide
    /// Write a note on a case.
    case note
    /// See the complainant's number unmasked, with a reason that is logged.
    case unmask
    /// See figures and the overview.
    case readFigures
    /// Read and verify the log.
    case readLog
    /// See the registry of villages, households and people.
    case readRegister
    /// Enter and change what the registry says; what is gated waits for somebody else's approval.
    case keepRegister
    /// Approve a change of the registry that somebody else asked for, and decide about double entries.
    case approveChange
    /// Visit households and points and say what was found.
    case visit
    /// Run evaluations: open them, appoint teams, draw samples, judge, pay out what was approved.
    case evaluate
    /// Change territories, units, posts, people, accounts, categories, limits and calendars.
    case administer

    /// Its name in the API.
    package var word: String { String(describing: self) }

    /// What a kind of post may do.
    package static func of(_ kind: PostKind) -> Set<Power> { table[kind] ?? [] }

    private static let table = Dictionary(
        uniqueKeysWithValues: PostKind.allCases.map { ($0, powers(of: $0)) })

    /// Its place among the bits of `bits(of:)`.
    var bit: UInt32 { 1 << UInt32(rawValue) }
    /// The same as `of`, a bit each: every button asks.
    static func bits(of kind: PostKind) -> UInt32 { bitTable[kind] ?? 0 }
    private static let bitTable = table.mapValues { $0.reduce(UInt32(0)) { $0 | $1.bit } }

    /// The one table: which kind of post has which powers.
    private static func powers(of kind: PostKind) -> Set<Power> {
        switch kind {
        case .leader, .deputy:
            [
                .reportCase, .fileCase, .dispatchCase, .checkCase, .callBack, .escalateCase, .decide, .note,
                .unmask,
                .readFigures, .readLog, .readRegister, .approveChange, .evaluate,
            ]
        case .dispatcher:
            [
                .reportCase, .fileCase, .dispatchCase, .checkCase, .callBack, .escalateCase, .note, .unmask,
                .readFigures,
                .readRegister, .keepRegister, .approveChange, .evaluate,
            ]
        case .checker: [.reportCase, .checkCase, .callBack, .note, .unmask, .readFigures]
        case .communityLead, .communityStaff:
            [
                .reportCase, .fileCase, .dispatchCase, .handleCase, .checkCase, .callBack, .escalateCase,
                .note, .unmask,
                .readFigures,
            ]
        case .gridWorker: [.reportCase, .handleCase, .checkCase, .note, .unmask, .visit]
        case .unitLead: [.reportCase, .handleCase, .note, .unmask, .readFigures]
        case .unitWorker: [.reportCase, .handleCase, .note, .unmask]
        case .townSecretary, .townMayor:
            [
                .reportCase, .fileCase, .dispatchCase, .handleCase, .checkCase, .callBack, .escalateCase,
                .note, .unmask,
                .readFigures, .readRegister, .keepRegister, .approveChange, .visit,
            ]
        case .townDeputy, .townCadre, .villageSecretary:
            [
                .reportCase, .fileCase, .dispatchCase, .handleCase, .checkCase, .callBack, .note, .unmask,
                .readFigures,
                .readRegister, .keepRegister, .visit,
            ]
        case .villageDirector, .firstSecretary, .attackLeader, .villageCadre:
            [.reportCase, .handleCase, .checkCase, .note, .unmask, .readRegister, .keepRegister, .visit]
        case .supportHead: [.reportCase, .handleCase, .note, .unmask, .readFigures, .readRegister, .visit]
        case .helper: [.reportCase, .handleCase, .note, .unmask, .readRegister, .keepRegister, .visit]
        case .auditor: [.readFigures, .readLog, .readRegister]
        case .administrator: [.administer, .readLog]
        }
    }
}

/// The kinds of post that powers follow from.
package enum PostKind: String, CaseIterable, Sendable, Bindable, Readable {
    case leader, deputy, dispatcher, checker
    case communityLead = "community_lead"
    case communityStaff = "community_staff"
    case gridWorker = "grid_worker"
    case unitLead = "unit_lead"
    case unitWorker = "unit_worker"
    /// The posts of the county's registry and campaign: a township's Party secretary, its mayor, their
    /// deputies, its staff, a village's Party secretary, its director, the first secretary sent there, the
    /// leader of its attack group, its committee, the head of a unit that supports villages, the helper of a
    /// household.
    case townSecretary = "town_secretary"
    case townMayor = "town_mayor"
    case townDeputy = "town_deputy"
    case townCadre = "town_cadre"
    case villageSecretary = "village_secretary"
    case villageDirector = "village_director"
    case firstSecretary = "first_secretary"
    case attackLeader = "attack_leader"
    case villageCadre = "village_cadre"
    case supportHead = "support_head"
    case helper
    case auditor, administrator

    /// What the kind is called.
    package var words: Phrase {
        switch self {
        case .leader: Phrase(zh: "一把手", en: "First-in-command")
        case .deputy: Phrase(zh: "分管领导", en: "Deputy in charge")
        case .dispatcher: Phrase(zh: "调度员", en: "Dispatcher")
        case .checker: Phrase(zh: "核查员", en: "Checker")
        case .communityLead: Phrase(zh: "社区书记", en: "Community secretary")
        case .communityStaff: Phrase(zh: "社区工作人员", en: "Community staff")
        case .gridWorker: Phrase(zh: "网格员", en: "Grid worker")
        case .unitLead: Phrase(zh: "单位负责人", en: "Head of unit")
        case .unitWorker: Phrase(zh: "单位经办人", en: "Unit staff")
        case .townSecretary: Phrase(zh: "乡镇党委书记", en: "Township Party secretary")
        case .townMayor: Phrase(zh: "乡镇长", en: "Township mayor")
        case .townDeputy: Phrase(zh: "乡镇副职", en: "Township deputy")
        case .townCadre: Phrase(zh: "乡镇干部", en: "Township staff")
        case .villageSecretary: Phrase(zh: "村党支部书记", en: "Village Party secretary")
        case .villageDirector: Phrase(zh: "村主任", en: "Village director")
        case .firstSecretary: Phrase(zh: "第一书记", en: "First secretary")
        case .attackLeader: Phrase(zh: "攻坚组组长", en: "Leader of the attack group")
        case .villageCadre: Phrase(zh: "村两委干部", en: "Village committee")
        case .supportHead: Phrase(zh: "帮扶单位负责人", en: "Head of support unit")
        case .helper: Phrase(zh: "帮扶责任人", en: "Helper")
        case .auditor: Phrase(zh: "监察", en: "Auditor")
        case .administrator: Phrase(zh: "管理员", en: "Administrator")
        }
    }

    /// Whether the post's reach is its territory; otherwise it is its unit's own cases.
    package var reachesTerritory: Bool {
        switch self {
        case .unitLead, .unitWorker, .supportHead, .helper, .administrator: false
        default: true
        }
    }
}
