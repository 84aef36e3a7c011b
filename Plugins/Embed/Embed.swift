import Foundation
import PackagePlugin

/// Writes each text file of a target (schema, styles, scripts, starter tables, the demo's story) into Swift
/// source, so that the product is one binary that runs from any folder.
@main
struct Embed: BuildToolPlugin {
    /// Which files travel: by their ending.
    static let endings: Set<String> = [
        "sql", "csv", "css", "js", "json", "svg", "txt", "webmanifest", "yaml",
    ]

    func createBuildCommands(context: PluginContext, target: any Target) async throws -> [Command] {
        guard let source = target as? SourceModuleTarget else { return [] }
        let folder = source.directoryURL
        // The schemes stand beside the sources, where those who write policy find them; the demo plays one.
        let folders =
            [folder]
            + (target.name == "Governance" ? [context.package.directoryURL.appending(path: "Schemes")] : [])
        let files = folders.flatMap {
            FileManager.default.enumerator(at: $0, includingPropertiesForKeys: nil)?.allObjects ?? []
        }
        .compactMap { $0 as? URL }
        .filter { Self.endings.contains($0.pathExtension) }
        .sorted { $0.path < $1.path }
        let output = context.pluginWorkDirectoryURL.appending(path: "Embedded.swift")
        return [
            .buildCommand(
                displayName: "Embedding \(files.count) files into \(target.name)",
                executable: try context.tool(named: "embed-files").url,
                arguments: [output.path] + files.map(\.path),
                inputFiles: files, outputFiles: [output])
        ]
    }
}
