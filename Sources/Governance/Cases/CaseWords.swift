import Rules
import Store

/// What a case tells of who may know its complainant. A case and a line of a list answer it alike.
package protocol ComplainantProtected {
    /// The case.
    var id: ID<Case> { get }
    /// The land that it lies on.
    var territoryPath: String { get }
    /// Whom it complains about, and whether the complainant asked not to be named.
    var aboutUnit: ID<Unit>? { get }
    var isConfidential: Bool { get }
    /// Who has it.
    var unit: ID<Unit>? { get }
    var handler: ID<Person>? { get }
    var standIn: ID<Person>? { get }
    /// Whether somebody of the office confirmed the words that others may read.
    var areWordsConfirmed: Bool { get }
}

extension ComplainantProtected {
    /// Whether the complainant is to be kept from somebody: they asked for it, or complain about a unit.
    package var isProtected: Bool { isConfidential || aboutUnit != nil }

    /// Whether a question about it may rest with a post: none of the unit that it complains about, unless it
    /// is a first-in-command's.
    func mayRest(with unit: ID<Unit>, _ kind: PostKind) -> Bool { unit != aboutUnit || kind == .leader }
}

extension Case: ComplainantProtected {}
extension CaseLine: ComplainantProtected {}

extension Actor {
    /// The powers that whoever is named for a case has by the name, whichever of their posts gives them: to
    /// handle it.
    static let named: Set<Power> = [.handleCase, .note, .reportCase, .unmask]

    /// Whether one post gives the power and reaches the case, by its land or by its unit. To handle it, the
    /// name is enough.
    package func may(_ power: Power, on item: some ComplainantProtected) -> Bool {
        if let person, person == item.handler || person == item.standIn, Self.named.contains(power),
            may(power)
        {
            return true
        }
        return seats.contains {
            $0.has(power)
                && ($0.reaches(item.territoryPath) || !$0.kind.reachesTerritory && $0.unit == item.unit)
        }
    }

    /// Whether a case complains about the person's own line: somebody else has to deal with it. Above the
    /// first-in-command of the office there is nobody who could.
    func isOwnLine(_ item: some ComplainantProtected) -> Bool {
        belongs(to: item.aboutUnit) && !isFirstInCommand
    }
}

/// The words of a case. What a complainant wrote is theirs: in the case stand the words that others may read,
/// with numbers masked; the words as they were written lie sealed beside them, for those who may know the
/// complainant.
package enum CaseWords {
    /// Title, text and place.
    package struct Words: Equatable, Sendable { package var title: String, body: String, place: String }

    /// What stands for words that nobody confirmed yet.
    static let hidden = "内容待确认 / to be confirmed"

    /// The words with numbers masked and a known name taken out.
    static func masked(_ words: Words, name: String) -> Words {
        Words(
            title: Masking.numbers(in: words.title, and: [name]),
            body: Masking.numbers(in: words.body, and: [name]),
            place: Masking.numbers(in: words.place, and: [name]))
    }

    /// Words sealed for one case; nil where the office was opened without a key.
    static func sealed(_ words: Words, of id: ID<Case>, in books: Books) throws -> [UInt8]? {
        let text = JSON.array([.string(words.title), .string(words.body), .string(words.place)]).text
        return try books.key?.closed(text, of: "case \(id) words", chance: books.chance)
    }

    /// The words as they were written; nil if they lie open, or if they were sealed with another key.
    static func opened(_ bytes: [UInt8]?, of id: ID<Case>, in books: Books) -> Words? {
        guard let bytes, let key = books.key else { return nil }
        do {
            guard
                case .array(let parts) = try JSON(
                    parsing: .init(try key.opened(bytes, of: "case \(id) words").utf8))
            else { return nil }
            let texts = parts.compactMap(\.stringValue)
            return texts.count == 3 ? Words(title: texts[0], body: texts[1], place: texts[2]) : nil
        } catch { return nil }
    }
}

extension Case {
    private var words: CaseWords.Words { .init(title: title, body: body, place: place) }

    /// The case with the words that the actor may read: as they were written, as somebody confirmed them, or
    /// none yet. Where a protected complainant stood is told to nobody who may not know them.
    func shown(to actor: Actor, in books: Books) -> Case {
        if actor.isSystem || areWordsConfirmed && wordsSealed == nil && !isProtected { return self }
        var item = self
        if Complainants.areVisible(of: self, to: actor) {
            let words = written(in: books)
            (item.title, item.body, item.place) = (words.title, words.body, words.place)
        } else {
            if !areWordsConfirmed {
                (item.title, item.body, item.place) = (CaseWords.hidden, CaseWords.hidden, "")
            }
            if isProtected { (item.longitude, item.latitude) = (nil, nil) }
        }
        return item
    }

    /// The words of a stored case as they were written.
    func written(in books: Books) -> CaseWords.Words {
        CaseWords.opened(wordsSealed, of: id, in: books) ?? words
    }
}

extension CaseLine {
    /// The line with the words that the actor may read. Lists never open what is sealed.
    func shown(to actor: Actor) -> CaseLine {
        guard !areWordsConfirmed, !actor.isSystem, !Complainants.areVisible(of: self, to: actor) else {
            return self
        }
        var line = self
        (line.title, line.place) = (CaseWords.hidden, "")
        return line
    }
}

extension Cases {
    /// The lines of a list as the actor may read them.
    static func lines(_ statement: SQL, for actor: Actor, in books: Books) throws -> [CaseLine] {
        try books.all(statement, CaseLine.init).map { $0.shown(to: actor) }
    }

    /// What is proposed for others to read of a case whose words nobody confirmed yet, as whoever files it
    /// sees it: numbers masked, and what looks like a name or a door.
    package static func proposedWords(of id: ID<Case>, by actor: Actor, in books: Books) throws
        -> CaseWords.Words
    {
        try proposedWords(of: stored(id, by: actor, in: books), county: actor.county, in: books)
    }

    static func proposedWords(of stored: Case, county: County, in books: Books) throws -> CaseWords.Words {
        let names = try Complainants.names(of: [stored.id], county: county, in: books)[stored.id] ?? []
        func proposal(_ text: String) -> String { Masking.proposal(for: text, names: names) }
        let words = stored.written(in: books)
        return .init(
            title: String(proposal(words.title).prefix(100)), body: proposal(words.body),
            place: String(proposal(words.place).prefix(200)))
    }

    /// What happened to a case, oldest first, in the words that the actor may read.
    package static func history(of item: Case, for actor: Actor, in books: Books) throws -> [LogEntry] {
        let lines = try Log.history(of: item.subject, county: actor.county, in: books)
        let isVisible = actor.isSystem || Complainants.areVisible(of: item, to: actor)
        if isVisible { return lines.map { $0.opened(with: books.key) } }
        let shown = Set(try CasePhotos.all(of: item, for: actor, in: books).map(\.id))
        let names = try Complainants.hidden(of: item, from: actor, in: books)
        return lines.map { withheld($0, of: item, names: names, photos: shown) }
    }

    /// Events that hold a complainant's own words.
    private static let complainants: Set = ["case.join", "case.rate", "case.call-back", "case.reopen"]

    /// A line for somebody who may not know the complainants: of the report the words that the case shows, of
    /// what complainants said afterwards nothing, of everything else no number and none of their names.
    static func withheld(
        _ entry: LogEntry, of item: Case, names: [String], photos: Set<ID<Attachment>>? = nil
    ) -> LogEntry {
        var details = entry.details.mapValues { Masking.numbers(in: $0, and: names) }
        // Prints of pictures are long numbers and nobody's.
        details["photos"] = entry.details["photos"].map { told in
            photos.map { Attachments.told(told, only: $0) } ?? told
        }
        if entry.kind == "case.report" { details["words"] = item.body }
        if complainants.contains(entry.kind) { details["words"] = nil }
        // Where a complainant said that it was, before somebody looked.
        if entry.kind == "case.file" { details["place"] = nil }
        return entry.showing(details)
    }
}
