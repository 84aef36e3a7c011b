import ArgumentParser
import Foundation
import Governance
import Rules
import Store

/// `luoshi audit`: proving that the log was not changed.
struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prove that the log was not changed, or repeat a published draw.",
        subcommands: [Verify.self, Sign.self, Prove.self, CheckProof.self, AuditSample.self])

    /// `luoshi audit verify`: walks every chain from its first line, and holds it against the checkpoints.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Walk every chain of the log from its first line and hold it against the checkpoints.")
        @OptionGroup var flags: SettingFlags

        func run() async throws {
            let settings = try await Settings(flags)
            let office = try await Opening.office(settings)
            let kept = try Checkpoints(folder: settings.folder()).all()
            var isSound = true
            for county in try await office.read({ [County.shared] + (try Offices.all(in: $0).map(\.county)) }) {
                let outcome = try await office.read { try Log.verify(county, against: kept, progress: { Progress(county.code).show($0, of: $1) }, in: $0) }
                Progress.end()
                if let fault = outcome.fault {
                    isSound = false
                    print("\(county): line \(fault.line) does not fit: \(fault.words.en) \(fault.words.zh)")
                } else {
                    print("\(county): \(outcome.lines) lines, all fit, \(outcome.checkpoints) checkpoints, head \(outcome.head.hex)")
                }
            }
            try await office.database.close()
            if !isSound { throw ExitCode(1) }
        }
    }

    /// `luoshi audit sign`: signs where every chain stands now, as the server does once a day.
    struct Sign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "sign", abstract: "Sign where every chain stands now and print it.")
        @OptionGroup var flags: SettingFlags

        func run() async throws {
            let settings = try await Settings(flags)
            let office = try await Opening.office(settings)
            let checkpoints = Checkpoints(folder: try settings.folder())
            for county in try await office.read({ [County.shared] + (try Offices.all(in: $0).map(\.county)) }) {
                if let made = try await checkpoints.make(county, at: office.clock.now, office: office) { print(made.json.text) }
            }
            try await office.database.close()
        }
    }

    /// `luoshi audit prove`: writes what a third party needs to verify a case's history.
    struct Prove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Write a case's history with what a third party needs to verify it.")
        @Argument(help: "The case's number, such as CQL-2019-000147.") var number: String
        @Option(help: "The file to write; without it the proof is printed.") var out: String?
        @OptionGroup var flags: SettingFlags

        func run() async throws {
            let settings = try await Settings(flags)
            let office = try await Opening.office(settings)
            let (number, checkpoints) = (self.number, Checkpoints(folder: try settings.folder()))
            let found = try await office.read { books -> (Case, County)? in
                for county in try Offices.all(in: books).map(\.county) {
                    do { return (try Cases.find(number: number, by: .clockwork(of: county), in: books), county) } catch Refusal.notFound {}
                }
                return nil
            }
            guard let (item, county) = found else { throw Failure("There is no case \(number).") }
            guard let checkpoint = try await checkpoints.make(county, at: office.clock.now, office: office) else { throw Failure("The log is empty.") }
            let proof = try await office.read { try Proof(of: item.subject, upTo: checkpoint, in: $0) }
            try await office.database.close()
            if let out {
                try Data((proof.json.text + "\n").utf8).write(to: URL(filePath: out))
                print("Written to \(out). Anybody checks it with: luoshi audit check-proof \(out) --key \(checkpoint.key)")
            } else {
                print(proof.json.text)
            }
        }
    }

    /// `luoshi audit check-proof`: checks a proof without any database.
    struct CheckProof: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "check-proof", abstract: "Check a case's proof without any database.")
        @Argument(help: "The file that `luoshi audit prove` wrote.") var file: String
        @Option(help: "The office's public key as it was published, so that nobody else's signature counts.") var key: String?

        func run() throws {
            let verdict: Proof.Verdict
            do { verdict = try Proof(Data(contentsOf: URL(filePath: file))).check() } catch let refusal as Refusal {
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
            for entry in verdict.entries { print("\(entry.at.iso)  \(entry.kind)  \(entry.name.zh) \(entry.post.zh)  \(entry.body)") }
            print("Holds: \(verdict.entries.count) lines of this record, chained to line \(verdict.checkpoint.line), signed \(verdict.checkpoint.at.iso)")
            print("by key \(verdict.checkpoint.key)\(key == nil ? "; compare it with the one that the office published" : "")")
        }
    }
}
