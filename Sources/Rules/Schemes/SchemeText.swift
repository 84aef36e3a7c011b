import Yams

/// What is wrong with a scheme's text: the line, counted from 1, and what to do.
package struct SchemeFault: Error, Hashable, Sendable {
    /// The line.
    package var line: Int
    /// What is wrong and what to do, in Chinese and English.
    package var zh: String, en: String
    /// A fault in a line.
    package init(line: Int, zh: String, en: String) { (self.line, self.zh, self.en) = (line, zh, en) }
}

/// A part of a scheme's text while it is read: strict, so that nobody's policy changes through a habit of YAML. Scalars are
/// texts; anchors, aliases, tags, unknown and repeated keys are refused, each with its line.
final class SchemePart {
    /// What was found wrong so far, shared by all parts of a text.
    final class Faults { var all: [SchemeFault] = [] }

    let line: Int
    private let node: Node?
    private let faults: Faults
    private var asked: Set<String> = []

    private init(_ node: Node?, line: Int, _ faults: Faults) { (self.node, self.line, self.faults) = (node, line, faults) }

    /// Reads a whole text. Answers everything that is wrong in it, in the order of the lines.
    static func read(_ text: String, _ body: (SchemePart) -> Void) -> [SchemeFault] {
        let faults = Faults()
        do { body(try whole(text, faults)) } catch let fault as SchemeFault { faults.all.append(fault) } catch {
            preconditionFailure("reading a text throws only faults: \(error)")
        }
        return faults.all.sorted { $0.line < $1.line }
    }

    /// The whole text as a part. Throws the fault of a text that is no YAML.
    private static func whole(_ text: String, _ faults: Faults) throws -> SchemePart {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let bare = line.prefix { $0 != "#" }
            if bare.contains(#/(^|[\s\[{:,-])[&*!][A-Za-z0-9_!]/#) {
                throw SchemeFault(line: index + 1, zh: "不能用锚点、引用和标签（& * !），请写全。", en: "Anchors, aliases and tags (& * !) are not taken. Write it out.")
            }
        }
        do {
            guard let node = try compose(yaml: text) else { throw SchemeFault(line: 1, zh: "文件是空的。", en: "The file is empty.") }
            return SchemePart(node, line: 1, faults)
        } catch let error as YamlError { throw SchemeFault(line: Self.line(of: error), zh: "不是合格的 YAML：\(error)", en: "This is no YAML: \(error)") }
    }

    private static func line(of error: YamlError) -> Int {
        switch error {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        default: 1
        }
    }

    /// Notes what is wrong here.
    func fault(_ zh: String, _ en: String) { faults.all.append(SchemeFault(line: line, zh: zh, en: en)) }

    private func part(_ node: Node?) -> SchemePart { SchemePart(node, line: node?.mark?.line ?? line, faults) }

    /// The part under a key; nil if it is not there.
    func optional(_ key: String) -> SchemePart? {
        asked.insert(key)
        guard let map = node?.mapping else {
            if node != nil { fault("这里要写成“键: 值”。", "Keys with values are wanted here.") }
            return nil
        }
        return map.first { $0.key.scalar?.string == key }.map { part($0.value) }
    }

    /// The part under a key; a fault if it is not there.
    func needed(_ key: String) -> SchemePart? {
        let found = optional(key)
        if found == nil, node?.mapping != nil { fault("缺少“\(key)”。", "“\(key)” is missing.") }
        return found
    }

    /// Every key with its part, in order: of a map whose keys the author chooses.
    func entries() -> [(name: String, part: SchemePart)] {
        guard let map = node?.mapping else {
            fault("这里要写成“名称: 内容”。", "Names with contents are wanted here.")
            return []
        }
        return map.compactMap { key, value in
            guard let name = key.scalar?.string, !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }) else {
                part(key).fault("名称只用字母、数字和横线。", "A name is letters, digits and dashes.")
                return nil
            }
            return (name, SchemePart(value, line: key.mark?.line ?? line, faults))
        }
    }

    /// Every key with its part, whatever the keys are: names of places and units.
    func pairs() -> [(name: String, part: SchemePart)] {
        guard let map = node?.mapping else {
            fault("这里要写成“名称: 内容”。", "Names with contents are wanted here.")
            return []
        }
        return map.map { key, value in (key.scalar?.string ?? "", SchemePart(value, line: key.mark?.line ?? line, faults)) }
    }

    /// The parts of a list; of a single value a list of one.
    func list() -> [SchemePart] { node?.sequence.map { $0.map(part) } ?? [self] }

    /// A text that is not empty.
    func text() -> String {
        guard let text = node?.scalar?.string, !text.isEmpty else {
            fault("这里要写一段文字。", "A text is wanted here.")
            return ""
        }
        return text
    }
    /// Whether it is one value and no map or list.
    var isText: Bool { node?.scalar != nil }
    /// Whether it has keys.
    var isMap: Bool { node?.mapping != nil }

    /// A day.
    func day() -> Day {
        let text = text()
        guard let day = Day(text) else {
            if !text.isEmpty { fault("“\(text)”不是 2019-08-01 这样的日期。", "“\(text)” is not a date like 2019-08-01.") }
            return Day(number: 0)
        }
        return day
    }

    /// A whole number, in plain digits.
    func number(in range: ClosedRange<Int>) -> Int {
        let text = text()
        guard let number = Int(text), String(number) == text, range.contains(number) else {
            if !text.isEmpty {
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
        guard text.hasSuffix("%"), let percent = Self.thousandths(text.dropLast()), (1...1000).contains(percent) else {
            if !text.isEmpty { fault("“\(text)”不是 20% 这样的比例。", "“\(text)” is not a share like 20%.") }
            return 1000
        }
        return percent
    }
    private static func thousandths(_ text: Substring) -> Int? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap({ Int($0) }), whole >= 0, parts.count <= 2 else { return nil }
        guard parts.count == 2 else { return whole * 10 }
        guard parts[1].count == 1, let tenth = Int(parts[1]) else { return nil }
        return whole * 10 + tenth
    }

    /// One of some words.
    func word<Word: RawRepresentable & CaseIterable>(_ type: Word.Type = Word.self) -> Word? where Word.RawValue == String {
        let text = text()
        if let word = Word(rawValue: text) { return word }
        if !text.isEmpty { unknown(text, among: Word.allCases.map(\.rawValue)) }
        return nil
    }

    /// A fault that names the nearest of the words that are known.
    func unknown(_ text: String, among known: [String]) {
        let nearest = known.map { ($0, Self.distance(text, $0)) }.min { $0.1 < $1.1 }
        let (zh, en) = nearest.map { $0.1 <= max(2, text.count / 3) ? ("是不是“\($0.0)”？", "Is “\($0.0)” meant? ") : ("", "") } ?? ("", "")
        fault("不认识“\(text)”。\(zh)可以写：\(known.joined(separator: "、"))。", "“\(text)” is not known. \(en)Known: \(known.joined(separator: ", ")).")
    }

    /// Refuses every key that nobody asked for.
    func close() {
        guard let map = node?.mapping else { return }
        for (key, _) in map {
            guard let name = key.scalar?.string, !asked.contains(name) else { continue }
            part(key).unknown(name, among: asked.sorted())
        }
    }

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
