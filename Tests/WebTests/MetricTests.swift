import Foundation
import Hummingbird
import Testing

/// What the server tells of itself, and to whom.
struct MetricTests {
    @Test
    func `requests, batches and the head of the log are told to this machine, and nothing through a proxy`()
        async throws
    {
        let town = try await Town.settled()
        _ = try await town.closed()
        try await town.open { browser in
            _ = try await browser.get("/report")
            let metrics = try await browser.get("/metrics")
            #expect(metrics.status == 200)
            #expect(
                metrics.text.contains(
                    "luoshi_requests_total{method=\"GET\",route=\"/report\",status=\"200\"} 1"))
            #expect(metrics.text.contains("luoshi_request_seconds_bucket{route=\"/report\",le=\"+Inf\"} 1"))
            #expect(metrics.text.firstMatch(of: #/luoshi_log_head\{county="410305"\} [1-9]\d+/#) != nil)
            #expect(metrics.text.firstMatch(of: #/luoshi_batches_total [1-9]\d*/#) != nil)
            for line in metrics.text.split(separator: "\n") where !line.hasPrefix("#") {
                #expect(line.wholeMatch(of: #/[a-z_]+(\{[^}]*\})? [-0-9.e]+/#) != nil, "\(line)")
            }
            #expect(
                try await browser.get("/metrics", headers: [.init("X-Forwarded-For")!: "10.1.2.3"]).status
                    == 404)
        }
    }
}
