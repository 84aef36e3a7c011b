import Store

/// A picture that somebody sends along: JPEG or PNG, cleaned of everything that tells more than the picture
/// itself, such as where and with which telephone it was taken.
package struct Photo: Sendable, Hashable {
    /// The two kinds that every telephone sends and every browser shows.
    package enum Kind: String, CaseIterable, Sendable, Bindable, Readable {
        case jpeg = "image/jpeg"
        case png = "image/png"
    }

    /// The kind, by its content and not by its name.
    package let kind: Kind
    /// The cleaned bytes.
    package let bytes: [UInt8]
    /// SHA-256 of the cleaned bytes, in hexadecimal: what the log keeps of it.
    package let hash: String

    /// The most bytes of one picture, and the most pictures sent at once.
    package static let mostBytes = 6 << 20, most = 5

    /// The most pixels along a side, and in all: whoever looks at a picture has to unpack it.
    package static let mostSide = 12_000, mostPixels = 60_000_000

    /// Reads and cleans a picture; throws `Refusal.invalid` if it is none, is cut off or is too large.
    package init(_ sent: [UInt8]) throws {
        guard sent.count <= Self.mostBytes else {
            throw Refusal.invalid(
                "photo", zh: "照片超过 6 MB，请拍小一点再传。", en: "The photo is over 6 MB. Please send a smaller one.")
        }
        let found: (Kind, (bytes: [UInt8], width: Int, height: Int)?) =
            if sent.starts(with: [0xFF, 0xD8, 0xFF]) {
                (.jpeg, Self.cleanedJPEG(sent))
            } else if sent.starts(with: Self.pngMark) {
                (.png, Self.cleanedPNG(sent))
            } else {
                throw Refusal.invalid(
                    "photo", zh: "只收 JPEG 或 PNG 照片。手机上请选“最佳兼容”格式。",
                    en: "Only JPEG and PNG photos are taken. On a phone choose the most compatible format.")
            }
        guard let (bytes, width, height) = found.1, width > 0, height > 0 else {
            throw Refusal.invalid(
                "photo", zh: "这张照片不完整，请再传一次。", en: "This photo is damaged or cut off. Please send it again.")
        }
        guard max(width, height) <= Self.mostSide, width * height <= Self.mostPixels else {
            throw Refusal.invalid(
                "photo", zh: "照片有 \(width)×\(height) 点，太大了，请拍小一点再传。",
                en: "The photo has \(width) × \(height) points. Please send a smaller one.")
        }
        (kind, self.bytes, hash) = (found.0, bytes, digest(bytes).hex)
    }

    // MARK: JPEG (ITU T.81): segments with their lengths, then the picture

    /// Keeps what is needed to draw it: of the application's own segments only JFIF, colour and the way it is
    /// held.
    private static func cleanedJPEG(_ sent: [UInt8]) -> (bytes: [UInt8], width: Int, height: Int)? {
        var (out, index): ([UInt8], Int) = ([0xFF, 0xD8], 2)
        var size: (width: Int, height: Int)?
        while index + 4 <= sent.count {
            guard sent[index] == 0xFF else { return nil }
            let marker = sent[index + 1]
            if marker == 0xFF {
                index += 1
                continue
            }
            let length = Int(sent[index + 2]) << 8 | Int(sent[index + 3])
            let end = index + 2 + length
            guard length >= 2, end <= sent.count else { return nil }
            switch marker {
            case 0xDA:
                // Picture, until a mark that is neither a stuffed byte nor a restart: the end, or what stands
                // before the next scan. What a telephone hides behind the end, often a second picture with
                // its own place, is dropped.
                guard
                    let next = (end..<max(end, sent.count - 1)).first(where: {
                        sent[$0] == 0xFF && !isInsidePicture(sent[$0 + 1])
                    })
                else { return nil }
                out += sent[index..<next]
                guard let size else { return nil }
                if sent[next + 1] == 0xD9 { return (out + [0xFF, 0xD9], size.width, size.height) }
                index = next
                continue
            // The frame, of which a picture has one: precision, height, width.
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                guard size == nil, length >= 8 else { return nil }
                size = (
                    Int(sent[index + 7]) << 8 | Int(sent[index + 8]),
                    Int(sent[index + 5]) << 8 | Int(sent[index + 6])
                )
                out += sent[index..<end]
            case 0xE1: if let turn = orientation(sent[(index + 4)..<end]), turn != 1 { out += exif(turn) }
            case 0xE3...0xED, 0xEF, 0xFE: break
            default: out += sent[index..<end]
            }
            index = end
        }
        return nil
    }

    private static func isInsidePicture(_ mark: UInt8) -> Bool {
        mark == 0x00 || mark == 0xFF || (0xD0...0xD7).contains(mark)
    }

    /// How the telephone was held (1–8), from the segment that also tells the place (Exif 2.3, tag 0x0112);
    /// nil if it is not told.
    private static func orientation(_ segment: ArraySlice<UInt8>) -> UInt8? {
        let bytes = Array(segment)
        guard bytes.starts(with: Array("Exif\0\0".utf8)), bytes.count >= 14 else { return nil }
        let isLittle = bytes[6] == 0x49
        func short(_ at: Int) -> Int? {
            guard at + 1 < bytes.count else { return nil }
            return isLittle
                ? Int(bytes[at]) | Int(bytes[at + 1]) << 8 : Int(bytes[at]) << 8 | Int(bytes[at + 1])
        }
        guard let high = short(isLittle ? 12 : 10), let low = short(isLittle ? 10 : 12) else { return nil }
        let directory = 6 + (high << 16 | low)
        guard let count = short(directory), count < 200 else { return nil }
        for entry in 0..<count where short(directory + 2 + entry * 12) == 0x0112 {
            return short(directory + 10 + entry * 12).flatMap { (1...8).contains($0) ? UInt8($0) : nil }
        }
        return nil
    }

    /// A segment that tells only how the telephone was held.
    private static func exif(_ turn: UInt8) -> [UInt8] {
        [0xFF, 0xE1, 0, 34] + Array("Exif\0\0MM".utf8) + [
            0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0, 0, 0, 0, 0,
        ]
    }

    // MARK: PNG (ISO 15948): chunks with their lengths

    private static let pngMark: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let pngKept: Set<String> = [
        "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD", "pHYs",
    ]

    private static func cleanedPNG(_ sent: [UInt8]) -> (bytes: [UInt8], width: Int, height: Int)? {
        var (out, index) = (pngMark, 8)
        var (size, hasPicture) = (nil as (width: Int, height: Int)?, false)
        func number(_ at: Int) -> Int { sent[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
        while index + 12 <= sent.count {
            let length = number(index)
            let end = index + 12 + length
            guard end <= sent.count else { return nil }
            let name = String(decoding: sent[(index + 4)..<(index + 8)], as: UTF8.self)
            // The header comes first, and once.
            guard (size == nil) == (name == "IHDR") else { return nil }
            if name == "IHDR" {
                guard length == 13 else { return nil }
                size = (number(index + 8), number(index + 12))
            }
            if name == "IDAT" { hasPicture = true }
            if pngKept.contains(name) { out += sent[index..<end] }
            if name == "IEND" { return size.flatMap { hasPicture ? (out, $0.width, $0.height) : nil } }
            index = end
        }
        return nil
    }
}
