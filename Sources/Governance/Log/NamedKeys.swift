import Rules
import Store

extension Event.Kind {
    static let signingKeyNamed = Event.Kind("log.key", zh: "公布签名公钥", en: "Signing key named")
}

/// A public key as a line of the log names it.
struct NamedKey: Sendable, Equatable {
    /// The line, and the key.
    var line: Int, key: String
    /// The key before, and its signature under the change; empty in the first line.
    var previous: String, signature: String

    /// What the key before signs when another one follows it.
    static func words(_ county: County, from old: String, to new: String) -> String {
        "luoshi key \(county) \(old) \(new)"
    }

    /// What a line of the log says; nil if it names no key.
    init?(_ entry: LogEntry) {
        guard entry.kind == Event.Kind.signingKeyNamed.word else { return nil }
        let details = entry.details
        (line, key) = (entry.sequence, details["key"] ?? "")
        (previous, signature) = (details["previous"] ?? "", details["signature"] ?? "")
    }

    /// Whether it follows another key by that key's own signature.
    func follows(_ old: String, in county: County) -> Bool {
        previous == old && SigningKey.isSound(signature, of: Self.words(county, from: old, to: key), by: old)
    }
}

/// The keys that a county's log names, each from a line on. The first one is taken as it stands; who keeps it
/// elsewhere can tell whether it is the office's.
struct NamedKeys: Sendable {
    private(set) var all: [NamedKey] = []
    /// The keys that do not follow the one before by its signature.
    private(set) var foreign: [NamedKey] = []
    private let county: County

    /// No key yet.
    init(of county: County) { self.county = county }

    /// Reads the lines that name keys.
    init(of county: County, in books: Books) throws {
        self.init(of: county)
        try books.writePendingEvents()
        // By the index of what lines are about: few are about the log itself.
        try books.transaction.each(
            """
            SELECT \(Log.columns) FROM event
            WHERE county = \(county) AND subject_kind = 'log' AND subject_id = \(county.code)
                AND kind = \(Event.Kind.signingKeyNamed.word) ORDER BY seq
            """
        ) { try add(LogEntry($0)) }
    }

    /// Takes a line, if it names a key.
    mutating func add(_ entry: LogEntry) {
        guard let named = NamedKey(entry), named.key != all.last?.key else { return }
        if let last = all.last, !named.follows(last.key, in: county) { foreign.append(named) }
        all.append(named)
    }

    /// The key that signs now.
    var newest: String? { all.last?.key }

    /// The key that signs a line; before the first one was named, that one.
    func key(at line: Int) -> String? { (all.last { $0.line <= line } ?? all.first)?.key }

    /// Writes into the log which key signs from now on. `old`: the key before, which signs the change.
    static func name(
        _ key: String, after old: String?, signedBy oldKey: SigningKey?, county: County, at now: Instant,
        in books: Books
    ) throws {
        let signature = try old.flatMap { old in
            try oldKey.map { try $0.signature(of: NamedKey.words(county, from: old, to: key)) }
        }
        try books.record(
            Event(.signingKeyNamed, [("key", key), ("previous", old), ("signature", signature)]),
            about: .init("log", county.code), by: .system(of: county), at: now)
    }
}
