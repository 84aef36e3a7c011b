package import Rules
import Store

/// One thing that the register says of a village, a household or a member. Declared once: table, page, form,
/// import, export, API and rules read it.
package struct Fact: Sendable {
    /// One of the values of a choice.
    package struct Choice: Sendable {
        /// The stable word that is stored.
        package var word: String
        /// What people call it, and what else tables call it.
        package var words: Phrase, also: [String]
        init(_ word: String, _ zh: String, _ en: String, also: [String] = []) {
            (self.word, words, self.also) = (word, Phrase(zh: zh, en: en), also)
        }
    }

    /// What values it takes.
    package enum Kind: Sendable {
        case text(most: Int)
        case choice([Choice])
        /// A whole number and its unit.
        case number(ClosedRange<Int>, unit: Phrase)
        case day
        case flag
        /// A certificate number: encrypted, masked, matched by a keyed hash.
        case certificate
        /// A telephone number or a bank account: encrypted and masked.
        case secret
        /// What the program itself fills in, such as the identity of the household.
        case inner
    }

    /// Its name in the API, which is the column's as well.
    package let name: String
    /// What people call it.
    package let words: Phrase
    /// The headings under which tables have it, the usual one first.
    package let headings: [String]
    /// What values it takes.
    package let kind: Kind
    /// Whether a campaign can ask that another post approves a change of it.
    package let isGated: Bool
    let column: SQL

    init(
        _ column: StaticString, _ zh: String, _ en: String, _ kind: Kind, also: [String] = [],
        isGated: Bool = false
    ) {
        (name, words, self.kind, self.isGated) = (column.description, Phrase(zh: zh, en: en), kind, isGated)
        (headings, self.column) = ([zh] + also, SQL(stringLiteral: column))
    }

    /// Whether the value is shown to nobody who has not said why.
    package var isSecret: Bool {
        switch kind {
        case .certificate, .secret: true
        default: false
        }
    }
}

/// The facts of one kind of record, in the order in which pages and tables show them.
package final class FactList: Sendable {
    /// Every fact.
    package let all: [Fact]
    private let positions: [String: Int]
    let columns: SQL

    init(_ all: [Fact]) {
        self.all = all
        positions = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1.name, $0) })
        columns = SQL.list(all.map(\.column))
    }

    /// A fact by its name.
    package subscript(name: String) -> Fact? { positions[name].map { all[$0] } }
    func position(_ name: String) -> Int {
        guard let position = positions[name] else { preconditionFailure("no fact is called \(name)") }
        return position
    }
    /// What people see and fill in.
    package var shown: [Fact] { all.filter { if case .inner = $0.kind { false } else { true } } }
}

/// What the register says of one record: a value for each fact, as the database stores it.
package struct Facts: Sendable, Equatable {
    /// Which facts there are.
    package let list: FactList
    var values: [Value]

    init(_ list: FactList) { (self.list, values) = (list, Array(repeating: .null, count: list.all.count)) }
    init(_ list: FactList, _ row: Row) throws {
        (self.list, values) = (list, try list.all.map { try row.value($0.name) })
    }

    /// Nothing known yet.
    package static func nothing(_ list: FactList) -> Facts { Facts(list) }

    package static func == (one: Facts, other: Facts) -> Bool {
        one.list === other.list && one.values == other.values
    }

    subscript(raw name: String) -> Value {
        get { values[list.position(name)] }
        set { values[list.position(name)] = newValue }
    }
    /// A text or the word of a choice; empty if it is unknown.
    package subscript(name: String) -> String {
        if case .text(let text) = self[raw: name] { text } else { "" }
    }
    /// A number; nil if it is unknown.
    package func number(_ name: String) -> Int? {
        if case .integer(let number) = self[raw: name] { Int(number) } else { nil }
    }
    /// Yes or no; nil if it is unknown.
    package func flag(_ name: String) -> Bool? { number(name).map { $0 != 0 } }
    /// A day; nil if it is unknown.
    package func day(_ name: String) -> Day? { Day(self[name]) }
    /// Whether anything is known.
    package func isKnown(_ name: String) -> Bool { self[raw: name] != .null }

    /// What differs in the other, by name.
    func changes(to other: Facts) -> [(fact: Fact, from: Value, to: Value)] {
        list.all.indices.compactMap {
            values[$0] == other.values[$0] ? nil : (list.all[$0], values[$0], other.values[$0])
        }
    }
}
