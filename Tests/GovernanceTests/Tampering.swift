import Engines
import Foundation
import Governance
import Rules
import Store

/// A folder of its own, which goes with the test.
final class DataFolder: Sendable {
    let url = FileManager.default.temporaryDirectory.appending(path: "luoshi-test-\(UUID().uuidString)")
    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }

    /// A place in it.
    func make(_ name: String) -> URL { url.appending(path: name) }
    /// The lines of a text in it.
    func lines(_ name: String) throws -> [String] {
        try String(contentsOf: make(name), encoding: .utf8).split(separator: "\n").map(String.init)
    }
    /// Writes a text in it anew.
    func write(_ lines: [String], to name: String) throws {
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: make(name))
    }
}

extension World {
    /// Changes the database behind the program's back, as somebody could who owns it and takes its guards
    /// away.
    func tamper(_ statements: [SQL]) async throws {
        try await office.database.write { t in
            if Engine.isPostgres {
                try t.run("GRANT UPDATE, DELETE ON event TO CURRENT_USER")
            } else {
                try t.run("DROP TRIGGER IF EXISTS event_is_never_changed")
                try t.run("DROP TRIGGER IF EXISTS event_is_never_deleted")
            }
            for statement in statements { try t.run(statement) }
        }
    }

    /// Changes one line and makes every later line and the head fit again, as somebody could who has the
    /// database whole; perhaps with another moment for the first.
    func rewrite(from line: Int, at moment: Instant? = nil) async throws {
        let lines = try await history(from: line)
        var (previous, statements) = (lines[0].previous, [SQL]())
        for (index, var entry) in lines.enumerated() {
            if index == 0 { entry.body = "{\"words\":\"nothing happened\"}" }
            if index == 0, let moment { entry.at = moment }
            let hash = LogEntry.chained(previous, entry.contentHash(county: World.county))
            statements.append(
                """
                UPDATE event SET body = \(entry.body), happened_at = \(entry.at), previous_hash = \(previous),
                    hash = \(hash)
                WHERE county = \(World.county) AND seq = \(entry.sequence)
                """)
            previous = hash
        }
        try await tamper(
            statements + ["UPDATE county_head SET event_hash = \(previous) WHERE county = \(World.county)"])
    }
}
