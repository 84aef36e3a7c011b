import Foundation
import Governance
import Hummingbird
import Testing

/// Photos through the doors: a form with files, the picture back, and nobody else's.
struct PhotoPageTests {
    /// The smallest thing that passes for a picture.
    static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        + chunk("IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]) + chunk("IDAT", []) + chunk("IEND", [])
    private static func chunk(_ name: String, _ bytes: [UInt8]) -> [UInt8] {
        [0, 0, 0, UInt8(bytes.count)] + Array(name.utf8) + bytes + [0, 0, 0, 0]
    }

    /// A form with files as a browser sends it.
    private func form(_ fields: [String: String], photos: [[UInt8]]) -> (headers: HTTPFields, body: [UInt8]) {
        var body: [UInt8] = []
        for (name, value) in fields {
            body += Array(
                "--frontier\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        for photo in photos {
            body += Array(
                """
                --frontier\r\nContent-Disposition: form-data; name="photo"; \
                filename="a.png"\r\nContent-Type: image/png\r\n\r\n
                """
                .utf8)
            body += photo + Array("\r\n".utf8)
        }
        body += Array("--frontier--\r\n".utf8)
        return ([.contentType: "multipart/form-data; boundary=frontier"], body)
    }

    @Test func `a worker's photo comes back as it was sent, to those who may see the case and nobody else`()
        async throws
    {
        let town = try await Town.settled()
        try await town.open { browser in
            let worker = try await town.secret("grid11")
            let sent = form(
                [
                    "source": "patrol", "body": "井盖破了", "territory": "41030500600101",
                    "form_token": worker.formToken,
                ], photos: [Self.png])
            let made = try await browser.holding(worker).send(
                .post, "/cases", headers: sent.headers, body: sent.body)
            #expect(made.status == 303, "\(made.text.prefix(400))")
            let page = try await browser.holding(worker).get(made.location)
            let path = try #require(page.text.firstMatch(of: #/src="(/photos/\w{26})"/#)).1
            let picture = try await browser.holding(worker).get(String(path))
            #expect(picture.status == 200)
            #expect(picture.headers[.contentType] == "image/png")
            #expect(picture.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
            #expect(try await browser.holding(town.secret("grid21")).get(String(path)).status == 404)
            #expect(try await browser.get(String(path)).status != 200)
        }
    }

    @Test
    func
        `a resident's report with something that is no photo is refused with the reason and keeps what was written`()
        async throws
    {
        let town = try await Town.settled()
        try await town.open { browser in
            let sent = form(["body": "路灯不亮三天了"], photos: [Array("<html>".utf8)])
            let answer = try await browser.send(.post, "/report", headers: sent.headers, body: sent.body)
            #expect(answer.status == 422)
            #expect(answer.text.contains("JPEG") && answer.text.contains("路灯不亮三天了"))
        }
    }

    @Test func `a program sends photos with a verb and lists them`() async throws {
        let town = try await Town.settled()
        try await town.open { browser in
            let program = browser.program(try await town.secret("dispatcher"))
            let sent = form(["source": "hotline", "body": "楼道堆物"], photos: [Self.png])
            let made = try await program.send(.post, "/api/v1/cases", headers: sent.headers, body: sent.body)
            #expect(made.status == 201, "\(made.text)")
            let id = try #require(try made.json()["id"]?.stringValue)
            let list = try await program.get("/api/v1/cases/\(id)/photos")
            #expect(list.text.contains("\"media_type\":\"image/png\""), "\(list.text)")
        }
    }
}
