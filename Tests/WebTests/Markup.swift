/// A page taken apart by a strict reader: what a browser would forgive is noted as a fault.
struct Markup {
    struct Tag { var name: String, attributes: [(name: String, value: String)], isEnd: Bool, text = "" }
    struct Form {
        var action: String, method: String, isUpload: Bool
        /// Name, type (`text`, `hidden`, `checkbox`, `textarea`, `select`, `radio` …), value, and a list's
        /// choices.
        var fields: [(name: String, type: String, value: String, choices: [String])]
        var values: [String: String] {
            Dictionary(
                fields.filter { $0.type != "checkbox" && $0.type != "file" }.map { ($0.name, $0.value) }
            ) { first, _ in first }
        }
    }

    private(set) var tags: [Tag] = []
    private(set) var faults: [String] = []

    private static let void: Set = ["meta", "link", "input", "br", "img", "hr", "col", "wbr"]
    /// Elements of the drawings close themselves.
    private static let drawn: Set = [
        "path", "rect", "circle", "line", "polyline", "polygon", "use", "text", "g", "title", "desc",
    ]

    init(_ html: String) {
        read(Array(html.utf8))
        nest()
    }

    private mutating func read(_ bytes: [UInt8]) {
        var index = 0
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "<") else {
                let start = index
                while index < bytes.count, bytes[index] != UInt8(ascii: "<") { index += 1 }
                if !tags.isEmpty { tags[tags.count - 1].text += text(start..<index) }
                continue
            }
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "!") {
                while index < bytes.count, bytes[index] != UInt8(ascii: ">") { index += 1 }
                index += 1
                continue
            }
            let isEnd = index < bytes.count && bytes[index] == UInt8(ascii: "/")
            if isEnd { index += 1 }
            let start = index
            while index < bytes.count, Self.isName(bytes[index]) { index += 1 }
            guard index > start else {
                faults.append("a loose < before “\(text(index..<min(index + 30, bytes.count)))”"); continue
            }
            var tag = Tag(name: text(start..<index).lowercased(), attributes: [], isEnd: isEnd)
            attributes: while index < bytes.count {
                while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
                guard index < bytes.count else { faults.append("<\(tag.name) never ends"); break }
                if bytes[index] == UInt8(ascii: ">") { index += 1; break attributes }
                if bytes[index] == UInt8(ascii: "/") {
                    index += 1; tag.attributes.append(("/", "")); continue
                }
                let from = index
                while index < bytes.count, Self.isName(bytes[index]) { index += 1 }
                guard index > from else {
                    faults.append("<\(tag.name) has a stray “\(text(index..<min(index + 20, bytes.count)))”")
                    index += 1
                    continue
                }
                let name = text(from..<index)
                var value = ""
                if index < bytes.count, bytes[index] == UInt8(ascii: "=") {
                    index += 1
                    if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
                        let open = index + 1
                        index = open
                        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") { index += 1 }
                        value = text(open..<min(index, bytes.count))
                        index += 1
                        if value.contains("<") {
                            faults.append("<\(tag.name) \(name)=“\(value.prefix(40))” has a raw <")
                        }
                    } else {
                        faults.append("<\(tag.name) \(name)= is not quoted")
                        while index < bytes.count, !Self.isSpace(bytes[index]),
                            bytes[index] != UInt8(ascii: ">")
                        { index += 1 }
                    }
                }
                if tag.attributes.contains(where: { $0.name == name }) {
                    faults.append("<\(tag.name) has \(name) twice")
                }
                tag.attributes.append((name, value))
            }
            tags.append(tag)
        }
    }

    private mutating func nest() {
        var open: [String] = []
        for tag in tags where !Self.void.contains(tag.name) {
            let isClosed = tag.attributes.contains { $0.name == "/" }
            if isClosed {
                if !Self.drawn.contains(tag.name) {
                    faults.append("<\(tag.name)/> does not close itself in HTML")
                }
            } else if !tag.isEnd {
                open.append(tag.name)
            } else if open.last == tag.name {
                open.removeLast()
            } else {
                faults.append("</\(tag.name)> where \(open.last.map { "<\($0)>" } ?? "nothing") is open")
                if let position = open.lastIndex(of: tag.name) { open.removeSubrange(position...) }
            }
        }
        if !open.isEmpty { faults.append("never closed: \(open.joined(separator: " "))") }
    }

    private static func isName(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == 0x2D || byte == 0x3A || byte == 0x5F
    }
    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    // MARK: What is on it

    func values(of attribute: String, on name: String? = nil) -> [String] {
        tags.filter { !$0.isEnd && (name == nil || $0.name == name) }.flatMap { tag in
            tag.attributes.filter { $0.name == attribute }.map { plain($0.value) }
        }
    }
    func count(_ name: String) -> Int { tags.count { $0.name == name && !$0.isEnd } }

    /// The posted forms.
    var forms: [Form] {
        var forms: [Form] = []
        var isInside = false
        for (index, tag) in tags.enumerated() {
            func value(_ name: String) -> String? {
                tag.attributes.first { $0.name == name }.map { plain($0.value) }
            }
            if tag.name == "form" {
                isInside = !tag.isEnd
                if isInside {
                    forms.append(
                        Form(
                            action: value("action") ?? "", method: value("method") ?? "get",
                            isUpload: value("enctype") != nil, fields: []))
                }
            }
            guard isInside, !tag.isEnd else { continue }
            switch tag.name {
            case "input":
                guard let name = value("name") else { continue }
                let (type, given) = (value("type") ?? "text", value("value") ?? "")
                var fields = forms[forms.count - 1].fields
                if type != "radio" {
                    fields.append((name, type, given, []))
                } else {
                    // The choices of one name are one field; what is chosen stands in it.
                    let index = fields.firstIndex { $0.name == name } ?? fields.count
                    if index == fields.count { fields.append((name, type, "", [])) }
                    fields[index].choices.append(given)
                    if value("checked") != nil { fields[index].value = given }
                }
                forms[forms.count - 1].fields = fields
            case "textarea":
                if let name = value("name") {
                    forms[forms.count - 1].fields.append((name, "textarea", plain(tag.text), []))
                }
            case "select":
                guard let name = value("name") else { continue }
                var (choices, chosen) = ([String](), "")
                for option in tags[index...].dropFirst().prefix(while: { $0.name != "select" })
                where option.name == "option" && !option.isEnd {
                    let given = plain(option.attributes.first { $0.name == "value" }?.value ?? "")
                    choices.append(given)
                    if option.attributes.contains(where: { $0.name == "selected" }) { chosen = given }
                }
                forms[forms.count - 1].fields.append((name, "select", chosen, choices))
            default: break
            }
        }
        return forms.filter { $0.method == "post" }
    }

    /// The form that goes there.
    func form(to action: String) -> Form? { forms.first { $0.action == action } }
}

/// A text without entities.
func plain(_ text: String) -> String {
    text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"").replacing(
        "&#39;", with: "'"
    )
    .replacing("&amp;", with: "&")
}
