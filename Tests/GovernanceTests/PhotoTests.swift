import Foundation
import Governance
import Store
import Testing

/// Pictures made byte by byte, as telephones would send them.
enum Picture {
    /// A PNG with a note of its place in it.
    static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])
        + chunk("tEXt", Array("GPS=34.66,112.43".utf8)) + chunk("IDAT", [0x78, 0x9C, 0x63, 0x60, 0, 0, 0, 2, 0, 1]) + chunk("IEND", [])
    /// A JPEG that was held on its side, with place and make in it.
    static let jpeg: [UInt8] =
        [0xFF, 0xD8] + segment(0xE0, Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 0, 0])
        + segment(0xE1, Array("Exif\0\0II".utf8) + [42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0] + Array("GPS 34.66".utf8))
        + segment(0xFE, Array("made by a telephone".utf8)) + segment(0xDB, [UInt8](repeating: 1, count: 65)) + segment(0xDA, [1, 1, 0, 0, 63, 0])
        + [1, 2, 3, 0xFF, 0x00, 4, 0xFF, 0xD9]

    private static func chunk(_ name: String, _ bytes: [UInt8]) -> [UInt8] {
        [0, 0, UInt8(bytes.count >> 8), UInt8(bytes.count & 255)] + Array(name.utf8) + bytes + [0, 0, 0, 0]
    }
    private static func segment(_ marker: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [0xFF, marker, UInt8((bytes.count + 2) >> 8), UInt8((bytes.count + 2) & 255)] + bytes
    }
}

/// Photos: only what can be seen in them is kept, for those who may see the case.
struct PhotoTests {
    private func contains(_ bytes: [UInt8], _ text: String) -> Bool { Data(bytes).range(of: Data(text.utf8)) != nil }

    @Test func `place, make and notes are taken out, and how it was held stays`() throws {
        let png = try Photo(Picture.png)
        #expect(png.kind == .png && !contains(png.bytes, "GPS") && contains(png.bytes, "IDAT"))
        let jpeg = try Photo(Picture.jpeg)
        #expect(jpeg.kind == .jpeg && !contains(jpeg.bytes, "GPS") && !contains(jpeg.bytes, "telephone"))
        #expect(Data(jpeg.bytes).range(of: Data([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6])) != nil, "the orientation")
        #expect(try Photo(jpeg.bytes) == jpeg, "cleaning what is clean changes nothing")
    }

    @Test func `what a telephone hides behind the picture is dropped`() throws {
        let hidden = Picture.jpeg + Array("a film of the minute before".utf8)
        #expect(try Photo(hidden) == Photo(Picture.jpeg))
        let second = Picture.jpeg + Picture.jpeg
        #expect(try Photo(second) == Photo(Picture.jpeg), "a second picture, with its own place in it")
    }

    @Test func `whatever is no whole picture is refused and never crashes`() throws {
        #expect(throws: Refusal.self) { try Photo(Array("<svg onload=alert(1)>".utf8)) }
        #expect(throws: Refusal.self) { try Photo(Array("GIF89a".utf8)) }
        for whole in [Picture.jpeg, Picture.png] {
            for length in 0..<whole.count { #expect(throws: Refusal.self) { try Photo(Array(whole.prefix(length))) } }
            for index in whole.indices {
                for value in [UInt8(0), 0x7F, 0xFF] {
                    var broken = whole
                    broken[index] = value
                    // Either it is still a picture or it is refused.
                    do { _ = try Photo(broken) } catch is Refusal {}
                }
            }
        }
    }

    @Test func `a photo belongs to its event, and only those who see the case see it`() async throws {
        let world = try await World()
        let photo = try Photo(Picture.png)
        let item = try await world.handling()
        let now = world.now
        try await world.act("wyworker") { actor, books in
            var answers = Answers(["done": "换好了"])
            answers.photos = [photo]
            _ = try Cases.perform(.handle, on: item.id, with: answers, by: actor, at: now, in: books)
        }
        let line = try #require(try await world.look { try Log.history(of: item.subject, county: World.county, in: $1) }.last)
        let id = try #require(Attachments.identities(in: line.details["photos"] ?? "").first)
        #expect(line.details["photos"] == "\(id):\(photo.hash)")
        #expect(try await world.look("checker") { try CasePhotos.show(id, by: $0, in: $1).bytes } == photo.bytes)
        #expect(try await outcome { _ = try await world.look("wy2head") { try CasePhotos.show(id, by: $0, in: $1).bytes } } == "not found")
    }

    @Test func `a step that takes no photos refuses them, and nothing is kept`() async throws {
        let world = try await World()
        let item = try await world.handling()
        let now = world.now
        let result = try await outcome {
            try await world.act("wyworker") { actor, books in
                var answers = Answers(["reason": "不归我们"])
                answers.photos = [try Photo(Picture.png)]
                _ = try Cases.perform(.giveBack, on: item.id, with: answers, by: actor, at: now, in: books)
            }
        }
        #expect(result == "invalid photo")
        #expect(try await world.look { try Attachments.of(item.subject, county: World.county, in: $1) } == [])
    }

    @Test func `a category that asks for a photo is not reported handled without one`() async throws {
        let world = try await World()
        try await world.office.database.write { _ = try $0.run("UPDATE category SET photo_required = 1 WHERE county = \(World.county)") }
        let item = try await world.handling()
        #expect(try await outcome { try await world.perform(.handle, item.id, ["done": "好了"], by: "wyworker") } == "invalid photo")
    }
}
