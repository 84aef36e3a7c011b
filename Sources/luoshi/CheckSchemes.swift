import ArgumentParser
import Foundation
import Governance
import Rules

/// `luoshi check`: reads every scheme of a folder and says what is wrong, by file and line.
struct CheckSchemes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "check", abstract: "Check every scheme (YAML) in a folder; faults by file and line.")
    @Argument(help: "A folder, or one file.") var place: String

    func run() async throws {
        var (files, faults) = (try Self.files(in: place), 0)
        guard !files.isEmpty else { throw Failure("There is no .yaml file in \(place).") }
        files.sort { $0.path < $1.path }
        for file in files {
            let text = try Self.text(file)
            let (scheme, wrong) = Scheme.read(text, .own)
            faults += wrong.count
            for fault in wrong { print("\(file.path):\(fault.line): \(fault.zh) \(fault.en)") }
            if wrong.isEmpty {
                print(
                    "\(file.path): \(scheme.name) \(scheme.version), \(scheme.duties.count) duties, \(scheme.questions.count) questions, \(scheme.raises.count) rules, \(scheme.orders.count) orders: ok"
                )
            }
        }
        if faults > 0 { throw ExitCode(2) }
    }

    static func text(_ file: URL) throws -> String {
        do { return try String(contentsOf: file, encoding: .utf8) } catch { throw Failure("\(file.path) cannot be read: \(error.localizedDescription)") }
    }

    private static func files(in place: String) throws -> [URL] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else { throw Failure("There is no \(place).") }
        guard isFolder.boolValue else { return [URL(filePath: place)] }
        let all = FileManager.default.enumerator(at: URL(filePath: place, directoryHint: .isDirectory), includingPropertiesForKeys: nil)
        return all?.compactMap { $0 as? URL }.filter { $0.pathExtension == "yaml" } ?? []
    }
}
