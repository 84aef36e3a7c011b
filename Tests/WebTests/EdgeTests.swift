import Foundation
import Governance
import HTTPTypes
import Hummingbird
import Synchronization
import Testing

@testable import Web

@Suite(.serialized) struct `The edge of the server costs a stranger more than it costs the server` {
    @Test func `a return address leads to a path of this site and nowhere else`() async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            for back in [
                "/%09/evil.example", "/%0A/evil.example", "/%0D/evil.example", "//evil.example",
                "/%5Cevil.example", "%09//evil.example", "/%7F/evil.example",
                "https:x", "",
            ] {
                #expect(try await browser.get("/look?lang=en&back=\(back)").location == "/", "\(back)")
            }
            #expect(try await browser.get("/look?lang=en&back=%2Fcases%3Fq%3D1").location == "/cases?q=1")
        }
    }

    @Test
    func `a body of delimiters is refused at its hundredth part, and near-delimiters cost one look each`()
        throws
    {
        let clock = ContinuousClock()
        let many = Data(String(repeating: "--x\r\n", count: 1_000_000).utf8)
        let boundary = String(repeating: "x", count: 70)
        let near = Data(
            ("--\(boundary)\r\n\r\n" + String(repeating: "\r\n--\(boundary.dropLast())", count: 70_000)).utf8)
        let took = clock.measure {
            #expect(throws: Refusal.self) { try Multipart.parse(many, boundary: "x") }
            #expect(throws: Refusal.self) { try Multipart.parse(near, boundary: boundary) }
        }
        #expect(took < .seconds(5))
    }

    @Test func `random small bodies are split as a plain reading of them splits`() throws {
        var chance = SystemRandomNumberGenerator()
        let pieces = [
            "--x", "\r\n", "--", "a", "\r\n\r\n", "Content-Disposition: form-data; name=\"f\"", "\r", "x",
        ]
        var read = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...14, using: &chance)).map { _ in
                pieces.randomElement(using: &chance) ?? ""
            }.joined()
            let got = try? Multipart.parse(Data(text.utf8), boundary: "x").fields
            #expect(got == Self.naive(text), "\(text.debugDescription)")
            read += got == nil ? 0 : 1
        }
        #expect(read > 100, "some of them are whole")
    }

    /// What a form of the boundary `x` says, read without any care for time; nil if it is cut off.
    private static func naive(_ text: String) -> [String: String]? {
        let parts = split(Array("\r\n\(text)".utf8), by: Array("\r\n--x".utf8))
        var fields: [String: String] = [:]
        for (index, part) in parts.enumerated().dropFirst() {
            if part.starts(with: Array("--".utf8)) { return fields }
            if index == parts.count - 1 { return nil }
            let halves = split(part, by: Array("\r\n\r\n".utf8))
            guard halves.count > 1, String(decoding: halves[0], as: UTF8.self).contains(" name=\"f\"") else {
                continue
            }
            fields["f"] = String(decoding: part.dropFirst(halves[0].count + 4), as: UTF8.self)
        }
        return nil
    }

    private static func split(_ bytes: [UInt8], by mark: [UInt8]) -> [[UInt8]] {
        var (pieces, piece, index) = ([[UInt8]](), [UInt8](), 0)
        while index < bytes.count {
            if bytes[index...].starts(with: mark) {
                pieces.append(piece)
                piece = []
                index += mark.count
            } else {
                piece.append(bytes[index])
                index += 1
            }
        }
        return pieces + [piece]
    }

    @Test func `a public door takes no more than its form needs, and counts the visit before it reads`()
        async throws
    {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let long = String(repeating: "a", count: 5 << 10)
            #expect(try await browser.post("/sign-in", ["login": "leader", "password": long]).status == 413)
            #expect(try await browser.post("/look-up", ["number": long + long + long + long]).status == 413)
            let broken: HTTPFields = [.contentType: "multipart/form-data; boundary=x"]
            for _ in 0..<10 {
                #expect(
                    try await browser.send(.post, "/report", headers: broken, body: Array("--x\r\n".utf8))
                        .status == 422)
            }
            #expect(
                try await browser.send(.post, "/report", headers: broken, body: Array("--x\r\n".utf8)).status
                    == 429)
        }
    }

    @Test func `a form of ten thousand fields is refused`() {
        #expect(throws: Refusal.self) {
            try FormText.fields(Data(String(repeating: "a=1&", count: 10_000).utf8))
        }
    }

    @Test
    func `of IPv6 a whole network is one visitor, and an IPv4 address is the same however it is written`() {
        #expect(VisitLimit.party("2001:db8:1:2::3") == VisitLimit.party("2001:db8:1:2:ffff::9"))
        #expect(VisitLimit.party("2001:db8:1:2::3") != VisitLimit.party("2001:db8:1:3::3"))
        #expect(VisitLimit.party("::ffff:192.0.2.7") == "192.0.2.7")
        #expect(VisitLimit.party("192.0.2.7") == "192.0.2.7")
    }

    @Test
    func
        `one address holds so many connections and no more, a declared proxy any number, and all together as many as there are`()
        throws
    {
        let doors = Doors(proxies: try #require(Proxies("192.0.2.1")), mostConnections: (all: 6, each: 2))
        #expect(doors.letIn("2001:db8::1") != nil)
        let second = try #require(doors.letIn("2001:db8::2"))
        #expect(doors.letIn("2001:db8::3") == nil, "the same network")
        doors.letOut(second)
        #expect(doors.letIn("2001:db8::3") != nil)
        for _ in 0..<4 { #expect(doors.letIn("::ffff:192.0.2.1") != nil) }
        #expect(doors.letIn("192.0.2.1") == nil, "six in all")
        #expect(doors.connections.count == 6)
    }

    @Test func `an answer that nobody fetched gives its line back`() throws {
        let lines = LiveLines()
        var line: HeldLine? = try HeldLine(lines, "a", each: 1, most: 1)
        #expect(throws: Refusal.self) { try HeldLine(lines, "b", each: 1, most: 1) }
        #expect(lines.count == 1)
        line?.leave()
        line = nil
        #expect(lines.count == 0, "once and not twice")
        line = try HeldLine(lines, "a", each: 1, most: 1)
        #expect(line != nil)
        line = nil
        #expect(lines.count == 0)
    }

    @Test func `a form's bytes are two hexadecimal digits and nothing like them`() throws {
        func field(_ text: String) throws -> String? { try FormText.fields(Data("a=\(text)".utf8))["a"] }
        #expect(try field("%E5%B2%97+x%2b") == "岗 x+")
        for plain in ["%", "%4", "%+5", "%-1", "%zz", "%%%"] {
            #expect(try field(plain) == plain.replacing("+", with: " "))
        }
    }

    @Test func `two long works hold neither the threads that all requests share nor each other's`()
        async throws
    {
        let (work, gate) = (LongWork(), DispatchSemaphore(value: 0))
        @Sendable func hold() { gate.wait() }
        await withTaskGroup(of: Void.self) { group in
            for person in ["a", "b"] { group.addTask { _ = try? await work.run(for: person) { hold() } } }
            // Both are held now; whatever else is asked goes on all the same.
            for number in 0..<64 { group.addTask { #expect(await Task { number }.value == number) } }
            for await _ in group.prefix(64) {}
            for _ in 0..<2 { gate.signal() }
        }
    }

    @Test func `an address that does not exist is answered in the visitor's words, with every header`()
        async throws
    {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let page = try await browser.get("/no/such/page")
            #expect(page.status == 404)
            #expect(page.text.contains("没有这个地址") && page.text.contains("<html"))
            #expect(
                page.headers[.contentSecurityPolicy] != nil && page.headers[.xContentTypeOptions] == "nosniff"
            )
            #expect(
                try await browser.speaking("en").get("/no/such/page").text.contains(
                    "There is no such address."))
            let json = try await browser.get("/api/v1/no-such-thing")
            #expect(json.status == 404)
            #expect(try json.json().at("error", "code")?.stringValue == "not_found")
            #expect(json.headers[.xContentTypeOptions] == "nosniff")
            for path in ["/a", "/b"] { _ = try await browser.get(path) }
            let lines = try await browser.get("/metrics").text.split(separator: "\n").filter {
                $0.hasPrefix("luoshi_requests_total") && $0.contains("404")
            }
            #expect(
                lines == ["luoshi_requests_total{method=\"GET\",route=\"/…\",status=\"404\"} 5"],
                "strangers do not make the counts grow")
        }
    }

    @Test func `a method that an address does not take is told with those that it takes`() async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let page = try await browser.send(.put, "/report")
            #expect(page.status == 405)
            #expect(
                Set(
                    page.headers[.allow]?.split(separator: ",").map {
                        $0.trimmingCharacters(in: .whitespaces)
                    } ?? []) == ["GET", "POST", "HEAD"])
            let json = try await browser.send(.get, "/api/v1/reports")
            #expect(json.status == 405 && json.headers[.allow] == "POST")
            #expect(try json.json().at("error", "code")?.stringValue == "wrong_method")
            #expect(
                try await browser.send(.put, "/cases/01ARZ3NDEKTSV4RRFFQ69G5FAV").headers[.allow]
                    == "GET, HEAD")
            #expect(try await browser.send(.delete, "/no/such/page").status == 404)
        }
    }

    @Test func `HEAD is answered as GET without the words`() async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            for path in ["/report", "/luoshi.css", "/healthz", "/api/v1/public"] {
                let (whole, head) = (try await browser.get(path), try await browser.send(.head, path))
                #expect(head.status == 200 && head.text.isEmpty, "\(path)")
                #expect(head.headers[.contentType] == whole.headers[.contentType], "\(path)")
            }
            #expect(try await browser.send(.head, "/today").location == "/sign-in?back=%2Ftoday")
            let leader = browser.holding(try await town.secret("leader", as: .browser))
            #expect(
                try await leader.send(.head, "/live", headers: [.accept: "text/event-stream"]).status == 200)
            #expect(town.doors.lines.count == 0, "no line is held for it")
        }
    }

    @Test func `a request that names two hosts is refused`() async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            #expect(
                try await browser.send(.get, "/report", headers: [HTTPField.Name("Host")!: "evil.example"])
                    .status == 400)
        }
    }

    @Test
    func
        `long work is done two at once and one a person; the third waits, and the threads of requests stay free`()
        async throws
    {
        let work = LongWork()
        let (begun, go) = (Begun(), DispatchSemaphore(value: 0))
        @Sendable func hold(_ name: String) async throws {
            try await work.run(for: name) {
                begun.names.withLock { $0.append(name) }
                await Self.block(go)
            }
        }
        func until(_ count: Int) async throws {
            for _ in 0..<500 where begun.names.withLock({ $0.count }) < count {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in ["a", "b"] { group.addTask { try await hold(name) } }
            try await until(2)
            await #expect(throws: Refusal.self) { try await hold("a") }
            group.addTask { try await hold("c") }
            try await Task.sleep(for: .milliseconds(100))
            #expect(Set(begun.names.withLock { $0 }) == ["a", "b"])
            go.signal()
            try await until(3)
            #expect(begun.names.withLock { $0.last } == "c")
            for _ in 0..<2 { go.signal() }
            try await group.waitForAll()
        }
        for _ in 0..<2 { go.signal() }
        try await hold("a")
        try await hold("a")
    }

    private final class Begun: Sendable { let names = Mutex<[String]>([]) }

    /// Holds the thread, as a query does.
    private static func block(_ gate: DispatchSemaphore) async { blockThread(gate) }
    private static func blockThread(_ gate: DispatchSemaphore) { gate.wait() }

    @Test func `somebody whose export is being made is told so at the second, and nothing is noted as taken`()
        async throws
    {
        let town = try await Town.settled()
        _ = try await town.closed()
        try await town.open { (browser: Browser) async throws in
            let leader = browser.holding(try await town.secret("leader", as: .browser))
            let person = try await town.person("leader")
            let reply = try await town.doors.longWork.run(for: person) {
                try await leader.post("/cases/export", [:])
            }
            #expect(reply.status == 409)
            #expect(reply.text.contains("还在做"))
            #expect(try await town.log(kind: "case.export").isEmpty)
            #expect(try await leader.post("/cases/export", [:]).status == 200)
            #expect(try await town.log(kind: "case.export").count == 1)
        }
    }

    @Test func `a thirteenth line of one person ends their oldest, and leaves room for others`() throws {
        let lines = LiveLines()
        let woken = Mutex(0)
        let own = try (0..<12).map { _ in try HeldLine(lines, "a", each: 12, most: 13) }
        own[0].whenOver { woken.withLock { $0 += 1 } }
        let newest = try HeldLine(lines, "a", each: 12, most: 13)
        #expect(own.map(\.isOver) == [true] + Array(repeating: false, count: 11))
        #expect(!newest.isOver && woken.withLock { $0 } == 1 && lines.count == 12)
        own[0].leave()
        #expect(lines.count == 12, "its place was taken already")
        let other = try HeldLine(lines, "b", each: 12, most: 13)
        #expect(throws: Refusal.self) { try HeldLine(lines, "c", each: 12, most: 13) }
        other.leave()
        own[1].leave()
        // A line that nobody can use any more lets go by itself: they are all in use until here.
        withExtendedLifetime((own, newest)) { #expect(lines.count == 11) }
    }
}
