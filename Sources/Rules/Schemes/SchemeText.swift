/// What is wrong with a scheme's text: the line, counted from 1, and what to do.
package struct SchemeFault: Error, Hashable, Sendable {
    /// The line.
    package var line: Int
    /// What is wrong and what to do, in Chinese and English.
    package var zh: String, en: String
    /// A fault in a line.
    package init(line: Int, zh: String, en: String) { (self.line, self.zh, self.en) = (line, zh, en) }
}

/// A part of a scheme's text while it is read: strict, so that nobody's policy changes through a habit of
/// YAML. Scalars are texts; anchors, aliases, tags, unknown and repeated keys are refused, each with its
/// line.
final class SchemePart {
    /// What was found wrong so far, shared by all parts of a text.
    final class Faults {
        private(set) var all: [SchemeFault] = []
        /// So many are enough to see what is wrong with a text; each takes work to word.
        static let most = 200
        var isFull: Bool { all.count >= Self.most }
        func note(_ fault: SchemeFault) { if !isFull { all.append(fault) } }
    }

    let line: Int
    private let node: SchemeTree
    private let faults: Faults
    private var asked: Set<String> = []

    private init(_ node: SchemeTree, line: Int, _ faults: Faults) {
        (self.node, self.line, self.faults) = (node, line, faults)
    }

    private var map: [SchemeTree.Entry]? { if case .map(let entries, _) = node { entries } else { nil } }
    private var scalar: String? { if case .text(let text, _) = node { text } else { nil } }

    /// Reads a whole text. Answers everything that is wrong in it, in the order of the lines.
    static func read(_ text: String, _ body: (SchemePart) -> Void) -> [SchemeFault] {
        let faults = Faults()
        do {
            let tree = try SchemeTree.read(text)
            body(SchemePart(tree, line: 1, faults))
        } catch let fault as SchemeFault { faults.note(fault) } catch {
            faults.note(SchemeFault(line: 1, zh: "没有读成：\(error)", en: "It was not read: \(error)"))
        }
        return faults.all.sorted { $0.line < $1.line }
    }

    /// Notes what is wrong here.
    func fault(_ zh: String, _ en: String) { faults.note(SchemeFault(line: line, zh: zh, en: en)) }

    private func part(_ node: SchemeTree) -> SchemePart { SchemePart(node, line: node.line, faults) }

    /// The part under a key; nil if it is not there.
    func optional(_ key: String) -> SchemePart? {
        asked.insert(key)
        guard let map else {
            fault("这里要写成“键: 值”。", "Keys with values are wanted here.")
            return nil
        }
        return map.first { $0.key == key }.map { part($0.value) }
    }

    /// The part under a key; a fault if it is not there.
    func needed(_ key: String) -> SchemePart? {
        let found = optional(key)
        if found == nil, map != nil { fault("缺少“\(key)”。", "“\(key)” is missing.") }
        return found
    }

    /// Every key with its part, in order: of a map whose keys the author chooses.
    func entries() -> [(name: String, part: SchemePart)] {
        guard let map else {
            fault("这里要写成“名称: 内容”。", "Names with contents are wanted here.")
            return []
        }
        return map.compactMap { entry in
            let (name, part) = (entry.key, SchemePart(entry.value, line: entry.line, faults))
            guard !name.isEmpty,
                name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
            else {
                part.fault("名称只用字母、数字和横线。", "A name is letters, digits and dashes.")
                return nil
            }
            return (name, part)
        }
    }

    /// Every key with its part, whatever the keys are: names of places and units.
    func pairs() -> [(name: String, part: SchemePart)] {
        guard let map else {
            fault("这里要写成“名称: 内容”。", "Names with contents are wanted here.")
            return []
        }
        return map.map { ($0.key, SchemePart($0.value, line: $0.line, faults)) }
    }

    /// The parts of a list; of a single value a list of one.
    func list() -> [SchemePart] { if case .list(let items, _) = node { items.map(part) } else { [self] } }

    /// A text that is not empty.
    func text() -> String {
        guard let text = scalar, !text.isEmpty else {
            fault("这里要写一段文字。", "A text is wanted here.")
            return ""
        }
        return text
    }
    /// Whether it is one value and no map or list.
    var isText: Bool { scalar != nil }
    /// Whether it has keys.
    var isMap: Bool { map != nil }

    /// A day.
    func day() -> Day {
        let text = text()
        guard let day = Day(text), (1800...2999).contains(day.parts.year) else {
            if !text.isEmpty {
                fault(
                    "“\(Self.short(text))”不是 2019-08-01 这样的日期。",
                    "“\(Self.short(text))” is not a date like 2019-08-01.")
            }
            return Day(number: 0)
        }
        return day
    }

    /// A whole number, in plain digits.
    func number(in range: ClosedRange<Int>) -> Int {
        let text = text()
        guard let number = Int(text), String(number) == text, range.contains(number) else {
            if !text.isEmpty {
                let text = Self.short(text)
                fault(
                    "“\(text)”不是 \(range.lowerBound)–\(range.upperBound) 的整数。",
                    "“\(text)” is not a whole number from \(range.lowerBound) to \(range.upperBound).")
            }
            return range.lowerBound
        }
        return number
    }

    /// `20%` or `12.5%` as thousandths.
    func share() -> Int {
        let text = text()
        guard text.hasSuffix("%"), let percent = Self.thousandths(text.dropLast()),
            (1...1000).contains(percent)
        else {
            if !text.isEmpty {
                fault("“\(Self.short(text))”不是 20% 这样的比例。", "“\(Self.short(text))” is not a share like 20%.")
            }
            return 1000
        }
        return percent
    }
    private static func thousandths(_ text: Substring) -> Int? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap({ Int($0) }), (0...100).contains(whole), parts.count <= 2 else {
            return nil
        }
        guard parts.count == 2 else { return whole * 10 }
        guard parts[1].count == 1, let tenth = Int(parts[1]) else { return nil }
        return whole * 10 + tenth
    }

    /// One of some words.
    func word<Word: RawRepresentable & CaseIterable>(_ type: Word.Type = Word.self) -> Word?
    where Word.RawValue == String {
        let text = text()
        if let word = Word(rawValue: text) { return word }
        if !text.isEmpty { unknown(text, among: Word.allCases.map(\.rawValue)) }
        return nil
    }

    /// A fault that names the nearest of the words that are known.
    func unknown(_ text: String, among known: [String]) {
        guard !faults.isFull else { return }
        let (word, text) = (text, Self.short(text))
        // What is far longer than any word is no slip of the pen, and comparing letters takes the product of
        // both lengths.
        let nearest = (word.utf8.count > 200 ? [] : known).map { ($0, Self.distance(text, $0)) }.min {
            $0.1 < $1.1
        }
        let (zh, en) =
            nearest.map {
                $0.1 <= max(2, text.count / 3) ? ("是不是“\($0.0)”？", "Is “\($0.0)” meant? ") : ("", "")
            } ?? ("", "")
        fault(
            "不认识“\(text)”。\(zh)可以写：\(known.joined(separator: "、"))。",
            "“\(text)” is not known. \(en)Known: \(known.joined(separator: ", ")).")
    }

    /// Refuses every key that nobody asked for.
    func close() {
        guard let map else { return }
        for entry in map where !asked.contains(entry.key) {
            SchemePart(entry.value, line: entry.line, faults).unknown(entry.key, among: asked.sorted())
        }
    }

    /// A text as a fault quotes it.
    static func short(_ text: String) -> String { text.utf8.count <= 200 ? text : text.prefix(60) + "…" }

    /// How many letters have to be changed, added or taken away.
    private static func distance(_ one: String, _ other: String) -> Int {
        let (a, b) = (Array(one), Array(other))
        var row = Array(0...b.count)
        for i in a.indices {
            var corner = row[0]
            row[0] = i + 1
            for j in b.indices {
                let next = min(row[j] + 1, row[j + 1] + 1, corner + (a[i] == b[j] ? 0 : 1))
                corner = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[b.count]
    }
}
