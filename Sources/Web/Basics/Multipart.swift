import Foundation
import Governance
import Hummingbird
import NIOFoundationEssentialsCompat

/// `multipart/form-data` (RFC 7578): no package for it is to be had. Reads the whole body within a limit,
/// looks at each byte a bounded number of times, and takes a bounded number of parts: the body of a stranger
/// must not cost more than its size.
enum Multipart {
    /// The fields and the files of a form, by name.
    struct Upload: Sendable { var fields: [String: String] = [:], files: [String: [Data]] = [:] }

    /// The most parts of a form, and the most bytes of a part's head and of a field that is not a file.
    static let mostParts = 100, mostHead = 8 << 10, mostText = 1 << 20

    static func read(_ request: Request, limit: Int) async throws -> Upload {
        guard let type = request.headers[.contentType], let mark = type.range(of: "boundary=") else {
            throw unbounded
        }
        let boundary = type[mark.upperBound...].prefix { $0 != ";" }.trimmingCharacters(
            in: CharacterSet(charactersIn: "\" "))
        guard (1...70).contains(boundary.utf8.count) else { throw unbounded }
        let body: Data
        do { body = Data(buffer: try await request.body.collect(upTo: limit)) } catch {
            throw TooLarge(limit: limit)
        }
        return try await Aside.run { try parse(body, boundary: boundary) }
    }

    /// Splits a body into its parts. Throws `Refusal.invalid` if it is cut off or has too many.
    static func parse(_ body: Data, boundary: String) throws -> Upload {
        let delimiter = [UInt8]("\r\n--\(boundary)".utf8)
        return try [UInt8](body).withUnsafeBytes { bytes in
            var upload = Upload()
            // The first delimiter may stand at the very beginning, without the line's end before it.
            let first = delimiter.dropFirst(2).withUnsafeBytes {
                begins(bytes, at: 0, with: $0) ? delimiter.count - 2 : nil
            }
            guard var start = first ?? next(delimiter, in: bytes, from: 0)?.upperBound else { throw cutOff }
            var parts = 0
            while !ends(bytes, at: start) {
                parts += 1
                guard parts <= mostParts else { throw tooManyParts }
                guard let end = next(delimiter, in: bytes, from: start) else { throw cutOff }
                try take(UnsafeRawBufferPointer(rebasing: bytes[start..<end.lowerBound]), into: &upload)
                start = end.upperBound
            }
            return upload
        }
    }

    private static func take(_ part: UnsafeRawBufferPointer, into upload: inout Upload) throws {
        let window = UnsafeRawBufferPointer(rebasing: part.prefix(mostHead))
        guard let gap = next(Array("\r\n\r\n".utf8), in: window, from: 0) else {
            guard part.count <= mostHead else { throw TooLarge(limit: mostHead) }
            return
        }
        let head = String(decoding: part[..<gap.lowerBound], as: UTF8.self)
        guard let name = parameter("name", of: head) else { return }
        let content = part[gap.upperBound...]
        if parameter("filename", of: head) != nil {
            upload.files[name, default: []].append(Data(content))
        } else {
            guard content.count <= mostText else { throw TooLarge(limit: mostText) }
            upload.fields[name] = String(decoding: content, as: UTF8.self)
        }
    }

    /// The next place of a mark that begins with a carriage return. A boundary has none inside, so that two
    /// attempts never compare the same bytes twice.
    private static func next(_ mark: [UInt8], in bytes: UnsafeRawBufferPointer, from start: Int) -> Range<
        Int
    >? {
        guard let base = bytes.baseAddress else { return nil }
        return mark.withUnsafeBytes { mark in
            var from = start
            while from < bytes.count, let found = memchr(base + from, 0x0D, bytes.count - from) {
                let at = UnsafeRawPointer(found) - base
                if begins(bytes, at: at, with: mark) { return at..<(at + mark.count) }
                from = at + 1
            }
            return nil
        }
    }

    private static func begins(
        _ bytes: UnsafeRawBufferPointer, at place: Int, with mark: UnsafeRawBufferPointer
    ) -> Bool {
        guard bytes.count - place >= mark.count, let base = bytes.baseAddress, let sought = mark.baseAddress
        else { return false }
        return memcmp(base + place, sought, mark.count) == 0
    }

    /// Whether the delimiter before this place was the last: two hyphens follow it.
    private static func ends(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Bool {
        bytes.count - place >= 2 && bytes[place] == UInt8(ascii: "-") && bytes[place + 1] == UInt8(ascii: "-")
    }

    private static let unbounded = Refusal.invalid("file", zh: "上传的格式不对。", en: "The upload has no boundary.")
    private static let cutOff = Refusal.invalid(
        "file", zh: "上传中断了，请再传一次。", en: "The upload was cut off. Please send it again.")
    private static let tooManyParts = Refusal.invalid(
        "file", zh: "一次最多提交 \(mostParts) 项。", en: "A form has at most \(mostParts) parts.")

    private static func parameter(_ name: String, of head: String) -> String? {
        guard let mark = head.range(of: "\(name == "name" ? " " : "")\(name)=\"") else { return nil }
        return head[mark.upperBound...].split(separator: "\"", maxSplits: 1, omittingEmptySubsequences: false)
            .first.map(String.init)
    }
}
