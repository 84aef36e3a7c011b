import Foundation
import Governance
import Store
import Testing

/// Pictures made byte by byte, as telephones would send them.
enum Picture {
    /// A PNG with a note of its place in it.
    static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        + chunk("IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])
        + chunk("tEXt", Array("GPS=34.66,112.43".utf8))
        + chunk("IDAT", [0x78, 0x9C, 0x63, 0x60, 0, 0, 0, 2, 0, 1]) + chunk("IEND", [])
    /// A JPEG that was held on its side, with place and make in it.
    static let jpeg: [UInt8] =
        [0xFF, 0xD8] + segment(0xE0, Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 0, 0])
        + segment(
            0xE1,
            Array("Exif\0\0II".utf8) + [
                42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0,
            ] + Array("GPS 34.66".utf8))
        + segment(0xFE, Array("made by a telephone".utf8)) + segment(0xDB, [UInt8](repeating: 1, count: 65))
        + segment(0xC0, [8, 0, 1, 0, 1, 1, 1, 0x11, 0]) + segment(0xDA, [1, 1, 0, 0, 63, 0])
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
    private func contains(_ bytes: [UInt8], _ text: String) -> Bool {
        Data(bytes).range(of: Data(text.utf8)) != nil
    }

    @Test func `place, make and notes are taken out, and how it was held stays`() throws {
        let png = try Photo(Picture.png)
        #expect(png.kind == .png && !contains(png.bytes, "GPS") && contains(png.bytes, "IDAT"))
        let jpeg = try Photo(Picture.jpeg)
        #expect(jpeg.kind == .jpeg && !contains(jpeg.bytes, "GPS") && !contains(jpeg.bytes, "telephone"))
        #expect(
            Data(jpeg.bytes).range(of: Data([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6])) != nil, "the orientation")
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
            for length in 0..<whole.count {
                #expect(throws: Refusal.self) { try Photo(Array(whole.prefix(length))) }
            }
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
            var answers = FormInput(["done": "换好了"])
            answers.photos = [photo]
            _ = try Cases.perform(.handle, on: item.id, with: answers, by: actor, at: now, in: books)
        }
        let line = try #require(
            try await world.history(of: item.subject).last)
        let id = try #require(Attachments.identities(in: line.details["photos"] ?? "").first)
        #expect(line.details["photos"] == "\(id):\(photo.hash)")
        #expect(
            try await world.look("checker") { try CasePhotos.show(id, by: $0, in: $1).bytes } == photo.bytes)
        #expect(
            try await outcome {
                _ = try await world.look("wy2head") { try CasePhotos.show(id, by: $0, in: $1).bytes }
            } == "not found")
    }

    @Test(arguments: [(nil, false), ("1", true)] as [(String?, Bool)])
    func `the unit sees a protected complainant's photo only if whoever filed it says so`(
        _ answer: String?, _ isShown: Bool
    ) async throws {
        let world = try await World()
        let photo = try Photo(Picture.png)
        let item = try await world.report("物业没打扫", source: .resident, by: "visitor") {
            ($0.name, $0.phone, $0.isConfidential, $0.photos) = ("赵举报", "13912345678", true, [photo])
        }
        var answers = ["category": "property.cleaning", "territory": World.g11, "finding": "属实"]
        answers["shown_photos"] = answer
        try await world.perform(.file, item.id, answers, by: "dispatcher")
        _ = try await world.dispatch(item.id, to: "wy", "wyworker")
        func photos(_ login: String) async throws -> (
            listed: Int, told: String, id: ID<Governance.Attachment>?
        ) {
            try await world.look(login) { actor, books in
                let item = try Cases.find(item.id, by: actor, in: books)
                let told = try Cases.history(of: item, for: actor, in: books).compactMap {
                    $0.details["photos"]
                }.joined()
                let all = try CasePhotos.all(of: item, for: actor, in: books)
                return (all.count, told, all.first?.id)
            }
        }
        let id = try #require(try await photos("dispatcher").id)
        let seen = try await photos("wyworker")
        #expect(seen.listed == (isShown ? 1 : 0) && seen.told.isEmpty == !isShown)
        let result = try await outcome {
            _ = try await world.look("wyworker") { try CasePhotos.show(id, by: $0, in: $1) }
        }
        #expect(result == (isShown ? "done" : "not found"), "\(result)")
        #expect(
            try await world.look("dispatcher") { try CasePhotos.show(id, by: $0, in: $1).bytes }
                == photo.bytes)
    }

    @Test
    func
        `a merged report does not show whoever handles the matter a photo of a complainant who is protected`()
        async throws
    {
        let (world, photo) = (try await World(), try Photo(Picture.png))
        let target = try await world.dispatch(world.filed().id, to: "c1", "lead1")
        let item = try await world.report("第一社区没打扫", source: .resident, by: "visitor") {
            ($0.name, $0.isConfidential, $0.territory, $0.photos) = ("赵举报", true, World.c1, [photo])
        }
        let id = try #require(
            try await world.look { try CasePhotos.all(of: item, for: World.clockwork, in: $1) }.first?.id)
        try await world.perform(.merge, item.id, ["into": target.number], by: "dispatcher")
        #expect(
            try await outcome {
                _ = try await world.look("lead1") { try CasePhotos.show(id, by: $0, in: $1) }
            } == "not found")
        #expect(
            try await outcome {
                _ = try await world.look("dispatcher") { try CasePhotos.show(id, by: $0, in: $1) }
            } == "done")
    }

    @Test func `a picture that was changed behind the program's back is not shown as what was sent`()
        async throws
    {
        let world = try await World()
        let photo = try Photo(Picture.png)
        let item = try await world.report("路灯不亮", source: .resident, by: "visitor") { $0.photos = [photo] }
        let id = try #require(
            try await world.look { try CasePhotos.all(of: item, for: World.clockwork, in: $1) }.first?.id)
        #expect(
            try await world.look("dispatcher") { try CasePhotos.show(id, by: $0, in: $1).bytes }
                == photo.bytes)
        try await world.office.database.write {
            _ = try $0.run(
                "UPDATE attachment_content SET bytes = \(Picture.jpeg) WHERE county = \(World.county)")
        }
        await #expect(throws: StoreError.self) {
            try await world.look("dispatcher") { try CasePhotos.show(id, by: $0, in: $1) }
        }
    }

    @Test func `a step that takes no photos refuses them, and nothing is kept`() async throws {
        let world = try await World()
        let item = try await world.handling()
        let now = world.now
        let result = try await outcome {
            try await world.act("wyworker") { actor, books in
                var answers = FormInput(["reason": "不归我们"])
                answers.photos = [try Photo(Picture.png)]
                _ = try Cases.perform(.giveBack, on: item.id, with: answers, by: actor, at: now, in: books)
            }
        }
        #expect(result == "invalid photo")
        #expect(try await world.look { try CasePhotos.all(of: item, for: World.clockwork, in: $1) } == [])
    }

    @Test func `a category that asks for a photo is not reported handled without one`() async throws {
        let world = try await World()
        try await world.office.database.write {
            _ = try $0.run("UPDATE category SET photo_required = 1 WHERE county = \(World.county)")
        }
        let item = try await world.handling()
        #expect(
            try await outcome { try await world.perform(.handle, item.id, ["done": "好了"], by: "wyworker") }
                == "invalid photo")
    }
}
