import Synchronization

/// What the server counts of itself: requests by route and status, and how long they took. Told as Prometheus
/// text.
package final class Metrics: Sendable {
    /// Upper bounds of the histogram, in seconds.
    private static let bounds: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
    ]

    private struct Answered: Hashable { var method: String, route: String, status: Int }
    private struct Times {
        var counts = [Int](repeating: 0, count: bounds.count + 1), sum = 0.0
        mutating func add(_ seconds: Double) {
            counts[bounds.firstIndex { seconds <= $0 } ?? bounds.count] += 1
            sum += seconds
        }
    }
    private struct State { var answered: [Answered: Int] = [:], times: [String: Times] = [:] }
    private let state = Mutex(State())

    /// Counts an answer.
    func count(_ method: String, _ route: String, status: Int, took: Duration) {
        let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
        state.withLock { state in
            state.answered[Answered(method: method, route: route, status: status), default: 0] += 1
            state.times[route, default: Times()].add(seconds)
        }
    }

    /// Everything counted, as Prometheus text.
    func text() -> String {
        let state = self.state.withLock { $0 }
        var out = Self.head("luoshi_requests_total", "counter", "Requests answered, by route and status.")
        for (key, count) in state.answered.sorted(by: {
            ($0.key.route, $0.key.method, $0.key.status) < ($1.key.route, $1.key.method, $1.key.status)
        }) {
            out +=
                """
                luoshi_requests_total{method="\(key.method)",route="\(key.route)",status=\
                "\(key.status)"} \(count)\n
                """
        }
        out += Self.head("luoshi_request_seconds", "histogram", "How long requests took, by route.")
        for (route, times) in state.times.sorted(by: { $0.key < $1.key }) {
            var sum = 0
            for (index, bound) in Self.bounds.enumerated() {
                sum += times.counts[index]
                out += "luoshi_request_seconds_bucket{route=\"\(route)\",le=\"\(bound)\"} \(sum)\n"
            }
            sum += times.counts[Self.bounds.count]
            out += "luoshi_request_seconds_bucket{route=\"\(route)\",le=\"+Inf\"} \(sum)\n"
            out +=
                """
                luoshi_request_seconds_sum{route="\(route)"} \
                \(times.sum)\nluoshi_request_seconds_count{route="\(route)"} \(sum)\n
                """
        }
        return out
    }

    /// One number with its name, kind and meaning.
    static func number(_ name: String, _ kind: String, _ words: String, _ value: Int) -> String {
        head(name, kind, words) + "\(name) \(value)\n"
    }

    static func head(_ name: String, _ kind: String, _ words: String) -> String {
        "# HELP \(name) \(words)\n# TYPE \(name) \(kind)\n"
    }
}
