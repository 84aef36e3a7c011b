import Foundation

/// The source tree of the project, read as text.
enum Tree {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Every file below a folder whose name ends so, as paths from the root; sorted.
    static func files(_ folder: String, _ ends: String...) -> [String] {
        let start = root.appending(path: folder)
        let all = FileManager.default.enumerator(at: start, includingPropertiesForKeys: [.isRegularFileKey])
        var found: [String] = []
        while let url = all?.nextObject() as? URL {
            let path = String(url.path.dropFirst(root.path.count + 1))
            if ends.isEmpty || ends.contains(where: { path.hasSuffix($0) }) { found.append(path) }
        }
        return found.sorted()
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}

/// A Swift file taken apart: its code without comments and texts, and its texts with the source of their
/// interpolations.
struct Source {
    private(set) var code = ""
    private(set) var literals: [String] = []

    init(_ text: String) {
        let bytes = Array(text.utf8)
        var (index, out) = (0, [UInt8]())
        func starts(_ piece: String, _ at: Int) -> Bool { bytes[at...].starts(with: piece.utf8) }
        var found: [String] = []
        /// Reads a literal from its opening mark; answers the position behind it.
        func literal(_ start: Int) -> Int {
            let mark = starts("\"\"\"", start) ? "\"\"\"" : "\""
            var (at, content) = (start + mark.utf8.count, [UInt8]())
            while at < bytes.count, !starts(mark, at) {
                if starts("\\(", at) {
                    let open = at
                    var depth = 1
                    at += 2
                    while at < bytes.count, depth > 0 {
                        if bytes[at] == UInt8(ascii: "\"") { at = literal(at); continue }
                        if bytes[at] == UInt8(ascii: "(") { depth += 1 }
                        if bytes[at] == UInt8(ascii: ")") { depth -= 1 }
                        at += 1
                    }
                    content += bytes[open..<min(at, bytes.count)]
                    // What stands in an interpolation is code.
                    out +=
                        [UInt8(ascii: " ")]
                        + bytes[open..<min(at, bytes.count)].filter { $0 != UInt8(ascii: "\"") }
                } else if bytes[at] == UInt8(ascii: "\\") {
                    content += bytes[at..<min(at + 2, bytes.count)]
                    at += 2
                } else {
                    content.append(bytes[at])
                    at += 1
                }
            }
            found.append(String(decoding: content, as: UTF8.self))
            return at + mark.utf8.count
        }
        while index < bytes.count {
            if starts("//", index) {
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
            } else if bytes[index] == UInt8(ascii: "\"") {
                out.append(UInt8(ascii: "\""))
                index = literal(index)
                out.append(UInt8(ascii: "\""))
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        code = String(decoding: out, as: UTF8.self)
        literals = found
    }

    /// The head of a function or an initialiser that is declared one step inside a type.
    struct Head: Equatable {
        /// `Type.function`; an initialiser is called `init`.
        var name: String
        /// What stands before it, and what it takes.
        var modifiers: String, parameters: String
        /// Whether something is answered.
        var hasResult: Bool
    }

    /// The heads of everything that is declared one step inside a type.
    static func heads(in text: String) -> [Head] {
        var (found, type) = ([Head](), "")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if let match = line.firstMatch(
                of: #/^(?:\w+ )*(?:struct|enum|class|extension|protocol) ([\w.]+)/#)
            {
                type = String(match.1)
            }
            guard let match = line.firstMatch(of: #/^    ((?:@?\w+ )*)(?:func (\w+)|init\b)/#) else {
                continue
            }
            let rest = ([line[match.range.upperBound...]] + lines[(index + 1)...].prefix(30)).joined(
                separator: "\n")
            // A closure that is taken by default has braces of its own: parameters end with their bracket.
            var (parameters, tail, depth) = ("", "", 0)
            for character in rest {
                if depth == 0, !parameters.isEmpty {
                    if character == "{" { break }
                    tail.append(character)
                    continue
                }
                if character == "(" { depth += 1 }
                if depth > 0 { parameters.append(character) }
                if character == ")" { depth -= 1 }
            }
            let name = match.2.map(String.init) ?? "init"
            found.append(
                Head(
                    name: "\(type).\(name)", modifiers: String(match.1), parameters: parameters,
                    hasResult: name == "init" || tail.contains("->")))
        }
        return found
    }

    /// The functions that are declared one step inside a type, each with its head and body.
    static func functions(in text: String) -> [(name: String, head: String, body: String)] {
        var found: [(name: String, head: String, body: String)] = []
        var (lines, isOpen) = ([Substring](), false)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if !isOpen, line.firstMatch(of: #/^    (?:\w+ )*func (\w+)/#) != nil {
                (lines, isOpen) = ([], true)
            }
            guard isOpen else { continue }
            lines.append(line)
            let isWhole = line == "    }" || lines.count == 1 && line.hasSuffix("}") && line.contains("{ ")
            if isWhole {
                let name = lines[0].firstMatch(of: #/func (\w+)/#).map { String($0.1) } ?? ""
                found.append((name, String(lines[0]), lines.joined(separator: "\n")))
                isOpen = false
            }
        }
        return found
    }
}
