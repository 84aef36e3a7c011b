package import Rules
import Store

/// One matter from its finding to its checked end, whatever its source.
package struct Case: Sendable, Hashable {
    /// Where a case came from.
    package enum Source: String, CaseIterable, Sendable, Bindable, Readable {
        case patrol, inspection, visit, police, desk, hotline, resident, meeting, opinion, audit

        /// What the source is called.
        package var words: Phrase {
            switch self {
            case .patrol: Phrase(zh: "网格巡查", en: "Grid patrol")
            case .inspection: Phrase(zh: "检查评比", en: "Inspection")
            case .visit: Phrase(zh: "入户走访", en: "Household visit")
            case .police: Phrase(zh: "110 转办", en: "110 transfer")
            case .desk: Phrase(zh: "数字城管", en: "Digital city desk")
            case .hotline: Phrase(zh: "12345 热线", en: "12345 hotline")
            case .resident: Phrase(zh: "居民上报", en: "Resident")
            case .meeting: Phrase(zh: "会议交办", en: "Meeting decision")
            case .opinion: Phrase(zh: "社情民意", en: "Residents' opinion")
            case .audit: Phrase(zh: "抽查样本", en: "Audit sample")
            }
        }
        /// Whether the finder saw it on the spot, so that it needs no verifying before filing.
        package var isSeen: Bool { [.patrol, .inspection, .visit, .audit].contains(self) }
        /// Whether the words are a complainant's, and not the office's own.
        package var isComplaint: Bool { [.police, .desk, .hotline, .resident, .opinion].contains(self) }
        /// Whether the same-day feedback clock runs.
        package var needsSameDay: Bool { self == .patrol || self == .inspection }
    }

    /// Where a case stands.
    package enum State: String, LifecycleState, Bindable, Readable {
        case reported, declined, merged, filed, dispatched, handling, handled, closed, suspended, void

        /// What the state is called.
        package var words: Phrase {
            switch self {
            case .reported: Phrase(zh: "待核实", en: "To verify")
            case .declined: Phrase(zh: "不予立案", en: "Declined")
            case .merged: Phrase(zh: "已并案", en: "Merged")
            case .filed: Phrase(zh: "待派遣", en: "To dispatch")
            case .dispatched: Phrase(zh: "待签收", en: "To accept")
            case .handling: Phrase(zh: "处置中", en: "Being handled")
            case .handled: Phrase(zh: "待核查", en: "To check")
            case .closed: Phrase(zh: "已结案", en: "Closed")
            case .suspended: Phrase(zh: "挂账", en: "Suspended")
            case .void: Phrase(zh: "作废", en: "Void")
            }
        }
        /// Whether somebody still has to do something.
        package var isOpen: Bool { ![.declined, .merged, .closed, .void].contains(self) }
        /// Whether the deadline runs.
        package var isRunning: Bool { self == .dispatched || self == .handling || self == .filed }
    }

    /// How a handled case ended.
    package enum Outcome: String, CaseIterable, Sendable, Bindable, Readable {
        /// Fixed.
        case solved
        /// Explained, cannot be met: counted apart, never as solved.
        case explained
    }

    /// Its identity, and the number for people.
    package var id: ID<Case>, number: String
    /// Counts every change: two people who press at the same moment do not overwrite each other.
    package var version: Int
    /// What it is about, in the words that its reader may have.
    package var title: String, body: String, place: String
    /// The words as a complainant wrote them, sealed, if others may not read them.
    var wordsSealed: [UInt8]?
    /// Whether somebody of the office confirmed the words that others read.
    package var areWordsConfirmed: Bool
    /// The territory, its path, and the point in degrees if one was given.
    package var territory: String, territoryPath: String, longitude: Double?, latitude: Double?
    /// The category's code (empty before filing) and version.
    package var category: String, categoryVersion: Int
    /// Where it came from and where it stands.
    package var source: Source, state: State, outcome: Outcome?
    /// Whether the public list shows it, and whether the complainant asked not to be shown to the handling
    /// unit.
    package var isPublic: Bool, isConfidential: Bool
    /// The unit complained about: it never sees the complainant and never handles the case.
    package var aboutUnit: ID<Unit>?
    /// The unit that a rule proposes for the work.
    package var proposedUnit: ID<Unit>?
    /// The number of the event that changed it last.
    package var changedSequence: Int
    /// Its moments, up to when the unit was told.
    package var reportedAt: Instant, verifiedAt: Instant?, filedAt: Instant?, dispatchedAt: Instant?,
        toldAt: Instant?
    /// Its moments from then on, and when it changed last.
    package var acceptedAt: Instant?, handledAt: Instant?, closedAt: Instant?, updatedAt: Instant
    /// Who reported it, if somebody of the office.
    package var reportedBy: ID<Person>?
    /// The limit it was dispatched under, and the deadline.
    package var limit: TimeLimit?, dueAt: Instant?, dueProvisional: Bool
    /// Where the deadline is reckoned from, and how many milliseconds it stood still since.
    package var clockFrom: Instant?, stoodStill: Int64
    /// A suspension, while it lasts.
    package var suspendedFrom: Instant?, suspendedUntil: Instant?
    /// The unit, the named person and the stand-in who handle it.
    package var unit: ID<Unit>?, handler: ID<Person>?, standIn: ID<Person>?
    /// How often things happened.
    package var returns: Int, reworks: Int, reopens: Int, extensions: Int, suspensions: Int, appeals: Int,
        escalations: Int
    /// Whether an appeal excused its lateness; the raw fact stays.
    package var isExempt: Bool
    /// Whether the leader has to name the lead, after the second return.
    package var needsLead: Bool
    /// The case it was split from, and the one it was merged into.
    package var parent: ID<Case>?, mergedInto: ID<Case>?

    /// A case as it is at the moment when it is reported.
    init(
        id: ID<Case>, number: String, report: CaseReport, title: String, body: String, place: String,
        territory: Territory,
        category: String, categoryVersion: Int, reportedAt: Instant, by person: ID<Person>?, at now: Instant,
        event: Int
    ) {
        (self.id, self.number, version, self.title, self.body, self.place) = (
            id, number, 1, title, body, place
        )
        (self.territory, territoryPath) = (territory.id, territory.path)
        (longitude, latitude) = (report.longitude, report.latitude)
        (self.category, self.categoryVersion) = (category, categoryVersion)
        (source, state, isPublic, isConfidential, aboutUnit) = (
            report.source, .reported, false, report.isConfidential, report.aboutUnit
        )
        (proposedUnit, areWordsConfirmed, changedSequence) = (
            report.proposedUnit, !report.isComplainants, event
        )
        (self.reportedAt, reportedBy, updatedAt) = (reportedAt, person, now)
        (dueProvisional, stoodStill, isExempt, needsLead) = (false, 0, false, false)
        (returns, reworks, reopens, extensions, suspensions, appeals, escalations) = (0, 0, 0, 0, 0, 0, 0)
    }

    init(_ row: Row) throws {
        id = try row.get("id")
        number = try row.get("number")
        version = try row.get("version")
        title = try row.get("title")
        body = try row.get("body")
        place = try row.get("place")
        territory = try row.get("territory")
        territoryPath = try row.get("territory_path")
        longitude = try row.optional("longitude")
        latitude = try row.optional("latitude")
        category = try row.get("category")
        categoryVersion = try row.get("category_version")
        source = try row.get("source")
        state = try row.get("state")
        outcome = try row.optional("outcome")
        isPublic = try row.get("is_public")
        isConfidential = try row.get("is_confidential")
        aboutUnit = try row.optional("about_unit")
        proposedUnit = try row.optional("proposed_unit")
        wordsSealed = try row.optional("words_sealed")
        areWordsConfirmed = try row.get("words_confirmed")
        changedSequence = try row.get("changed_seq")
        reportedAt = try row.get("reported_at")
        verifiedAt = try row.optional("verified_at")
        filedAt = try row.optional("filed_at")
        dispatchedAt = try row.optional("dispatched_at")
        toldAt = try row.optional("told_at")
        acceptedAt = try row.optional("accepted_at")
        handledAt = try row.optional("handled_at")
        closedAt = try row.optional("closed_at")
        updatedAt = try row.get("updated_at")
        reportedBy = try row.optional("reported_by")
        limit = try row.optional("time_limit", as: String.self).flatMap { TimeLimit($0) }
        dueAt = try row.optional("due_at")
        dueProvisional = try row.get("due_provisional")
        clockFrom = try row.optional("clock_from")
        stoodStill = try row.get("stood_still")
        suspendedFrom = try row.optional("suspended_from")
        suspendedUntil = try row.optional("suspended_until")
        unit = try row.optional("unit")
        handler = try row.optional("handler")
        standIn = try row.optional("stand_in")
        returns = try row.get("returns")
        reworks = try row.get("reworks")
        reopens = try row.get("reopens")
        extensions = try row.get("extensions")
        suspensions = try row.get("suspensions")
        appeals = try row.get("appeals")
        escalations = try row.get("escalations")
        isExempt = try row.get("is_exempt")
        needsLead = try row.get("needs_lead")
        parent = try row.optional("parent")
        mergedInto = try row.optional("merged_into")
    }

    /// The log's name for this case.
    package var subject: Event.Subject { .init("case", id.text) }

    /// Whether a named person has it now.
    package var isInHand: Bool { state == .dispatched || state == .handling }

    /// Whether it is past its deadline at a moment and nobody has reported it handled.
    package func isOverdue(at now: Instant) -> Bool { state.isRunning && dueAt.map { $0 < now } == true }
}
