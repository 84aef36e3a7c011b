import ArgumentParser

/// The front door on the command line.
@main
struct Luoshi: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "luoshi",
        abstract: "Luoshi (落实): grass-roots government, carried through.",
        subcommands: [
            Serve.self, LoadDemo.self, Migrate.self, Import.self, Export.self, Count.self, CheckSchemes.self,
            EvaluateCommand.self, RankCommand.self,
            SampleCommand.self, CampaignCommand.self, CoverageCommand.self,
            Audit.self, Backup.self, Restore.self, Copy.self, AccountCommand.self,
            DatabaseCommand.self,
            ShowSettings.self,
        ])

    static func main() async {
        OwnProcess.keepFilesPrivate()
        await main(nil)
    }
}

/// Something that ends a command with one sentence for the person who typed it.
struct Failure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
