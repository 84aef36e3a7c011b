import CYaml

/// The tree of a scheme's text. It is built from the parser's events, so nothing is ever expanded: an anchor,
/// an alias or a tag is refused where it stands, and so is what is larger or deeper than any scheme.
indirect enum SchemeTree {
    /// One key of a map, and the line on which it stands.
    struct Entry { var key: String, line: Int, value: SchemeTree }

    case text(String, line: Int)
    case list([SchemeTree], line: Int)
    case map([Entry], line: Int)

    /// Several times what the longest scheme has: of bytes, of values and keys, and of levels.
    static let mostBytes = 1 << 20, mostNodes = 20_000, mostDepth = 64

    /// The line on which it begins, counted from 1.
    var line: Int {
        switch self {
        case .text(_, let line), .list(_, let line), .map(_, let line): line
        }
    }

    /// Reads a whole text, of one document. Throws `SchemeFault` for what is no YAML, or more of it than is
    /// taken.
    static func read(_ text: String) throws -> SchemeTree {
        guard text.utf8.count <= mostBytes else {
            throw SchemeFault(line: 1, zh: "文件超过 1 MB，没有读。", en: "The file is over 1 MB and was not read.")
        }
        return try Array(text.utf8).withUnsafeBufferPointer { bytes in
            let events = try SchemeEvents(bytes)
            return try events.document()
        }
    }
}

/// The events of one text, one after the other.
private final class SchemeEvents {
    /// What an event begins, with its mark; `end` closes what was begun last.
    private enum Event {
        case text(String), list, map, end, document, stream
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private var line = 1, nodes = 0

    /// The bytes have to outlive the reading.
    init(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw SchemeFault(line: 1, zh: "内存不够，没有读。", en: "There was no memory to read it.")
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }
    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    func document() throws -> SchemeTree {
        // The stream begins, and a document in it.
        _ = try next()
        guard case .document = try next() else {
            throw SchemeFault(line: 1, zh: "文件是空的。", en: "The file is empty.")
        }
        let tree = try node(next(), depth: 1)
        _ = try next()
        guard case .stream = try next() else {
            throw SchemeFault(
                line: line, zh: "一个文件只写一份方案，不能用 --- 再起一份。",
                en: "A file holds one scheme: --- cannot begin another.")
        }
        return tree
    }

    private func node(_ event: Event, depth: Int) throws -> SchemeTree {
        let start = line
        nodes += 1
        guard nodes <= SchemeTree.mostNodes else {
            throw SchemeFault(
                line: start, zh: "内容太多，最多 \(SchemeTree.mostNodes) 项。",
                en: "This is too much: at most \(SchemeTree.mostNodes) values and keys.")
        }
        guard depth <= SchemeTree.mostDepth else {
            throw SchemeFault(
                line: start, zh: "层次太深，最多 \(SchemeTree.mostDepth) 层。",
                en: "This is nested too deeply: at most \(SchemeTree.mostDepth) levels.")
        }
        switch event {
        case .text(let text): return .text(text, line: start)
        case .list:
            var items: [SchemeTree] = []
            while let event = try begun() { items.append(try node(event, depth: depth + 1)) }
            return .list(items, line: start)
        case .map: return .map(try entries(depth: depth + 1), line: start)
        case .end, .document, .stream:
            throw SchemeFault(line: start, zh: "这里缺内容。", en: "Something is missing here.")
        }
    }

    private func entries(depth: Int) throws -> [SchemeTree.Entry] {
        var (entries, lines) = ([] as [SchemeTree.Entry], [:] as [String: Int])
        while let event = try begun() {
            let at = line
            guard case .text(let key, _) = try node(event, depth: depth) else {
                throw SchemeFault(line: at, zh: "键只能是一个词。", en: "A key is one word.")
            }
            if let first = lines.updateValue(at, forKey: key) {
                let short = SchemePart.short(key)
                throw SchemeFault(
                    line: at, zh: "不是合格的 YAML：“\(short)”在第 \(first) 行已经写过。",
                    en: "This is no YAML: “\(short)” stands in line \(first) already.")
            }
            entries.append(.init(key: key, line: at, value: try node(next(), depth: depth)))
        }
        return entries
    }

    /// The next event inside a list or map; nil where that ends.
    private func begun() throws -> Event? {
        let event = try next()
        if case .end = event { return nil }
        return event
    }

    private func next() throws -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw fault() }
        defer { yaml_event_delete(&event) }
        line = Int(clamping: event.start_mark.line) + 1
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            try refuse(scalar.anchor, scalar.tag)
            return .text(
                String(
                    decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self))
        case YAML_SEQUENCE_START_EVENT:
            try refuse(event.data.sequence_start.anchor, event.data.sequence_start.tag)
            return .list
        case YAML_MAPPING_START_EVENT:
            try refuse(event.data.mapping_start.anchor, event.data.mapping_start.tag)
            return .map
        case YAML_ALIAS_EVENT: throw shorthand
        case YAML_DOCUMENT_START_EVENT: return .document
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT, YAML_DOCUMENT_END_EVENT: return .end
        default: return .stream
        }
    }

    private func refuse(_ anchor: UnsafeMutablePointer<UInt8>?, _ tag: UnsafeMutablePointer<UInt8>?) throws {
        if anchor != nil || tag != nil { throw shorthand }
    }
    private var shorthand: SchemeFault {
        SchemeFault(
            line: line, zh: "不能用锚点、引用和标签（& * !），请写全。",
            en: "Anchors, aliases and tags (& * !) are not taken. Write it out.")
    }

    /// Why the parser gave up. Where it could not even read the bytes it knows no line.
    private func fault() -> SchemeFault {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "?"
        let line =
            parser.pointee.error == YAML_READER_ERROR
            ? line : Int(clamping: parser.pointee.problem_mark.line) + 1
        return SchemeFault(line: line, zh: "不是合格的 YAML：\(problem)。", en: "This is no YAML: \(problem).")
    }
}
