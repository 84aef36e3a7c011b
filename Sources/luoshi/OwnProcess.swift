import Foundation

/// What the program settles for itself with the system before it does anything.
enum OwnProcess {
    /// What is made here is for this user's eyes only, whoever starts the program and however.
    static func keepFilesPrivate() { umask(0o077) }

    /// Takes as many descriptors as the system allows, as the usual soft limit is for programs that open a
    /// few files; answers how many connections may use, with some kept for the database and for workbooks.
    static func connections() -> Int {
        var limit = rlimit()
        guard getrlimit(descriptors, &limit) == 0 else { return 512 }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(descriptors, &limit)
        guard getrlimit(descriptors, &limit) == 0 else { return 512 }
        let all = Int(clamping: limit.rlim_cur)
        return max(all - 512, all / 2)
    }

    private static let descriptors = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    /// What others may read although it should be theirs alone, as a sentence with the remedy; nil if nothing
    /// is open.
    static func openness(of folder: URL) throws -> String? {
        let names = [""] + (try FileManager.default.contentsOfDirectory(atPath: folder.path))
        let open = try names.filter { name in
            let path = name.isEmpty ? folder.path : folder.appending(path: name).path
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            return (mode ?? 0) & 0o077 != 0
        }
        guard !open.isEmpty else { return nil }
        return
            """
            Others on this machine may open \(folder.path) or files in it. Close it with: chmod -R \
            go-rwx '\(folder.path)'
            """
    }
}
