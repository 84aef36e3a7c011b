package import Rules

/// What somebody answered to a declared form: every answer checked, in one way of writing.
package struct FormValues: Sendable {
    private var checked = FormInput()

    fileprivate init(photos: [Photo]) { checked.photos = photos }
    fileprivate mutating func set(_ name: String, _ text: String) { checked[name] = text }

    /// An answer as text; empty if none was given.
    package subscript(name: String) -> String { checked[name] }
    /// Whether the field was sent, perhaps to empty it: what is not sent stays as it is.
    package func isGiven(_ name: String) -> Bool { checked.has(name) }
    /// The names of what was answered.
    package var given: [String] { checked.names.filter { !self[$0].isEmpty } }
    /// The same answers with another one.
    package func with(_ name: String, _ text: String) -> FormValues {
        var values = self
        values.set(name, text)
        return values
    }
    /// The answer if the field was sent, else what stands there now.
    package func text(_ name: String, else old: String) -> String { isGiven(name) ? self[name] : old }
    /// An answer, or nil if it is empty.
    package func optionalText(_ name: String) -> String? { self[name].isEmpty ? nil : self[name] }

    /// An identity. Throws `Refusal.invalid` if none was given.
    package func id<Of>(_ name: String, of: Of.Type = Of.self) throws -> ID<Of> { try checked.id(name) }
    /// An identity, or nil if nothing was chosen.
    package func optionalID<Of>(_ name: String, of: Of.Type = Of.self) throws -> ID<Of>? {
        try checked.optionalID(name)
    }
    /// A day. Throws `Refusal.invalid` if none was given.
    package func day(_ name: String) throws -> Day { try checked.day(name) }
    /// A day, or another one if none was given.
    package func day(_ name: String, else usual: Day) throws -> Day {
        self[name].isEmpty ? usual : try checked.day(name)
    }
    /// A day, or nil if none was given.
    package func optionalDay(_ name: String) throws -> Day? {
        self[name].isEmpty ? nil : try checked.day(name)
    }
    /// A moment, or nil if none was given.
    package func moment(_ name: String) -> Instant? { Instant(iso: self[name]) }
    /// A number, fen or thousandths. Throws `Refusal.invalid` if none was given.
    package func number(_ name: String) throws -> Int { try checked.number(name, in: Int.min...Int.max) }
    /// A number, fen or thousandths, or nil if none was given.
    package func optionalNumber(_ name: String) -> Int? { Int(self[name]) }
    /// So many hours or days, or nil if none were given.
    package func duration(_ name: String) -> TimeLimit? { TimeLimit(self[name]) }
    /// Whether it was said.
    package func flag(_ name: String) -> Bool { self[name] == "1" }
    /// Yes or no, or nil if nothing was answered.
    package func optionalFlag(_ name: String) -> Bool? { self[name].isEmpty ? nil : self[name] == "1" }
    /// A word of an enumeration, or nil if none was chosen.
    package func optionalChoice<Word: RawRepresentable & CaseIterable>(
        _ name: String, of: Word.Type = Word.self
    ) throws -> Word?
    where Word.RawValue == String {
        try checked.optionalChoice(name)
    }
    /// A word of an enumeration. Throws `Refusal.invalid` if none was chosen.
    package func choice<Word: RawRepresentable & CaseIterable>(_ name: String, of: Word.Type = Word.self)
        throws -> Word
    where Word.RawValue == String {
        try checked.choice(name)
    }
    /// Degrees, or nil if none were given.
    package func degrees(_ name: String) -> Double? { Double(self[name]) }
    /// The pictures that were sent along.
    package var photos: [Photo] { checked.photos }
}

extension [FormField] {
    /// The answers to these fields. Throws `Refusal.invalid` with every fault at once: what has to be filled
    /// in and is not, and whatever is not understood.
    package func read(_ input: FormInput, zone: Zone = .china) throws -> FormValues {
        let (values, faults) = judge(input, zone: zone)
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
        return values
    }

    /// What can be understood, and what is wrong with the rest: for who has more faults to tell.
    package func judge(_ input: FormInput, zone: Zone = .china) -> (FormValues, faults: [Refusal.Fault]) {
        var faults: [Refusal.Fault] = []
        var values = FormValues(photos: input.photos)
        let takesPhotos = contains { if case .photos = $0.kind { true } else { false } }
        if !takesPhotos, !input.photos.isEmpty || input.photoFault != nil {
            faults.append(
                .init("photo", Phrase(zh: "这里不收照片。", en: "No photos are taken here.")))
        }
        for field in self {
            if case .photos = field.kind {
                if let fault = input.photoFault {
                    faults.append(fault)
                } else if field.isRequired, input.photos.isEmpty {
                    faults.append(field.missing)
                }
                continue
            }
            guard let name = field.given(in: input) else {
                if field.isRequired { faults.append(field.missing) }
                continue
            }
            do { values.set(field.name, try field.read(input, name, zone: zone)) } catch let refusal
                as Refusal
            {
                if case .invalid(let found) = refusal {
                    // Under the name that was sent.
                    faults += found.map { $0.field == field.name ? .init(name, $0.words) : $0 }
                } else {
                    faults.append(.init(field.name, refusal.words))
                }
            } catch { faults.append(field.missing) }
        }
        return (values, faults)
    }

    /// Throws `Refusal.invalid` for every field of a body that the form does not have: it would be dropped in
    /// silence. `besides` are names that the caller reads itself.
    package func refuseOthers(in input: FormInput, besides: [String] = []) throws {
        let unknown = input.names { name in
            !besides.contains(name) && !contains { $0.isCalled(name) }
        }
        guard unknown.isEmpty else {
            throw Refusal.invalid(
                unknown.map {
                    .init($0, Phrase(zh: "没有“\($0)”这一项。", en: "There is no field “\($0)” here."))
                })
        }
    }
}

extension FormField {
    /// What is said if it has to be filled in and is not.
    var missing: Refusal.Fault {
        let (zh, en) = (label.zh, label.en)
        let words: Phrase =
            switch kind {
            case .choice, .reference, .yesOrNo, .duration:
                Phrase(zh: "请选择“\(zh)”。", en: "Please choose: \(en).")
            case .photos: Phrase(zh: "请附上照片。", en: "Please add a photo.")
            case .file: Phrase(zh: "请选一个文件。", en: "Please choose a file.")
            default: Phrase(zh: "\(zh)没有填。", en: "\(en) is empty. Please fill it in.")
            }
        return .init(name, words)
    }

    /// The name under which something was sent for the field. Asked for each field of each request:
    /// nothing is put together for it.
    fileprivate func given(in input: FormInput) -> String? {
        if input.has(name) { return name }
        if case .duration = kind, input.has(unitName) { return unitName }
        return olderNames.first(where: input.has)
    }
    /// Whether something for the field may be sent under a name.
    fileprivate func isCalled(_ name: String) -> Bool {
        if self.name == name || olderNames.contains(name) { return true }
        if case .duration = kind, name == unitName { return true }
        return self.name.utf8.last == UInt8(ascii: "*") && family.map { name.hasPrefix($0) } == true
    }

    /// One answer in its one way of writing; empty if nothing was given.
    fileprivate func read(_ input: FormInput, _ given: String, zone: Zone) throws -> String {
        if case .duration = kind { return try duration(input) }
        // A wish must not get lost because another name of the field says nothing of it.
        if case .flag = kind {
            let isSaid = try input.flag(name) || olderNames.contains { try input.flag($0) }
            return isSaid ? "1" : "0"
        }
        // A password is what it is, with its blanks.
        if case .password = kind {
            if isRequired, input.raw(given).isEmpty { throw Refusal.invalid([missing]) }
            return input.raw(given)
        }
        let text = input[given]
        if text.isEmpty {
            if isRequired { throw Refusal.invalid([missing]) }
            return ""
        }
        switch kind {
        case .line(let most):
            let line = try Check.text(text, field: name, most: most, label: label)
            guard !line.contains(where: \.isNewline) else {
                throw refusal("\(label.zh)请写在一行里。", "\(label.en) stands on one line.")
            }
            return line
        case .text(let most): return try Check.text(text, field: name, most: most, label: label)
        case .name: return try Check.name(text, field: name)
        case .code: return try Check.code(text, field: name)
        case .number(let range):
            guard let number = Int(text), range.contains(number) else {
                throw refusal(
                    "\(label.zh)请填 \(range.lowerBound)–\(range.upperBound) 的整数。",
                    "\(label.en): enter a whole number from \(range.lowerBound) to \(range.upperBound).")
            }
            return String(number)
        case .money(let range): return try scaled(text, 100, range, "元", "yuan")
        case .share(let range): return try scaled(text, 10, range, "%", "per cent")
        case .day: return try FormInput([name: text]).day(name).description
        case .moment: return try FormInput([name: text]).moment(name, zone: zone).iso
        case .yesOrNo: return try FormInput([name: text]).flag(name) ? "1" : "0"
        case .choice(let choices):
            guard choices.contains(where: { $0.word == text }) else {
                let words = choices.map(\.word).joined(separator: ", ")
                throw refusal(
                    "\(label.zh)：“\(text)”不认识，应为 \(words)。", "\(label.en): “\(text)” is not one of \(words).")
            }
            return text
        case .reference: return try Check.text(text, field: name, most: 80, label: label)
        case .telephone: return try Check.phone(text, field: name)
        case .degrees:
            _ = try FormInput([name: text]).degrees(name)
            return text
        case .oneTimeCode: return try Check.text(text, field: name, most: 40, label: label)
        case .password, .flag, .photos, .file, .duration: return text
        }
    }

    private func refusal(_ zh: String, _ en: String) -> Refusal { .invalid(name, zh: zh, en: en) }

    /// A decimal number with at most as many decimals as the scale has zeros, as a whole number of the
    /// smallest unit: nothing is rounded.
    private func scaled(_ text: String, _ scale: Int, _ range: ClosedRange<Int>, _ zh: String, _ en: String)
        throws -> String
    {
        let places = String(scale).count - 1
        func shown(_ number: Int) -> String { Self.decimal(number, places: places) }
        let fault = refusal(
            "\(label.zh)请填 \(shown(range.lowerBound))–\(shown(range.upperBound))（\(zh)），最多 \(places) 位小数。",
            "\(label.en): \(shown(range.lowerBound)) to \(shown(range.upperBound)) \(en), at most \(places) decimals."
        )
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let isNegative = text.hasPrefix("-")
        guard (1...2).contains(parts.count), let whole = Int(parts[0]),
            whole.magnitude < 1_000_000_000_000_000
        else { throw fault }
        var rest = 0
        if parts.count == 2 {
            let digits = parts[1]
            guard (1...places).contains(digits.utf8.count),
                digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let found = Int(digits + String(repeating: "0", count: places - digits.utf8.count))
            else { throw fault }
            rest = found
        }
        let number = whole * scale + (isNegative ? -rest : rest)
        guard range.contains(number) else { throw fault }
        return String(number)
    }

    /// `1234.5` of 123450 with two places: what a field of money or of a share shows. No needless zeros.
    package static func decimal(_ number: Int, places: Int) -> String {
        var digits = String(number.magnitude)
        while digits.count <= places { digits = "0" + digits }
        let (whole, rest) = (digits.dropLast(places), digits.suffix(places))
        var decimals = rest
        while decimals.last == "0" { decimals.removeLast() }
        return (number < 0 ? "-" : "") + whole + (decimals.isEmpty ? "" : "." + decimals)
    }

    /// A number and its unit; the API may send both in one word, such as `5 work_days`.
    private func duration(_ input: FormInput) throws -> String {
        let given = names.first { $0 != unitName && input.has($0) } ?? name
        let (amount, unit) = (input[given], input[unitName])
        if amount.isEmpty {
            if isRequired { throw Refusal.invalid([missing]) }
            return ""
        }
        if unit.isEmpty, let limit = TimeLimit(amount) ?? TimeLimit(written: amount) {
            return limit.description
        }
        guard let number = Int(amount), (1...3660).contains(number) else {
            throw refusal(
                "\(label.zh)请填 1–3660 的整数，再选单位。",
                "\(label.en): enter a whole number from 1 to 3660 and choose its unit.")
        }
        guard let kind = TimeLimit.Unit(rawValue: unit), let limit = TimeLimit(number, kind) else {
            throw Refusal.invalid(
                unitName, zh: "\(label.zh)请选单位。", en: "\(label.en): please choose the unit.")
        }
        return limit.description
    }
}
