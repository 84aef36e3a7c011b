import Foundation
import Governance
import Hummingbird
import NIOFoundationEssentialsCompat

/// `multipart/form-data` (RFC 7578): no package for it is to be had. Reads the whole body within a limit.
enum Multipart {
    /// The fields and the files of a form, by name.
    struct Upload { var fields: [String: String] = [:], files: [String: [Data]] = [:] }

    static func read(_ request: Request, limit: Int) async throws -> Upload {
        guard let type = request.headers[.contentType], let mark = type.range(of: "boundary=") else {
            throw Refusal.invalid("file", zh: "上传的格式不对。", en: "The upload has no boundary.")
        }
        let boundary = type[mark.upperBound...].prefix { $0 != ";" }.trimmingCharacters(in: CharacterSet(charactersIn: "\" "))
        guard (1...70).contains(boundary.utf8.count) else {
            throw Refusal.invalid("file", zh: "上传的格式不对。", en: "The upload has no boundary.")
        }
        let body: Data
        do { body = Data(buffer: try await request.body.collect(upTo: limit)) } catch { throw TooLarge(limit: limit) }
        return try parse(body, boundary: boundary)
    }

    /// Splits a body into its parts. Throws `Refusal.invalid` if it is cut off.
    static func parse(_ body: Data, boundary: String) throws -> Upload {
        let delimiter = Data("\r\n--\(boundary)".utf8)
        let whole = Data("\r\n".utf8) + body
        var upload = Upload()
        guard var start = whole.range(of: delimiter)?.upperBound else { throw cutOff }
        while true {
            if whole[start...].starts(with: Data("--".utf8)) { return upload }
            guard let end = whole.range(of: delimiter, in: start..<whole.endIndex) else { throw cutOff }
            let part = whole[start..<end.lowerBound]
            if let gap = part.range(of: Data("\r\n\r\n".utf8)) {
                let head = String(decoding: part[part.startIndex..<gap.lowerBound], as: UTF8.self)
                let content = Data(part[gap.upperBound...])
                if let name = parameter("name", of: head) {
                    if parameter("filename", of: head) != nil {
                        upload.files[name, default: []].append(content)
                    } else {
                        upload.fields[name] = String(decoding: content, as: UTF8.self)
                    }
                }
            }
            start = end.upperBound
        }
    }

    private static let cutOff = Refusal.invalid("file", zh: "上传中断了，请再传一次。", en: "The upload was cut off. Please send it again.")

    private static func parameter(_ name: String, of head: String) -> String? {
        guard let mark = head.range(of: "\(name == "name" ? " " : "")\(name)=\"") else { return nil }
        return head[mark.upperBound...].split(separator: "\"", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init)
    }
}
