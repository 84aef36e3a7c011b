import Foundation
import Rules

/// A secret of 32 bytes in a file of its own, written as 64 hexadecimal digits.
package enum KeyFile {
    /// Why there is no key.
    package struct Failed: Error, CustomStringConvertible {
        package let description: String
        init(_ description: String) { self.description = description }
    }

    /// The secret in a file; nil if there is no such file. Throws `Failed` for a file that is no key.
    static func secret(in file: URL) throws -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        let handle = try FileHandle(forReadingFrom: file)
        defer { handle.closeFile() }
        // A key is 64 digits: whatever else was named is not read to its end.
        let text = String(decoding: try handle.read(upToCount: 4096) ?? Data(), as: UTF8.self)
        guard let secret = [UInt8](hex: text.trimmed), secret.count == 32 else {
            throw Failed("\(file.path) is no key: it has to hold 64 hexadecimal digits")
        }
        return secret
    }

    /// Makes a file with a new secret, unless there is one already, and answers what it holds. Only its owner
    /// may read it.
    static func made(_ file: URL, chance: Chance) throws -> [UInt8] {
        // Linked only when it is whole: of two processes that start together the second finds the first
        // one's.
        let draft = file.appendingPathExtension("\(chance.bits())")
        let text = Data(chance.bytes(32).hex.utf8)
        guard
            FileManager.default.createFile(
                atPath: draft.path, contents: text, attributes: [.posixPermissions: 0o600])
        else { throw Failed("\(draft.path) cannot be written") }
        defer { unlink(draft.path) }
        if let handle = FileHandle(forUpdatingAtPath: draft.path) {
            try handle.synchronize()
            try handle.close()
        }
        guard link(draft.path, file.path) == 0 || errno == EEXIST, let secret = try secret(in: file) else {
            throw Failed("\(file.path) cannot be made")
        }
        return secret
    }
}
