import Foundation

// Writes text files into one Swift file of raw string literals, which compile in a moment where byte arrays
// take minutes. usage: embed-files OUTPUT FILE…

/// A raw literal's fence must be longer than any run of `#` that follows a quotation mark in the text.
func fence(for text: String) -> String {
    var longest = 0
    var run = -1
    for character in text {
        if character == "\"" { run = 0 } else if character == "#", run >= 0 { run += 1 } else { run = -1 }
        longest = max(longest, run)
    }
    return String(repeating: "#", count: longest + 1)
}

let output = URL(filePath: CommandLine.arguments[1])
var swift = """
    /// The text files of this target, by file name. Written by the build; the files themselves are in the \
    source tree.
    enum Embedded {
        static let files: [(name: String, text: StaticString)] = [

    """
for path in CommandLine.arguments.dropFirst(2).sorted() {
    let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    let hashes = fence(for: text)
    // A scheme is told by its folder, its year being only the edition: ruyang-two-month-2019.yaml.
    let file = URL(filePath: path)
    let folder = file.deletingLastPathComponent().lastPathComponent
    let name = file.pathExtension == "yaml" ? "\(folder)-\(file.lastPathComponent)" : file.lastPathComponent
    swift += "        (\"\(name)\", \(hashes)\"\"\"\n\(text)\n\"\"\"\(hashes)),\n"
}
swift += """
        ]

        /// The text of the file of that name, which must exist: a missing one is a fault of the build.
        static func text(_ name: String) -> String {
            guard let text = optional(name) else { preconditionFailure("no embedded file \\(name)") }
            return text
        }
        static func optional(_ name: String) -> String? {
            files.first { $0.name == name }?.text.description
        }
    }

    """
try swift.write(to: output, atomically: true, encoding: .utf8)
