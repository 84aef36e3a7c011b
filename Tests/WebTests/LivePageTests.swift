import Hummingbird
import Testing

/// The line over which a page hears that something changed.
struct LivePageTests {
    @Test func `who asks without a stream is told the newest event once, and it rises with every report`()
        async throws
    {
        let town = try await Town.settled()
        let secret = try await town.secret("dispatcher")
        try await town.open { browser in
            let first = try await browser.holding(secret).get("/live")
            #expect(first.status == 200)
            #expect(first.headers[.contentType] == "text/event-stream; charset=utf-8")
            _ = try await town.closed()
            let second = try await browser.holding(secret).get("/live")
            func number(_ reply: Reply) throws -> Int {
                try #require(reply.text.firstMatch(of: #/data: (\d+)/#).flatMap { Int($0.1) })
            }
            let (before, after) = (try number(first), try number(second))
            #expect(after > before)
            #expect(try await browser.get("/live").status == 401)
        }
    }

    @Test func `a page says at which event it was drawn, and only pages that show how things stand do`()
        async throws
    {
        let town = try await Town.settled()
        let secret = try await town.secret("dispatcher")
        try await town.open { browser in
            let browser = browser.holding(secret)
            for path in ["/board", "/cases", "/overview", "/figures"] {
                let page = try await browser.get(path).text
                #expect(page.contains(#/<main[^>]* data-live="\d+"/#), "\(path)")
            }
            let form = try await browser.get("/cases/new").text
            #expect(!form.contains("data-live"))
        }
    }
}
