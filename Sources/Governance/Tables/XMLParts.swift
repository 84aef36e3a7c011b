import CExpat
import CZip
import Foundation
import Glibc

/// A zip container whose parts are XML, read piece by piece. Throws `Refusal.invalid` in words for whoever
/// sent the file.
final class XMLParts {
    private let archive: OpaquePointer
    private let kept: Data?
    /// What is left of the limits.
    private(set) var limits: ReadingLimits?
    /// How many bytes the container itself has: what it says of its parts is anybody's word.
    private let size: UInt64
    /// The most that one part may unpack to, in bytes: 200,000 rows of a register take a quarter of it; and
    /// the most parts.
    private static let limit: UInt64 = 1 << 30, mostParts: Int64 = 10_000

    /// Whether so many bytes out of so many packed ones are more than a sheet has: it packs seven to fifteen
    /// times tighter; what packs far tighter is made to burst.
    static func isTooLarge(_ unpacked: UInt64, packed: UInt64) -> Bool {
        unpacked > limit || unpacked > 64 << 20 && unpacked / max(1, packed) > 30
    }

    /// Opens a container.
    init(_ source: TableSource, within limits: ReadingLimits? = nil) throws {
        self.limits = limits
        var code: Int32 = 0
        switch source {
        case .file(let url):
            kept = nil
            var info = stat()
            size = stat(url.path, &info) == 0 ? UInt64(max(0, info.st_size)) : 0
            guard let opened = zip_open(url.path, Int32(ZIP_RDONLY), &code) else { throw Self.unreadable }
            archive = opened
        case .memory(let data):
            kept = data
            size = UInt64(data.count)
            // The bytes are copied: the container outlives this call, a pointer into `Data` would not.
            guard let copy = malloc(max(1, data.count)) else { throw Refusal.busy }
            data.copyBytes(to: copy.assumingMemoryBound(to: UInt8.self), count: data.count)
            guard let source = zip_source_buffer_create(copy, UInt64(data.count), 1, nil) else {
                free(copy)
                throw Self.unreadable
            }
            guard let opened = zip_open_from_source(source, Int32(ZIP_RDONLY), nil) else {
                zip_source_free(source)
                throw Self.unreadable
            }
            archive = opened
        }
        guard zip_get_num_entries(archive, 0) <= Self.mostParts else { throw Self.tooLarge }
    }
    deinit { zip_discard(archive) }

    static var unreadable: Refusal {
        .invalid(
            "file", zh: "这个 XLSX 文件打不开，可能没有传完整。请在表格软件里重新另存一次。",
            en:
                """
                This XLSX file cannot be opened; perhaps it is not whole. Save it again in your \
                spreadsheet program.
                """
        )
    }

    /// Whether there is a part of that name.
    func has(_ name: String) -> Bool { zip_name_locate(archive, name, 0) >= 0 }

    /// Walks one part. `start` hears of each element with its attributes, `end` of its end with the text
    /// since the last tag.
    func walk(
        _ name: String, start: (_ element: XMLName, _ attributes: Attributes) throws -> Void,
        end: (_ element: XMLName, _ text: [UInt8]) throws -> Void = { _, _ in }
    ) throws {
        var stat = zip_stat_t()
        guard zip_stat(archive, name, 0, &stat) == 0 else { throw Self.unreadable }
        guard stat.encryption_method == UInt16(ZIP_EM_NONE) else { throw Self.locked }
        let packed = min(stat.comp_size, size)
        guard !Self.isTooLarge(stat.size, packed: packed) else { throw Self.tooLarge }
        guard let file = zip_fopen(archive, name, 0) else { throw Self.unreadable }
        defer { zip_fclose(file) }
        var unpacked: UInt64 = 0
        try withoutActuallyEscaping(start) { start in
            try withoutActuallyEscaping(end) { end in
                let limits = limits
                let elements = try XMLWalk.run(
                    XMLWalk(start: start, end: end, mostElements: limits?.elements ?? .max)
                ) { room in
                    try limits?.needTime()
                    let count = zip_fread(file, room.baseAddress, UInt64(room.count))
                    guard count >= 0 else { throw Self.unreadable }
                    // Counted as it comes: a part may unpack to more than it says.
                    unpacked += UInt64(count)
                    guard !Self.isTooLarge(unpacked, packed: packed) else { throw Self.tooLarge }
                    return Int(count)
                }
                self.limits?.use(elements: elements)
            }
        }
    }

    static var locked: Refusal {
        .invalid(
            "file", zh: "文件有密码，系统打不开。请去掉密码、另存为 .xlsx 再传。",
            en: "The file has a password. Take it off, save it as .xlsx and send it again.")
    }
    static var tooLarge: Refusal {
        .invalid(
            "file", zh: "文件解开后太大（超过 1 GB，或者大得不正常），没有读。请拆成几个文件。",
            en:
                """
                The file unpacks to more than 1 GB, or to far more than a sheet does, and was not read. \
                Please split it.
                """
        )
    }
}

/// The name of an element or attribute, whatever its prefix.
struct XMLName {
    private let start: UnsafePointer<CChar>, count: Int

    init(_ whole: UnsafePointer<CChar>) {
        var (start, end) = (whole, whole)
        while end[0] != 0 {
            if end[0] == 0x3A { start = end + 1 }
            end += 1
        }
        (self.start, count) = (start, end - start)
    }

    static func == (found: XMLName, name: StaticString) -> Bool {
        found.count == name.utf8CodeUnitCount && memcmp(found.start, name.utf8Start, found.count) == 0
    }
}

/// The attributes of an element, as the parser hands them over: name, value, name, value …
struct Attributes {
    let pairs: UnsafeMutablePointer<UnsafePointer<CChar>?>?

    /// The value of an attribute, compared without a prefix; nil if it is not there.
    subscript(name: StaticString) -> UnsafePointer<CChar>? {
        guard let pairs else { return nil }
        var index = 0
        while let found = pairs[index] {
            if XMLName(found) == name { return pairs[index + 1] }
            index += 2
        }
        return nil
    }
    func text(_ name: StaticString) -> String? { self[name].map { String(cString: $0) } }
}

/// One walk of the parser, and the first thing that went wrong in it. The parser holds a pointer to it: an
/// object would cost a count of its owners and a check of access for each of millions of elements.
private struct XMLWalk {
    private let start: (XMLName, Attributes) throws -> Void, end: (XMLName, [UInt8]) throws -> Void
    private var text: [UInt8] = [], failure: (any Error)?
    /// How deep it is, how many elements there were, and how many bytes were handed over since anything was
    /// heard: the parser looks at the whole of an unfinished tag again with every piece.
    private var depth = 0, elements = 0, unheard = 0
    /// The most levels, bytes of one cell, and bytes in which nothing is heard. A sheet has six levels, a
    /// cell 32,767 characters.
    private static let mostDepth = 100, mostText = 1 << 20, mostUnheard = 4 << 20
    private let mostElements: Int
    private var parser: XML_Parser?

    init(
        start: @escaping (XMLName, Attributes) throws -> Void,
        end: @escaping (XMLName, [UInt8]) throws -> Void, mostElements: Int
    ) {
        (self.start, self.end, self.mostElements) = (start, end, mostElements)
    }

    /// Walks what `more` writes into the room it is given, until it answers that there is nothing left.
    /// Answers how many elements there were.
    static func run(_ walk: XMLWalk, _ more: (UnsafeMutableRawBufferPointer) throws -> Int) throws -> Int {
        guard let parser = XML_ParserCreate(nil) else { throw Refusal.busy }
        let place = UnsafeMutablePointer<XMLWalk>.allocate(capacity: 1)
        place.initialize(to: walk)
        place.pointee.parser = parser
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer {
            XML_ParserFree(parser)
            place.deinitialize(count: 1)
            place.deallocate()
            room.deallocate()
        }
        XML_SetUserData(parser, place)
        XML_SetElementHandler(
            parser, { XMLWalk.of($0).pointee.started($1, $2) }, { XMLWalk.of($0).pointee.ended($1) })
        XML_SetCharacterDataHandler(parser) { XMLWalk.of($0).pointee.heard($1, $2) }
        // A spreadsheet has no document type: with one come entities that grow.
        XML_SetStartDoctypeDeclHandler(parser) { user, _, _, _, _ in
            XMLWalk.of(user).pointee.fail(XMLParts.unreadable)
        }
        while true {
            let count = try more(room)
            place.pointee.unheard += count
            guard place.pointee.unheard <= mostUnheard else { throw XMLParts.unreadable }
            let status = XML_Parse(
                parser, room.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(count),
                count == 0 ? 1 : 0)
            if let failure = place.pointee.failure { throw failure }
            guard status == XML_STATUS_OK else { throw XMLParts.unreadable }
            if count == 0 { return place.pointee.elements }
        }
    }

    private static func of(_ user: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<XMLWalk> {
        guard let user else { preconditionFailure("the parser forgot whom it calls") }
        return user.assumingMemoryBound(to: XMLWalk.self)
    }
    private mutating func fail(_ error: any Error) {
        if failure == nil { failure = error }
        XML_StopParser(parser, 0)
    }
    private mutating func started(
        _ name: UnsafePointer<CChar>?, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?
    ) {
        if !text.isEmpty { text.removeAll(keepingCapacity: true) }
        (depth, elements, unheard) = (depth + 1, elements + 1, 0)
        guard let name, failure == nil else { return }
        guard depth <= Self.mostDepth else { return fail(XMLParts.unreadable) }
        guard elements <= mostElements else { return fail(ReadingLimits.tooMany) }
        do { try start(XMLName(name), Attributes(pairs: attributes)) } catch { fail(error) }
    }
    private mutating func ended(_ name: UnsafePointer<CChar>?) {
        (depth, unheard) = (depth - 1, 0)
        guard let name, failure == nil else { return }
        do { try end(XMLName(name), text) } catch { fail(error) }
        if !text.isEmpty { text.removeAll(keepingCapacity: true) }
    }
    private mutating func heard(_ bytes: UnsafePointer<CChar>?, _ count: Int32) {
        guard let bytes, failure == nil else { return }
        unheard = 0
        guard text.count + Int(count) <= Self.mostText else { return fail(XMLParts.tooLarge) }
        bytes.withMemoryRebound(to: UInt8.self, capacity: Int(count)) {
            text.append(contentsOf: UnsafeBufferPointer(start: $0, count: Int(count)))
        }
    }
}
