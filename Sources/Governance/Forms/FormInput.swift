package import Rules

/// What somebody filled in: named texts from a form, a JSON body or a row, with the readings that all of them
/// share.
package struct FormInput: Sendable {
    private var texts: [String: String]
    /// Pictures that were sent along, and what was wrong with one that could not be taken.
    package var photos: [Photo] = [], photoFault: Refusal.Fault?
    /// FormInput from named texts.
    package init(_ texts: [String: String] = [:]) { self.texts = texts }
    /// An answer, trimmed; empty if none was given.
    package subscript(name: String) -> String {
        get { texts[name, default: ""].trimmed }
        set { texts[name] = newValue }
    }
    /// The answer exactly as it came.
    package func raw(_ name: String) -> String { texts[name, default: ""] }
    /// Whether a name was sent at all, perhaps with nothing.
    package func has(_ name: String) -> Bool { texts[name] != nil }
    /// The names that were answered.
    package var names: [String] { texts.keys.sorted() }
    /// Those of them that are wanted.
    func names(where isWanted: (String) -> Bool) -> [String] { texts.keys.filter(isWanted).sorted() }

    /// What was given, even if empty; otherwise what was there before.
    package func text(_ name: String, else old: String) -> String { has(name) ? self[name] : old }

    /// The answers whose names begin so, under the rest of their names.
    package func under(_ prefix: String) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: names.filter { $0.hasPrefix(prefix) }
                .map { (String($0.dropFirst(prefix.count)), self[$0]) })
    }

    /// An identity; throws `Refusal.invalid` if it is missing or is not one.
    package func id<Of>(_ name: String, of: Of.Type = Of.self) throws -> ID<Of> {
        guard let id = ID<Of>(self[name]) else {
            throw Refusal.invalid(name, zh: "请选择一项。", en: "Please choose one.")
        }
        return id
    }
    /// An identity, or nil if nothing was chosen.
    package func optionalID<Of>(_ name: String, of: Of.Type = Of.self) throws -> ID<Of>? {
        self[name].isEmpty ? nil : try id(name)
    }
    /// A day; throws `Refusal.invalid` if it is missing or impossible.
    package func day(_ name: String) throws -> Day {
        // A day of another age is a slip, and what follows from it, such as the day after, could not be told.
        guard let day = Day(self[name]), (1800...2999).contains(day.parts.year) else {
            throw Refusal.invalid(
                name, zh: "日期“\(self[name])”不对，应为 2026-01-31 的样子。",
                en: "“\(self[name])” is not a date like 2026-01-31.")
        }
        return day
    }
    /// A moment; one without an offset is of the zone, if one is named. Throws `Refusal.invalid` if it is
    /// none.
    package func moment(_ name: String, zone: Zone? = nil) throws -> Instant {
        if let at = Instant(iso: self[name]) { return at }
        // The plus of an offset that was sent unencoded in an address has become a space.
        if let at = Instant(iso: self[name].replacing(" ", with: "+")) { return at }
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

    /// A whole number in a range.
    package func number(_ name: String, in range: ClosedRange<Int>) throws -> Int {
        guard let number = Int(self[name]), range.contains(number) else {
            throw Refusal.invalid(
                name, zh: "请填 \(range.lowerBound)–\(range.upperBound) 的整数。",
                en: "Enter a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }
    /// Degrees, or nil if none were given.
    package func degrees(_ name: String) throws -> Double? {
        if self[name].isEmpty { return nil }
        if let degrees = Double(self[name]), degrees.isFinite, abs(degrees) <= 180 { return degrees }
        throw Refusal.invalid(name, zh: "坐标请填度数。", en: "Give degrees as a number.")
    }
    /// The pictures; throws `Refusal.invalid` if one could not be taken.
    package func takenPhotos() throws -> [Photo] {
        if let photoFault { throw Refusal.invalid([photoFault]) }
        return photos
    }
    /// Yes or no, or nil if nothing was answered. Throws `Refusal.invalid` for any other word: what is not
    /// understood is never taken for no.
    package func optionalFlag(_ name: String) throws -> Bool? {
        switch self[name].lowercased() {
        case "": nil
        case "1", "on", "true", "yes", "是": true
        case "0", "off", "false", "no", "否": false
        default:
            throw Refusal.invalid(
                name, zh: "“\(self[name])”看不懂，请填“是”或“否”。", en: "“\(self[name])” is neither yes nor no.")
        }
    }
    /// Whether it was said: a box that was not ticked is sent as nothing.
    package func flag(_ name: String) throws -> Bool { try optionalFlag(name) ?? false }
    /// Yes or no, which has to be answered.
    package func neededFlag(_ name: String) throws -> Bool {
        guard let flag = try optionalFlag(name) else {
            throw Refusal.invalid(name, zh: "请选“是”或“否”。", en: "Please say yes or no.")
        }
        return flag
    }

    /// One of the words of an enumeration, or nil if none was given. Throws `Refusal.invalid` that lists
    /// them.
    package func optionalChoice<Word: RawRepresentable & CaseIterable>(
        _ name: String, of: Word.Type = Word.self
    ) throws -> Word?
    where Word.RawValue == String {
        guard !self[name].isEmpty else { return nil }
        if let word = Word(rawValue: self[name]) { return word }
        let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
        throw Refusal.invalid(
            name, zh: "“\(self[name])”不认识，应为 \(words)。", en: "Unknown “\(self[name])”; it is one of \(words)."
        )
    }
    /// The same, but one has to be given; `otherwise` asks for it in the words of the form.
    package func choice<Word: RawRepresentable & CaseIterable>(
        _ name: String, of: Word.Type = Word.self, otherwise: Phrase? = nil
    ) throws -> Word
    where Word.RawValue == String {
        if let word = try optionalChoice(name, of: Word.self) { return word }
        let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
        throw Refusal.invalid([
            .init(name, otherwise ?? Phrase(zh: "请填 \(words) 之一。", en: "Give one of \(words)."))
        ])
    }
}
