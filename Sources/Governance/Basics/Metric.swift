import Store

/// One number that the office tells whoever runs it.
package struct Metric: Sendable {
    /// Its name as Prometheus has it, what it means, and what it is now.
    package var name: String, words: String, value: Int
    /// Whether it only grows.
    package var isCounter: Bool
}

extension Office {
    /// What the database is doing just now.
    package var metrics: [Metric] {
        let metrics = database.metrics
        func gauge(_ name: String, _ words: String, _ value: Int) -> Metric {
            Metric(name: name, words: words, value: value, isCounter: false)
        }
        func counter(_ name: String, _ words: String, _ value: Int) -> Metric {
            Metric(name: name, words: words, value: value, isCounter: true)
        }
        return [
            gauge("luoshi_writer_waiting", "Requests that wait for the writer.", metrics.waiting),
            counter("luoshi_batches_total", "Batches committed.", metrics.batches),
            counter(
                "luoshi_written_total", "Requests in those batches; divided by them: the size of a batch.",
                metrics.written),
            counter(
                "luoshi_batches_repeated_total",
                "Batches run a second time because one request failed half-way.", metrics.repeated),
            gauge(
                "luoshi_connections", "Connections to the database server; 0 with the embedded one.",
                metrics.connections),
            gauge("luoshi_connections_busy", "Of these, reading just now.", metrics.busy),
            gauge(
                "luoshi_elected", "Whether this process does what happens by itself, such as escalation.",
                database.isLeader ? 1 : 0),
        ]
    }
}
