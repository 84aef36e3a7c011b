import ArgumentParser
import Governance
import Rules
import Store

/// `luoshi account`: the operator's way in where nobody of the office has one left. Whoever holds the data
/// folder holds everything in it; here what they do is at least a line of the log.
struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Help with accounts where nobody of the office can any more.",
        subcommands: [NewPassword.self, ClearFactor.self, Confirm.self])

    /// `luoshi account password LOGIN`: prints a password that has to be changed at the next sign-in.
    struct NewPassword: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "password",
            abstract: "Print a new password for a login, to be changed at the next sign-in.")
        @Argument(help: "The login.") var login: String
        @OptionGroup var place: CountyFlags

        func run() async throws {
            let clear = OneTimeCode.base32(Chance.system.bytes(15)).lowercased()
            let password = try await Password.make(clear, chance: .system)
            let login = self.login
            try await place.change {
                try Accounts.set(password, for: login, isForNow: true, by: $0, at: $1, in: $2)
            }
            print(clear)
        }
    }

    /// `luoshi account second-factor LOGIN`: takes it away, for whoever lost telephone and codes.
    struct ClearFactor: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "second-factor", abstract: "Remove a login's second factor.")
        @Argument(help: "The login.") var login: String
        @OptionGroup var place: CountyFlags

        func run() async throws {
            let login = self.login
            try await place.change { try SecondFactor.clear(login, by: $0, at: $1, in: $2) }
            print("Removed. Where the posts require one, it is set up anew at the next sign-in.")
        }
    }

    /// `luoshi account confirm`: what waits for confirmation, and with `--all` confirms it.
    struct Confirm: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "confirm",
            abstract:
                """
                List what waits for a second pair of eyes; confirm it with --all where the office has \
                nobody left who may.
                """
        )
        @Flag(help: "Confirm everything that waits.") var all = false
        @OptionGroup var place: CountyFlags

        func run() async throws {
            let all = self.all
            let lines = try await place.change { actor, now, books in
                let waiting = try PowerRequests.open(for: actor, in: books)
                if all, !waiting.isEmpty {
                    try PowerRequests.settle(waiting.map(\.id), granted: true, by: actor, at: now, in: books)
                }
                return waiting.map { request in
                    "\(request.askedAt.iso) \(request.kind.rawValue) "
                        + request.details.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(
                            separator: " ")
                }
            }
            for line in lines { print(line) }
            print(
                lines.isEmpty
                    ? "Nothing waits."
                    : all
                        ? "\(lines.count) confirmed."
                        : "\(lines.count) wait. Confirm them with --all, or in the browser as another person."
            )
        }
    }
}

extension CountyFlags {
    /// Runs one change as the operator, in one transaction.
    fileprivate func change<T: Sendable>(_ body: @escaping @Sendable (Actor, Instant, Books) throws -> T)
        async throws -> T
    {
        let (office, profile) = try await open()
        let now = office.clock.now
        var clerk = Actor.system(of: profile.county)
        clerk.name = Phrase(zh: "服务器操作员", en: "Operator of the server")
        let actor = clerk
        do {
            let result = try await office.write(in: profile.county) { try body(actor, now, $0) }
            try await office.database.close()
            return result
        } catch let refusal as Refusal { throw Failure("\(refusal.words.zh) \(refusal.words.en)") }
    }
}
