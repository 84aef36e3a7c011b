import ArgumentParser
import Foundation
import Governance
import Rules
import Store

/// `luoshi audit`: proving that the log was not changed.
struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prove that the log was not changed, or repeat a published draw.",
        subcommands: [
            Verify.self, Sign.self, PrintWitness.self, ChangeKey.self, Prove.self, CheckProof.self,
            AuditSample.self,
        ])

    /// `luoshi audit verify`: verifies the log of every county, against everything that was kept.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: """
                Verify the log of every county: chains, heads, offices, keys, checkpoints, and that every \
                row is what the log says it was left as.
                """)
        @Option(help: "The public key that you kept elsewhere; the log has to name it.") var key: String?
        @Option(help: "A file that luoshi audit witness printed; the log has to contain what it says.")
        var witness: String?
        @OptionGroup var flags: SettingFlags

        func run() async throws {
            try await Auditing.verify(try await Settings(flags), key: key, witness: witness)
        }
    }

    /// `luoshi audit witness`: prints what a third party keeps, and verifies against it later.
    struct PrintWitness: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "witness",
            abstract:
                "Print where every log stands, signed, for a third party; or verify against what it kept.")
        @Option(help: "What was kept: verify that the log still contains it.") var against: String?
        @Option(help: "With --against: the public key that was kept elsewhere.") var key: String?
        @OptionGroup var flags: SettingFlags

        func run() async throws {
            let settings = try await Settings(flags)
            if let against { return try await Auditing.verify(settings, key: key, witness: against) }
            let office = try await Opening.office(settings)
            let witness = try await Auditing.told {
                let counties = try await Opening.counties(of: office)
                return try await Witness.make(of: counties, by: settings.checkpoints(), office: office)
            }
            try await office.database.close()
            print(witness.text, terminator: "")
        }
    }

    /// `luoshi audit sign`: signs where every chain stands now, as the server does every hour.
    struct Sign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sign", abstract: "Sign where every chain stands now and print it.")
        @OptionGroup var flags: SettingFlags

        func run() async throws {
            let settings = try await Settings(flags)
            let office = try await Opening.office(settings)
            let checkpoints = try settings.checkpoints()
            try await Auditing.told {
                for county in try await Opening.counties(of: office) {
                    let made = try await checkpoints.make(county, at: office.clock.now, office: office)
                    if let made { print(made.json.text) }
                }
            }
            try await office.database.close()
        }
    }

    /// `luoshi audit change-key`: lets another key sign from now on.
    struct ChangeKey: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "change-key",
            abstract: "Let another key sign the log from now on; the key of today signs the change.")
        @Argument(help: "The file of the new key; it is made if it is missing.") var file: String
        @Flag(help: "The key of today is gone: the change stays a fault unless --key names the new one.")
        var oldIsLost = false
        @OptionGroup var flags: SettingFlags

        func run() async throws {
            let settings = try await Settings(flags)
            let office = try await Opening.office(settings)
            let (old, new) = (try settings.checkpoints(), URL(filePath: file))
            let next = Checkpoints(folder: try settings.folder(), keyFile: new)
            let key = try await Auditing.told {
                let key = try SigningKey.made(in: new, chance: office.chance)
                for county in try await Opening.counties(of: office) {
                    let now = office.clock.now
                    // The last word of the key of today: up to here it signed.
                    if !oldIsLost { try await old.make(county, at: now, office: office) }
                    try await old.changeKey(
                        to: key, of: county, isOldLost: oldIsLost, at: now, office: office)
                    try await next.make(county, at: now, office: office)
                }
                return key
            }
            try await office.database.close()
            print("The log is signed with the public key \(key.publicKey) from now on.")
            print("Name its file to the server: checkpoint-key \(new.path). Start the server anew.")
        }
    }

    /// `luoshi audit prove`: writes what a third party needs to verify a case's history.
    struct Prove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a case's history with what a third party needs to verify it.")
        @Argument(help: "The case's number, such as CQL-2019-000147.") var number: String
        @Option(help: "The file to write; without it the proof is printed.") var out: String?
        @OptionGroup var flags: SettingFlags

        func run() async throws {
            let settings = try await Settings(flags)
            let office = try await Opening.office(settings)
            let (number, checkpoints) = (self.number, try settings.checkpoints())
            let found = try await office.read { books -> (Case, County)? in
                for county in try Offices.all(in: books).map(\.county) {
                    do {
                        return (try Cases.find(number: number, by: .system(of: county), in: books), county)
                    } catch Refusal.notFound {}
                }
                return nil
            }
            guard let (item, county) = found else { throw Failure("There is no case \(number).") }
            let made = try await Auditing.told {
                try await checkpoints.make(county, at: office.clock.now, office: office)
            }
            guard let checkpoint = made else { throw Failure("The log is empty.") }
            let proof = try await office.read { try Proof(of: item.subject, upTo: checkpoint, in: $0) }
            try await office.database.close()
            if let out {
                try Data((proof.json.text + "\n").utf8).write(to: URL(filePath: out))
                print(
                    """
                    Written to \(out). Anybody checks it with: luoshi audit check-proof \(out) --key \
                    \(checkpoint.key)
                    """
                )
            } else {
                print(proof.json.text)
            }
        }
    }

    /// `luoshi audit check-proof`: checks a proof without any database.
    struct CheckProof: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check-proof", abstract: "Check a case's proof without any database.")
        @Argument(help: "The file that `luoshi audit prove` wrote.") var file: String
        @Option(help: "The office's public key as it was published, so that nobody else's signature counts.")
        var key: String?

        func run() throws {
            let verdict: Proof.Verdict
            do { verdict = try Proof(Data(contentsOf: URL(filePath: file))).check() } catch let refusal
                as Refusal
            {
                throw Failure("\(refusal.words.en) \(refusal.words.zh)")
            }
            if let fault = verdict.fault {
                print("Does not hold: \(fault)")
                throw ExitCode(1)
            }
            if let key, key.lowercased() != verdict.checkpoint.key {
                print("Does not hold: it was signed with another key, \(verdict.checkpoint.key)")
                throw ExitCode(1)
            }
            for entry in verdict.entries {
                print("\(entry.at.iso)  \(entry.kind)  \(entry.name.zh) \(entry.post.zh)  \(entry.body)")
            }
            print(
                """
                Holds: \(verdict.entries.count) lines of this record, chained to line \
                \(verdict.checkpoint.line), signed \(verdict.checkpoint.at.iso)
                """
            )
            print(
                """
                by key \(verdict.checkpoint.key)\
                \(key == nil ? "; compare it with the one that the office published" : "")
                """
            )
        }
    }
}

/// What the commands of `luoshi audit` share.
enum Auditing {
    /// Verifies the log of every county that is found anywhere and prints what came of it; ends with 1 if
    /// anything does not fit.
    static func verify(_ settings: Settings, key: String?, witness file: String?) async throws {
        let key = try key.map(publicKey)
        let witness = try file.map(witness)
        let office = try await Opening.office(settings)
        let evidence = try await told {
            try settings.checkpoints().evidence(at: office.clock.now, key: key, witness: witness)
        }
        let (counties, strange) = try await office.read { try Log.counties(in: evidence, $0) }
        var isSound = strange.isEmpty
        for code in strange {
            print("\(code): 这不是县（区）代码，却有日志。 This is no county, and there are records of it.")
        }
        var keys: [String: [County]] = [:]
        var outcomes: [Log.Verification] = []
        for county in counties {
            let outcome = try await office.read { books in
                let progress = Progress(county.code)
                return try Log.verify(
                    for: .system(of: county), against: evidence, progress: progress.show(_:of:), in: books)
            }
            Progress.end()
            outcomes.append(outcome)
            isSound = isSound && outcome.fault == nil
            for fault in outcome.told.prefix(outcome.faults.count) {
                print("\(county): \(fault.zh) \(fault.en)")
            }
            let rest = outcome.told.dropFirst(outcome.faults.count).map(\.en).joined(separator: " ")
            print("\(county): \(rest) Head \(outcome.head.hex).")
            if let key = outcome.key { keys[key, default: []].append(county) }
        }
        let all = outcomes
        for fault in try await office.read({ try Log.verifyShared(after: all, in: $0) }).map(\.told) {
            isSound = false
            print("\(fault.zh) \(fault.en)")
        }
        try await office.database.close()
        for (key, counties) in keys.sorted(by: { $0.key < $1.key }) {
            print("Public key \(key) signs \(counties.map(\.code).joined(separator: ", ")).")
        }
        if key == nil {
            print(
                """
                Whoever kept the public key elsewhere names it with --key: these files could have been \
                made anew.
                """
            )
        }
        if !isSound { throw ExitCode(1) }
    }

    /// A public key as it was given.
    static func publicKey(_ text: String) throws -> String {
        guard let key = SigningKey.publicKey(text) else {
            throw Failure("--key “\(text)” is no public key: 64 hexadecimal digits.")
        }
        return key
    }

    /// What a third party kept.
    static func witness(_ file: String) throws -> Witness {
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: file))
            defer { handle.closeFile() }
            // One byte more than is taken.
            data = try handle.read(upToCount: 1 << 20 + 1) ?? Data()
        } catch { throw Failure("\(file) cannot be read: \(error.localizedDescription)") }
        do { return try Witness(data) } catch let refusal as Refusal {
            throw Failure("\(file): \(refusal.words.zh) \(refusal.words.en)")
        }
    }

    /// Runs something and tells in one sentence what is wrong with the key or the checkpoints.
    static func told<T>(_ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch {
            guard error is Checkpoints.Failed || error is KeyFile.Failed else { throw error }
            throw Failure("Not done: \(error).")
        }
    }
}
