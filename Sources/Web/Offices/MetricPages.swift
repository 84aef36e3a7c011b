import Foundation
import Governance
import HTTPTypes
import Hummingbird

/// What whoever runs the server watches: `/metrics` for Prometheus.
enum MetricPages {
    /// Told only to this machine itself, and to nobody behind a proxy: numbers say much about an office.
    static func metrics(_ call: Call) async throws -> Response {
        let isForwarded = ["X-Forwarded-For", "Forwarded"].contains { name in
            HTTPField.Name(name).map { call.request.headers[$0] != nil } ?? false
        }
        guard ["127.0.0.1", "::1"].contains(call.address), !isForwarded else { throw Refusal.notFound }
        let heads = try await call.read { books in try Log.heads(in: books) }
        var text = call.doors.metrics.text()
        for metric in call.office.metrics {
            text += Metrics.number(
                metric.name, metric.isCounter ? "counter" : "gauge", metric.words, metric.value)
        }
        text += Metrics.head("luoshi_log_head", "gauge", "The number of each county's newest event.")
        for (county, head) in heads { text += "luoshi_log_head{county=\"\(county)\"} \(head)\n" }
        text += Metrics.number(
            "luoshi_live_pages", "gauge", "Live pages that are open.", call.doors.lines.count)
        text += Metrics.number(
            "luoshi_connections", "gauge", "Connections that are open.", call.doors.connections.count)
        text += Metrics.number("process_resident_memory_bytes", "gauge", "Memory in use.", residentBytes())
        return Responses.metrics(text)
    }

    private static func residentBytes() -> Int {
        let pages = FileManager.default.contents(atPath: "/proc/self/statm").flatMap {
            String(decoding: $0, as: UTF8.self).split(separator: " ").dropFirst().first
        }
        return (pages.flatMap { Int($0) } ?? 0) * 4096
    }
}
