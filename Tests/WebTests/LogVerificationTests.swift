import Engines
import Foundation
import Governance
import HummingbirdTesting
import Store
import Testing
import Web

/// Page and API verify the log as the command does: against the checkpoints, too.
struct LogVerificationTests {
    private final class Folder: Sendable {
        let url = FileManager.default.temporaryDirectory.appending(path: "luoshi-test-\(UUID().uuidString)")
        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(at: url) }
    }

    @Test
    func
        `page and API tell of checkpoints, of lines behind them and of the key, and find what was taken away`()
        async throws
    {
        let (town, folder) = (try await Town.settled(), try Folder())
        let checkpoints = Checkpoints(folder: folder.url)
        try await checkpoints.make(Town.county, at: town.now, office: town.office)
        let key = try #require(try checkpoints.publicKey())
        _ = try await town.report()
        let app = served(town.office, doors: Doors(checkpoints: checkpoints))
        try await app.test(.live) { client in
            let secret = try await town.secret("auditor")
            let auditor = Browser(client: client).holding(secret)
            let page = try await auditor.post("/log/verify")
            #expect(page.status == 200 && page.text.contains("全部对得上") && page.text.contains(key))
            #expect(page.text.contains("1 个检查点相符"))
            let found = try await auditor.call("/api/v1/log/verify").json()
            #expect(
                found["is_intact"] == .bool(true) && found["faults"] == .array([]) && found["fault"] == .null)
            #expect(found["checkpoints"] == .int(1) && found["public_key"]?.stringValue == key)
            guard case .int(let lines)? = found["lines"],
                case .int(let signed)? = found["newest_checkpoint"]?["line"],
                case .int(let behind)? = found["lines_behind"]
            else { return #expect(Bool(false), "\(found.text)") }
            #expect(behind > 0 && signed + behind == lines)

            // The checkpoints are deleted and hours pass: neither says that all is well.
            try FileManager.default.removeItem(at: folder.url.appending(path: Checkpoints.fileName))
            town.pass(minutes: 150)
            let poor = try await auditor.call("/api/v1/log/verify").json()
            #expect(poor["is_intact"] == .bool(false))
            #expect(poor["fault"]?["kind"] == .string("unsigned") && poor["newest_checkpoint"] == .null)
            let told = try await auditor.post("/log/verify")
            #expect(!told.text.contains("全部对得上") && told.text.contains("没有检查点"))
        }
    }

    @Test func `a log that somebody rewrote and chained anew is found in page and API`() async throws {
        let (town, folder) = (try await Town.settled(), try Folder())
        let checkpoints = Checkpoints(folder: folder.url)
        let signed = try #require(try await checkpoints.make(Town.county, at: town.now, office: town.office))
        let lines = try await town.history(from: signed.line - 3)
        var (previous, statements) = (lines[0].previous, [SQL]())
        for (index, var entry) in lines.enumerated() {
            if index == 0 { entry.body = "{}" }
            let hash = LogEntry.chained(previous, entry.contentHash(county: Town.county))
            statements.append(
                """
                UPDATE event SET body = \(entry.body), previous_hash = \(previous), hash = \(hash)
                WHERE county = \(Town.county) AND seq = \(entry.sequence)
                """)
            previous = hash
        }
        statements.append("UPDATE county_head SET event_hash = \(previous) WHERE county = \(Town.county)")
        let changes = statements
        try await town.office.database.write { t in
            if Engine.isPostgres {
                try t.run("GRANT UPDATE ON event TO CURRENT_USER")
            } else {
                try t.run("DROP TRIGGER event_is_never_changed")
            }
            for statement in changes { try t.run(statement) }
        }
        let app = served(town.office, doors: Doors(checkpoints: checkpoints))
        try await app.test(.live) { client in
            let auditor = Browser(client: client).holding(try await town.secret("auditor"))
            let found = try await auditor.call("/api/v1/log/verify").json()
            #expect(found["is_intact"] == .bool(false) && found["fault"]?["kind"] == .string("checkpoint"))
            #expect(found["fault"]?["line"] == .int(Int64(signed.line)))
            #expect(try await auditor.post("/log/verify").text.contains("整段改写"))
        }
    }
}
