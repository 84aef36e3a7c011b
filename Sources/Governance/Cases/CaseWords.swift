import Rules
import Store

/// What a case tells of who may know its complainant. A case and a line of a list answer it alike.
package protocol ComplainantProtected {
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
}

extension Case: ComplainantProtected {}
extension CaseLine: ComplainantProtected {}

extension Actor {
    /// The posts that reach a case: by its land, by its unit, or by name, which is said of the person.
    package func seats(reaching item: some ComplainantProtected) -> [Seat] {
        if let person, person == item.handler || person == item.standIn { return seats }
        return seats.filter { $0.reaches(item.territoryPath) || !$0.kind.reachesTerritory && $0.unit == item.unit }
    }

    /// Whether one post gives the power and reaches the case.
    package func may(_ power: Power, on item: some ComplainantProtected) -> Bool { seats(reaching: item).contains { $0.has(power) } }

    /// Whether a case complains about the person's own line: somebody else has to deal with it. Whoever answers for the whole
    /// office has nobody beside them who could.
    func isOwnLine(_ item: some ComplainantProtected) -> Bool { belongs(to: item.aboutUnit) && !seesAll }
}

/// The words of a case. What a complainant wrote is theirs: in the case stand the words that others may read, with numbers
/// masked; the words as they were written lie sealed beside them, for those who may know the complainant.
enum CaseWords {
    /// Title, text and place.
    struct Words: Equatable { var title: String, body: String, place: String }

    /// What stands for words that nobody confirmed yet.
    static let hidden = "内容待确认 / to be confirmed"

    /// The words with numbers masked and a known name taken out.
    static func masked(_ words: Words, name: String) -> Words {
        Words(
            title: Masking.numbers(in: words.title, and: name), body: Masking.numbers(in: words.body, and: name),
            place: Masking.numbers(in: words.place, and: name))
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
            guard case .array(let parts) = try JSON(parsing: .init(try key.opened(bytes, of: "case \(id) words").utf8)) else { return nil }
            let texts = parts.compactMap(\.stringValue)
            return texts.count == 3 ? Words(title: texts[0], body: texts[1], place: texts[2]) : nil
        } catch { return nil }
    }
}

extension Case {
    private var words: CaseWords.Words { .init(title: title, body: body, place: place) }

    /// The case with the words that the actor may read: as they were written, as somebody confirmed them, or none yet.
    func shown(to actor: Actor, in books: Books) -> Case {
        if actor.isClockwork || areWordsConfirmed && wordsSealed == nil { return self }
        var item = self
        if Complainants.areVisible(of: self, to: actor) {
            if let words = CaseWords.opened(wordsSealed, of: id, in: books) { (item.title, item.body, item.place) = (words.title, words.body, words.place) }
        } else if !areWordsConfirmed {
            (item.title, item.body, item.place) = (CaseWords.hidden, CaseWords.hidden, "")
        }
        return item
    }

    /// What is proposed for others to read: numbers masked, and what looks like a name or a door.
    package func proposedWords(name: String, in books: Books) -> (title: String, body: String) {
        let words = CaseWords.opened(wordsSealed, of: id, in: books) ?? self.words
        if areWordsConfirmed { return (title, body) }
        return (Masking.proposal(for: words.title, name: name), Masking.proposal(for: words.body, name: name))
    }
}

extension CaseLine {
    /// The line with the words that the actor may read. Lists never open what is sealed.
    func shown(to actor: Actor) -> CaseLine {
        guard !areWordsConfirmed, !actor.isClockwork, !Complainants.areVisible(of: self, to: actor) else { return self }
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

    /// What is proposed for others to read of a case, as whoever files it sees it.
    package static func proposedWords(of item: Case, in books: Books, county: County) throws -> (title: String, body: String) {
        let name = try books.first("SELECT name FROM complainant WHERE county = \(county) AND case_id = \(item.id) ORDER BY joined_at, id") {
            try $0.get("name", as: String.self)
        }
        return item.proposedWords(name: name ?? "", in: books)
    }

    /// What happened to a case, oldest first, in the words that the actor may read.
    package static func history(of item: Case, for actor: Actor, in books: Books) throws -> [LogEntry] {
        let lines = try Log.history(of: item.subject, county: actor.county, in: books)
        let isVisible = actor.isClockwork || Complainants.areVisible(of: item, to: actor)
        if isVisible { return lines.map { $0.opened(with: books.key) } }
        let shown = Set(try CasePhotos.all(of: item, for: actor, in: books).map(\.id))
        return lines.map { withheld($0, of: item, photos: shown) }
    }

    /// Events that hold a complainant's own words.
    private static let complainants: Set = ["case.join", "case.rate", "case.call-back", "case.reopen"]

    /// A line for somebody who may not know the complainant: of the report the words that the case shows, of what complainants
    /// said afterwards nothing, of everything else no number.
    static func withheld(_ entry: LogEntry, of item: Case, photos: Set<ID<Attachment>>? = nil) -> LogEntry {
        var details = entry.details.mapValues { Masking.numbers(in: $0) }
        // Prints of pictures are long numbers and nobody's.
        details["photos"] = entry.details["photos"].map { told in photos.map { Attachments.told(told, only: $0) } ?? told }
        if entry.kind == "case.report" { details["words"] = item.body }
        if complainants.contains(entry.kind) { details["words"] = nil }
        return entry.showing(details)
    }
}
