import Governance
import Rules
import Testing

/// What was answered is understood or refused, never taken for something else.
struct AnswerTests {
    private func read(_ word: String) async throws -> String {
        let said: Set = ["1", "on", "true", "yes", "是", "TRUE", " Yes "]
        return try await outcome {
            let flag = try FormInput(["a": word]).flag("a")
            #expect(flag == said.contains(word))
        }
    }

    @Test(arguments: [
        "1", "on", "true", "yes", "是", "TRUE", " Yes ", "0", "off", "false", "no", "否", "", "No",
    ])
    func `yes and no are read however they are written`(_ word: String) async throws {
        #expect(try await read(word) == "done")
    }

    @Test(arguments: ["perhaps", "2", "-1", "ja", "对", "yes no", "truе", "10"])
    func `what is neither yes nor no is a fault of its field`(_ word: String) async throws {
        #expect(try await read(word) == "invalid a")
    }

    @Test func `what has to be answered is asked for`() async throws {
        #expect(try await outcome { try FormInput([:]).neededFlag("a") } == "invalid a")
        #expect(
            try FormInput([:]).optionalFlag("a") == nil && FormInput(["a": "no"]).optionalFlag("a") == false)
        #expect(try await outcome { try FormInput([:]).choice("a", of: Case.Source.self) } == "invalid a")
        #expect(
            try await outcome { try FormInput(["a": "Patrol"]).choice("a", of: Case.Source.self) }
                == "invalid a")
        #expect(try FormInput(["a": " patrol "]).choice("a", of: Case.Source.self) == .patrol)
    }

    @Test(arguments: ["", " ", "\u{3000}\u{3000}", "\t\r\n", "村", " 村 委会\u{3000}", "a\u{301} ", "  👨‍👩‍👧 "])
    func `white space goes at the ends and nowhere else`(_ text: String) {
        let trimmed = text.trimmed
        #expect(
            text.contains(trimmed) && trimmed.first?.isWhitespace != true
                && trimmed.last?.isWhitespace != true)
        #expect(
            text.unicodeScalars.filter { !$0.properties.isWhitespace }
                == trimmed.unicodeScalars.filter { !$0.properties.isWhitespace })
    }
}
