import Governance
import Rules

extension CaseQuery {
    /// The filters in the query of an address, for pages and API. Throws `Refusal.invalid` that names the
    /// parameter.
    init(_ query: FormInput) throws {
        self.init()
        heap = try query.optionalChoice("heap") ?? .all
        state = try query.optionalChoice("state")
        source = try query.optionalChoice("source")
        category = query["category"].isEmpty ? "" : try Check.code(query["category"], field: "category")
        territory = query["territory"]
        unit = try query.optionalID("unit")
        reportedFrom = query["reported_from"].isEmpty ? nil : try query.day("reported_from")
        reportedTo = query["reported_to"].isEmpty ? nil : try query.day("reported_to")
        updatedAfter = query["updated_after"].isEmpty ? nil : try query.moment("updated_after")
        changedAfter =
            query["changed_after"].isEmpty ? nil : try query.number("changed_after", in: 0...Int.max)
        words = try Check.optionalText(query["q"], field: "q", most: 200)
        cursor = query["cursor"]
        limit = try API.limit(query)
    }
}

extension CaseReport {
    /// A report from the fields of a body.
    init(_ answers: FormInput, from source: Case.Source) throws {
        self.init(source: source)
        id = try answers.optionalID("id")
        (title, body, place) = (answers["title"], answers["body"], answers["place"])
        (territory, category) = (answers["territory"], answers["category"])
        (name, phone) = (answers["name"], answers["phone"])
        isConfidential = try answers.wish("is_confidential", or: "confidential")
        photos = try answers.takenPhotos()
        aboutUnit = try answers.optionalID("about_unit")
        (longitude, latitude) = (try answers.degrees("longitude"), try answers.degrees("latitude"))
    }

    /// What only somebody of the office can know: the number in the system that it came from, and when it
    /// came in there. A moment without an offset is the office's.
    mutating func add(_ answers: FormInput, zone: Zone) throws {
        outsideNumber = answers["outside_number"]
        if !answers["reported_at"].isEmpty { reportedAt = try answers.moment("reported_at", zone: zone) }
    }
}

extension FormInput {
    /// A wish that must not get lost: yes or no under one of two names, no if neither is there. Throws
    /// `Refusal.invalid` for anything that is not understood.
    func wish(_ name: String, or older: String) throws -> Bool {
        for name in [name, older] where !self[name].isEmpty {
            switch self[name].lowercased() {
            case "1", "on", "true", "yes": return true
            case "0", "off", "false", "no": continue
            default: throw Refusal.invalid(name, zh: "请填 true 或 false。", en: "Give true or false.")
            }
        }
        return false
    }

    /// A moment; one without an offset is of the zone, if one is named. Throws `Refusal.invalid` if it is
    /// none.
    func moment(_ name: String, zone: Zone? = nil) throws -> Instant {
        if let at = Instant(iso: self[name]) { return at }
        if let zone {
            let sign = zone.minutesEast < 0 ? "-" : "+"
            if let at = Instant(
                iso: self[name] + sign + ClockTime(minutes: abs(zone.minutesEast)).description)
            {
                return at
            }
        }
        throw Refusal.invalid(
            name, zh: "时间“\(self[name])”不对，应为 2026-01-31T08:00:00Z 的样子。",
            en: "“\(self[name])” is not a moment like 2026-01-31T08:00:00Z.")
    }

    /// A day, or another one if none was given.
    func day(_ name: String, else other: Day) throws -> Day { self[name].isEmpty ? other : try day(name) }

    /// What was given, even if empty; otherwise what was there before.
    func text(_ name: String, else old: String) -> String { names.contains(name) ? self[name] : old }
}
