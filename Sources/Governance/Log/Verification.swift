package import Rules
import Store

extension Log {
    /// What a log is held against besides itself: everything that whoever can write the database does not
    /// therefore have.
    package struct Evidence: Sendable {
        /// The signed checkpoints that were kept, and the line of their file that is none.
        package var kept: Checkpoints.Kept
        /// The public key that the log has to name; nil if only the log itself tells.
        package var key: String?
        /// Whether that key was given by somebody who kept it elsewhere: then it may follow a lost one.
        package var isKeyGiven = false
        /// What a third party kept.
        package var witness: Witness?
        /// The present: what is older than an hour has to be signed.
        package var now: Instant
    }

    /// The outcome of verifying a county's log.
    package struct Verification: Sendable {
        /// One thing that does not fit.
        package struct Fault: Sendable {
            /// What kind of thing: the chain itself, its head, the office, the key, a checkpoint, lines that
            /// no checkpoint signs, a witness, a row that is not what the log says it was left as, a file.
            package enum Kind: String, CaseIterable, Sendable {
                case chain, head, office, key, checkpoint, unsigned, witness, row, attachment
            }
            /// What kind.
            package var kind: Kind
            /// The line that it is about; nil if it is about none.
            package var line: Int?
            /// What is wrong.
            package var words: Phrase

            /// The same with the line in front.
            package var told: Phrase {
                guard let line else { return words }
                // That line is sound; what it left is not there any more.
                if kind == .row {
                    return Phrase(
                        zh: "\(words.zh)（上次留下它的是第 \(line) 条。）", en: "\(words.en) Line \(line) left it last.")
                }
                return Phrase(
                    zh: "第 \(line) 条有问题：\(words.zh)", en: "Line \(line) is at fault: \(words.en)")
            }
        }

        /// Whose log.
        package var county: County
        /// How many lines were walked.
        package var lines = 0
        /// Everything that does not fit, each kind once, the chain's own first.
        package var faults: [Fault] = []
        /// The hash of the last line that fits.
        package var head: [UInt8] = []
        /// How many of the checkpoints lie on the chain and are signed by the named key, and the newest of
        /// them.
        package var checkpoints = 0, newest: Checkpoint?
        /// The public key that signs the log now.
        package var key: String?
        /// The line and the moment up to which a witness vouches; nil if there was none for this county.
        package var witnessed: (line: Int, at: Instant)?
        /// From which line on the log says what rows were left as, and how many are what it says; nil if it
        /// never does.
        package var rows: (since: Int, whole: Int)?
        /// What the log says of rows that belong to no county.
        var sharedRows = RowsLeft()
        /// Whether checkpoints were asked for at all.
        package var isHeldAgainstCheckpoints = false

        /// What does not fit first, or nil.
        package var fault: Fault? { faults.first }
        /// How many lines are behind the newest checkpoint.
        package var behind: Int { max(0, lines - (newest?.line ?? 0)) }

        /// What came of it, a sentence after the other: the same for command and page.
        package var told: [Phrase] {
            var told = faults.map(\.told)
            if faults.isEmpty {
                told.append(Phrase(zh: "核验了 \(lines) 条，全部对得上。", en: "\(lines) lines, all fit."))
            }
            told.append(rowsTold)
            guard isHeldAgainstCheckpoints else { return told }
            if let newest {
                told.append(
                    Phrase(
                        zh: "\(checkpoints) 个检查点相符，最新的 \(newest.at.iso) 签到第 \(newest.line) 条，"
                            + "之后 \(behind) 条还没有签。",
                        en: "\(checkpoints) checkpoints hold, the newest signed line \(newest.line) at "
                            + "\(newest.at.iso); \(behind) lines behind it are not signed yet."))
            } else {
                told.append(
                    Phrase(
                        zh: "没有检查点，\(behind) 条都没有签。",
                        en: "No checkpoint holds; none of \(behind) lines is signed."))
            }
            if let witnessed {
                told.append(
                    Phrase(
                        zh: "见证文件 \(witnessed.at.iso) 记下的第 \(witnessed.line) 条还在。",
                        en: "Line \(witnessed.line), witnessed at \(witnessed.at.iso), is still there."))
            }
            return told
        }

        private var rowsTold: Phrase {
            guard let rows else {
                return Phrase(
                    zh: "日志还没有登记数据行。", en: "The log does not say yet what rows were left as.")
            }
            let since =
                rows.since == 1
                ? Phrase(zh: "", en: "")
                : Phrase(zh: "（第 \(rows.since) 条起登记）", en: " (said since line \(rows.since))")
            return Phrase(
                zh: "\(rows.whole) 行数据与日志相符\(since.zh)。",
                en: "\(rows.whole) rows are what the log says they were left as\(since.en).")
        }
    }

    /// Lines without a checkpoint may be this old: the hour, and another one for a server that was away.
    static let longestUnsigned = Int64(2 * Checkpoints.interval) * 60_000

    /// Verifies a county's log: walks the chain from the first line to the last, in bounded memory, and holds
    /// it against its head, its office, and against the evidence. Command, page and API come through here:
    /// for who reads the log. `progress` is told every ten thousand lines how many were walked and how many
    /// there are.
    package static func verify(
        for actor: Actor, against evidence: Evidence? = nil, progress: (Int, Int) -> Void = { _, _ in },
        in books: Books
    ) throws -> Verification {
        try actor.need(.readLog)
        let county = actor.county
        let head = try books.head(of: county)
        let whole = head?.events ?? 0
        var walk = Walk(county, evidence)
        try books.transaction.each(
            "SELECT \(columnsWithRows) FROM event WHERE county = \(county) ORDER BY seq"
        ) { row in
            // What cannot even be read was changed.
            let read: (entry: LogEntry, rows: [UInt8]?)? = try {
                do { return try LogEntry.withRows(row) } catch is StoreError { return nil }
            }()
            walk.take(read?.entry, read?.rows)
            if walk.outcome.lines % 10_000 == 0 { progress(walk.outcome.lines, whole) }
        }
        let hasOffice = try books.count("SELECT COUNT(*) FROM office WHERE county = \(county)") > 0
        walk.end(head: head, hasOffice: hasOffice)
        try walk.compareRows(head: head, in: books)
        progress(walk.outcome.lines, whole)
        return walk.outcome
    }

    /// Every county that is found in any of office, list of offices, heads, lines, checkpoints and witness:
    /// none of them can be taken away unseen. For commands: it asks all counties. `strange`: what stands
    /// there and is no county.
    package static func counties(
        in evidence: Evidence, _ books: Books
    ) throws -> (counties: [County], strange: [String]) {
        var codes = Set(
            evidence.kept.checkpoints.map(\.county.code) + (evidence.witness?.lines.map(\.county.code) ?? []))
        for statement: SQL in [
            "SELECT county FROM office ORDER BY county", "SELECT county FROM office_name ORDER BY county",
            "SELECT county FROM county_head ORDER BY county",
        ] {
            codes.formUnion(try books.all(statement) { try $0.get("county", as: String.self) })
        }
        // From county to county along the key: rows are many, counties few.
        for table in ["event"] + Schema.noted.tables.values.filter({ !$0.isShared }).map(\.name).sorted() {
            var last = ""
            while let next = try books.first(
                "SELECT MIN(county) AS county FROM \(SQL(trusted: table)) WHERE county > \(last)",
                { try $0.optional("county", as: String.self) }) ?? nil, next > last
            {
                codes.insert(next)
                last = next
            }
        }
        return (codes.sorted().compactMap { County($0) }, codes.filter { County($0) == nil }.sorted())
    }

    /// Keeps that somebody verified the log and what came of it.
    package static func keep(_ outcome: Verification, by actor: Actor, at now: Instant, in books: Books)
        throws
    {
        try actor.need(.readLog)
        let fault = outcome.fault.map { fault in fault.kind.rawValue + (fault.line.map { " \($0)" } ?? "") }
        try books.record(
            Event(
                .logVerified,
                [
                    ("lines", "\(outcome.lines)"), ("fault", fault), ("head", outcome.head.hex),
                    ("checkpoints", outcome.isHeldAgainstCheckpoints ? "\(outcome.checkpoints)" : nil),
                ]),
            about: .init("log", actor.county.code), by: actor, as: .readLog, at: now)
    }
}

/// One walk along a chain: what is seen on the way, and what is concluded at its end.
private struct Walk {
    var outcome: Log.Verification
    private let county: County, evidence: Log.Evidence?
    private let checkpoints: [Checkpoint], witnessed: Witness.Line?
    /// Hash and moment of the lines that are asked for at the end.
    private var marks: [Int: (hash: String, at: Instant)] = [:]
    private let marked: Set<Int>
    /// The signed lines, and of the lines behind each of them up to the next the first with the earliest and
    /// the latest moment.
    private let ends: [Int]
    private var spans: [(first: Int, earliest: Instant, latest: Instant)?], span = 0
    private var named: NamedKeys
    /// What the log says of rows, and since which line.
    private var rows = RowsLeft(), rowsSince: Int?

    init(_ county: County, _ evidence: Log.Evidence?) {
        (self.county, self.evidence) = (county, evidence)
        checkpoints = evidence?.kept.checkpoints.filter { $0.county == county } ?? []
        witnessed = evidence?.witness?.lines.first { $0.county == county }
        let signed = checkpoints.map(\.line)
        marked = Set(signed + signed.map { $0 + 1 } + [1] + (witnessed.map { [$0.line] } ?? []))
        ends = Set(signed).sorted()
        spans = Array(repeating: nil, count: ends.count + 1)
        outcome = Log.Verification(county: county)
        outcome.isHeldAgainstCheckpoints = evidence != nil
        named = NamedKeys(of: county)
    }

    /// Takes the next line; nil is one that cannot be read.
    mutating func take(_ entry: LogEntry?, _ digests: [UInt8]?) {
        outcome.lines += 1
        guard outcome.faults.isEmpty else { return }
        let line = outcome.lines
        guard let entry else { return chain(line, "这一条读不出来。", "It cannot be read.") }
        guard entry.sequence == line else { return chain(line, "这一条不见了。", "This line is missing.") }
        guard entry.previous == outcome.head else {
            return chain(line, "和前一条对不上。", "It does not follow from the line before.")
        }
        guard entry.computedHash(county: county) == entry.hash else {
            return chain(line, "内容被改过。", "Its content was altered.")
        }
        outcome.head = entry.hash
        if marked.contains(line) { marks[line] = (entry.hash.hex, entry.at) }
        while span < ends.count, line > ends[span] { span += 1 }
        spans[span] =
            spans[span].map { ($0.first, min($0.earliest, entry.at), max($0.latest, entry.at)) } ?? (
                line, entry.at, entry.at
            )
        named.add(entry)
        guard let digests else {
            if rowsSince != nil { chain(line, "这一条没有登记数据行。", "It says nothing of the rows it left.") }
            return
        }
        if rowsSince == nil {
            rowsSince = line
            if line > 1, entry.kind != Event.Kind.rowsNoted.word {
                chain(line, "登记数据行不是从头开始的。", "What rows were left as does not begin with all of them.")
            }
        }
        let isWhole = RowDigest.each(in: digests) { row in
            if row.order == nil { rows.take(row, line) } else { outcome.sharedRows.take(row, line) }
        }
        if !isWhole { chain(line, "登记的数据行读不出来。", "What it says of rows cannot be read.") }
    }

    /// Holds the rows that are there against what the log says they were left as.
    mutating func compareRows(head: CountyHead?, in books: Books) throws {
        guard isChained, let since = rowsSince else { return }
        var faults: [RowFault] = []
        if let head, let kept = rows.head, head.digest.content != kept {
            faults.append(RowFault(table: "county_head", key: county.code, line: nil, kind: .changed))
        }
        let compared = try rows.compare(
            Schema.noted.tables.values.filter { !$0.isShared }.sorted { $0.name < $1.name }, of: county,
            in: books)
        outcome.rows = (since, compared.whole)
        outcome.add(faults + compared.faults)
        outcome.faults += try AttachmentProof.faults(of: county, in: books)
    }

    private mutating func chain(_ line: Int, _ zh: String, _ en: String) {
        fault(.chain, line, zh: zh, en: en)
    }

    /// Notes what does not fit; of one kind the first.
    private mutating func fault(_ kind: Log.Verification.Fault.Kind, _ line: Int?, zh: String, en: String) {
        guard !outcome.faults.contains(where: { $0.kind == kind }) else { return }
        outcome.faults.append(.init(kind: kind, line: line, words: Phrase(zh: zh, en: en)))
    }

    private var isChained: Bool { !outcome.faults.contains { $0.kind == .chain } }

    mutating func end(head: CountyHead?, hasOffice: Bool) {
        look(at: head)
        if !hasOffice, county != .shared {
            fault(.office, nil, zh: "这个县（区）的机构不见了。", en: "The office of this county is missing.")
        }
        guard let evidence else { return }
        look(at: evidence.key, isGiven: evidence.isKeyGiven)
        lookAtCheckpoints(evidence)
        if isChained { lookForUnsigned(at: evidence.now) }
        if let witness = evidence.witness { look(at: witness) }
    }

    private mutating func look(at head: CountyHead?) {
        guard let head else {
            return fault(.head, nil, zh: "这条链的链头不见了。", en: "The head of this chain is missing.")
        }
        guard isChained, head.events != outcome.lines || head.eventHash != outcome.head else { return }
        let line = min(max(head.events, 0), outcome.lines) + 1
        if head.events > outcome.lines {
            fault(.head, line, zh: "末尾的记录被删掉了。", en: "Lines at the end were removed.")
        } else {
            fault(.head, line, zh: "末尾的记录和链头对不上。", en: "The end of the chain is not what its head says.")
        }
    }

    /// The keys that the log names follow each other, and one of them is the one that is trusted.
    private mutating func look(at key: String?, isGiven: Bool) {
        outcome.key = named.newest ?? key
        if let other = named.foreign.first(where: { !isGiven || $0.key != key }) {
            fault(
                .key, other.line, zh: "换了签名公钥，但没有原来的密钥签名认可。",
                en: "The signing key changed without the signature of the key before.")
        }
        guard let key, let newest = named.newest, !named.all.contains(where: { $0.key == key }) else {
            return
        }
        fault(
            .key, nil, zh: "日志里公布的公钥是 \(newest)，不是 \(key)。",
            en: "The log names the public key \(newest), not \(key).")
    }

    private mutating func lookAtCheckpoints(_ evidence: Log.Evidence) {
        if let line = evidence.kept.unreadable {
            fault(
                .checkpoint, nil, zh: "检查点文件第 \(line) 行读不出来。",
                en: "Line \(line) of the file of checkpoints cannot be read.")
        }
        var last: Checkpoint?
        for point in checkpoints {
            let (line, wasChained) = (point.line, last?.previous != nil)
            if let previous = point.previous {
                if previous != last?.print ?? Checkpoint.first {
                    fault(
                        .checkpoint, line, zh: "这一条的检查点前面少了检查点。",
                        en: "A checkpoint before this line's is missing.")
                }
            } else if wasChained {
                fault(
                    .checkpoint, line, zh: "这一条的检查点没有接在前一个后面。",
                    en: "This line's checkpoint names none before it.")
            }
            last = point
            guard let key = named.key(at: line) ?? evidence.key, point.isSigned(by: key) else {
                fault(
                    .checkpoint, line, zh: "这一条的检查点不是用公布的公钥签的。",
                    en: "This line's checkpoint was not signed with the key that was named.")
                continue
            }
            guard let mark = marks[line] else {
                // Behind a line that does not fit nothing can be said.
                guard isChained else { continue }
                fault(
                    .checkpoint, line, zh: "检查点签过的这一条不见了。",
                    en: "A checkpoint was signed for this line, and it is gone.")
                continue
            }
            guard mark.hash == point.hash else {
                fault(
                    .checkpoint, line, zh: "和 \(point.at.iso) 签名的检查点对不上：这以前的记录被整段改写过。",
                    en: "It is not what was signed at \(point.at.iso): lines up to here were rewritten.")
                continue
            }
            outcome.checkpoints += 1
            if line >= outcome.newest?.line ?? 0 { outcome.newest = point }
        }
    }

    /// A checkpoint is due every hour: older lines without one mean that it was taken away, or never made.
    /// Whichever of them is old: the first alone could be given another moment.
    private mutating func lookForUnsigned(at now: Instant) {
        let signed = outcome.newest?.line ?? 0
        let unsigned = spans.compactMap(\.self).filter { $0.first > signed }
        guard let next = unsigned.first?.first, let at = unsigned.map(\.earliest).min(),
            let latest = unsigned.map(\.latest).max()
        else { return }
        guard now.since(at) > Log.longestUnsigned else {
            if latest.since(now) > Log.longestUnsigned {
                fault(
                    .unsigned, next, zh: "没有签名的记录里有 \(latest.iso) 的，时间在将来。",
                    en: "Among the lines that nobody signed is one of \(latest.iso), which is still to come.")
            }
            return
        }
        fault(
            .unsigned, next,
            zh: "\(at.iso) 的这一条和后面的没有检查点，而检查点每小时都该有：被删掉了，或者服务没有在签。",
            en: "It is of \(at.iso), and no checkpoint signs it or what follows, although one is due every "
                + "hour: it was removed, or no server was signing.")
    }

    private mutating func look(at witness: Witness) {
        if let kept = witnessed { look(at: kept) }
        if !witness.isSigned(by: witness.key) {
            fault(
                .witness, nil, zh: "见证文件的签名不对。", en: "The signature of the witness's file does not fit.")
        } else if !named.all.isEmpty, !named.all.contains(where: { $0.key == witness.key }) {
            fault(
                .witness, nil, zh: "见证文件是用另一个公钥（\(witness.key)）签的。",
                en: "The witness's file was signed with another key, \(witness.key).")
        }
    }

    private mutating func look(at kept: Witness.Line) {
        if let mark = marks[kept.line] {
            guard mark.hash == kept.hash else {
                return fault(
                    .witness, kept.line, zh: "和 \(kept.at.iso) 的见证对不上：这以前的记录被整段改写过。",
                    en: "It is not what was witnessed at \(kept.at.iso): lines up to here were rewritten.")
            }
            outcome.witnessed = (kept.line, kept.at)
        } else if isChained {
            fault(
                .witness, kept.line, zh: "见证过的这一条不见了。", en: "This line was witnessed, and it is gone.")
        }
    }
}
