import Foundation

/// A line on the terminal that tells how far something is; nothing where nobody looks.
struct Progress {
    private static let isWatched = isatty(STDERR_FILENO) == 1
    private let what: String
    init(_ what: String) { self.what = what }

    /// Shows that so many of so many are done.
    func show(_ done: Int, of whole: Int) {
        guard Self.isWatched, whole > 0 else { return }
        let tenths = min(20, done * 20 / whole)
        let bar = String(repeating: "#", count: tenths) + String(repeating: ".", count: 20 - tenths)
        FileHandle.standardError.write(Data("\r\(what) [\(bar)] \(done)/\(whole)".utf8))
    }

    /// Begins a new line after the last one.
    static func end() {
        if isWatched { FileHandle.standardError.write(Data("\n".utf8)) }
    }
}
