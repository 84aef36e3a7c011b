import Engines
import Testing

@testable import Store

/// What will be asked may be asked early: no answer is another for it.
struct ForeseeingTests {
    private func tally() async throws -> any Database {
        let database = try Engine.empty()
        try await database.write { t in
            _ = try t.run("CREATE TABLE tally (n INTEGER NOT NULL PRIMARY KEY)")
            for n in 0..<5 { _ = try t.run("INSERT INTO tally VALUES (\(n))") }
        }
        return database
    }

    private func above(_ n: Int, _ t: Transaction) throws -> [Int] {
        try t.all("SELECT n FROM tally WHERE n > \(n) ORDER BY n") { try $0.get("n") }
    }

    @Test func `answers are the same, in whatever order and however often they are asked`() async throws {
        let database = try await tally()
        let seen = try await database.read { t in
            try t.prefetch { t in for n in [3, 1, 2] { _ = try above(n, t) } }
            return try [try above(2, t), above(0, t), above(1, t), above(1, t), above(3, t)]
        }
        #expect(seen == [[3, 4], [1, 2, 3, 4], [2, 3, 4], [2, 3, 4], [4]])
        try await database.close()
    }

    @Test func `what was foreseen and never asked disturbs nobody`() async throws {
        let database = try await tally()
        for _ in 0..<20 {
            let seen = try await database.read { t in
                try t.prefetch { t in for n in 0..<4 { _ = try above(n, t) } }
                return try above(2, t)
            }
            #expect(seen == [3, 4])
        }
        try await database.write { _ = try $0.run("INSERT INTO tally VALUES (9)") }
        #expect(try await database.read { try above(2, $0) } == [3, 4, 9])
        try await database.close()
    }

    @Test func `what one snapshot foresaw and never asked is no answer in the next`() async throws {
        let database = try await tally()
        for n in 10..<30 {
            try await database.read { t in try t.prefetch { _ = try above(4, $0) } }
            try await database.write { _ = try $0.run("INSERT INTO tally VALUES (\(n))") }
            let seen = try await database.read { t in
                if n % 2 == 0 { try t.prefetch { _ = try above(4, $0) } }
                _ = try above(0, t)
                return try above(4, t)
            }
            #expect(seen == Array(10...n))
        }
        try await database.close()
    }

    @Test func `a rehearsal that gives up half-way is no fault`() async throws {
        struct NothingFound: Error {}
        let database = try await tally()
        let seen = try await database.read { t in
            try t.prefetch { t in
                guard let first = try above(0, t).first else { throw NothingFound() }
                _ = try above(first, t)
            }
            return try [above(0, t), above(1, t)]
        }
        #expect(seen == [[1, 2, 3, 4], [2, 3, 4]])
        try await database.close()
    }

    @Test func `a foreseen statement that fails fails the look that wanted it, and no other`() async throws {
        let database = try await tally()
        await #expect(throws: StoreError.self) {
            try await database.read { t in
                try t.prefetch { _ = try $0.count("SELECT nothing FROM tally") }
                return try t.count("SELECT nothing FROM tally")
            }
        }
        for _ in 0..<10 { #expect(try await database.read { try above(2, $0) } == [3, 4]) }
        try await database.close()
    }

    @Test func `after a fault nothing that was foreseen passes for an empty answer`() async throws {
        let database = try await tally()
        let seen = try await database.read { t in
            try t.prefetch { t in
                _ = try t.count("SELECT nothing FROM tally")
                _ = try above(2, t)
            }
            let first = Result { try t.count("SELECT nothing FROM tally") },
                second = Result { try above(2, t) }
            if case .success = first { return "the fault was not told" }
            switch second {
            case .success(let found): return found == [3, 4] ? "told" : "\(found)"
            // PostgreSQL answers nothing more after a fault; but it says so.
            case .failure: return "told"
            }
        }
        #expect(seen == "told")
        try await database.close()
    }

    @Test func `a rehearsal changes nothing`() async throws {
        let database = try await tally()
        try await database.write { t in
            try t.prefetch { t in
                try t.run("DELETE FROM tally")
                try t.put("DELETE FROM tally")
            }
        }
        #expect(try await database.read { try above(-1, $0) } == [0, 1, 2, 3, 4])
        try await database.close()
    }
}
