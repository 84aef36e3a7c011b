import Foundation
import Testing

@Suite struct `The rooms of the house keep to themselves` {
    /// What each room may import; nothing else.
    static let allowed: [String: Set<String>] = [
        "Store": ["Foundation", "Dispatch", "Synchronization", "Glibc", "GRDB", "GRDBSQLite", "CPostgres"],
        "Rules": ["Foundation", "CYaml", "Crypto"],
        "Governance": [
            "Foundation", "Dispatch", "Synchronization", "Glibc", "Crypto", "CryptoExtras", "CZip", "CExpat",
            "CXlsxWriter", "Store", "Rules",
        ],
        "Web": [
            "Foundation", "Synchronization", "Crypto", "HTTPTypes", "Hummingbird", "Logging",
            "ServiceLifecycle", "NIOFoundationEssentialsCompat", "Governance",
            "Rules", "CQREncode",
        ],
        "luoshi": [
            "Foundation", "FoundationEssentials", "ArgumentParser", "Configuration", "SystemPackage",
            "Logging", "Hummingbird", "HummingbirdTLS",
            "HummingbirdHTTP2", "HummingbirdCore", "HTTPTypes", "NIOCore", "NIOHTTPTypes", "NIOSSL", "NIOTLS",
            "Store", "Rules", "Governance", "Web",
        ],
    ]

    @Test func `every room imports only what it may know`() throws {
        var faults: [String] = []
        for file in Tree.files("Sources", ".swift") {
            let room = String(file.split(separator: "/")[1])
            for match in Source(try Tree.text(file)).code.matches(
                of:
                    #/(?m)^(?:@\w+ )?(?:package |public |internal |private )?import (?:struct |enum |class |func )?(\w+)/#
            )
            where Self.allowed[room]?.contains(String(match.1)) != true {
                faults.append("\(file) imports \(match.1)")
            }
        }
        #expect(faults == [])
        #expect(
            Set(Tree.files("Sources", ".swift").map { String($0.split(separator: "/")[1]) })
                == Set(Self.allowed.keys), "a room that nobody decided about")
    }

    /// The floors of `Governance`: a folder uses only what stands below it.
    static let floors = [
        "Basics": 0, "Schema": 0, "Starter": 0, "Tables": 1, "Forms": 1, "Territories": 2, "Log": 2,
        "Attachments": 2,
        "Lifecycle": 3, "Posts": 3, "Accounts": 3, "Offices": 4,
        "Registry": 5, "Cases": 6, "Boundaries": 7, "Campaigns": 7, "Figures": 7, "Directory": 7,
        "Evaluations": 8, "Samples": 9, "Outcomes": 10,
        "Archive": 11, "Demo": 12,
    ]
    /// Names that a file may use though they stand above it or beside it, and why.
    static let stairs: [String: (names: Set<String>, why: String)] = [
        "Basics/Actor.swift": (
            ["Person", "Post", "Unit", "Territory"], "identities of a seat are typed by what they are of"
        ),
        "Basics/Office.swift": (
            ["Schema", "SignInPace"], "migrating is the office's own act; a process has one count of guesses"
        ),
        "Log/EventKinds.swift": (["Case"], "the words of every kind of event in one list"),
        "Territories/Territories.swift": (
            ["Organisation", "Offices"],
            "a change of land makes the remembered names old; another office's land is refused"
        ),
        "Territories/CodeImport.swift": (["Organisation"], "a change of land makes the remembered names old"),
        "Territories/TerritoryImport.swift": (
            ["Organisation"], "a change of land makes the remembered names old"
        ),
        "Posts/Tenures.swift": (["Offices"], "holders are looked for inside the office's own land"),
        "Posts/Posts.swift": (["Offices"], "what changes holds from the office's day on"),
        "Posts/PowerRequest.swift": (
            ["Accounts", "Account", "SecondFactor", "Offices"],
            "a lost second factor is a request too; who confirms answers for the office"
        ),
        "Posts/Units.swift": (["Offices"], "who administers answers for the office"),
        "Posts/OrganisationImport.swift": (["Accounts"], "a table of people brings their accounts"),
        "Accounts/Account.swift": (["Person"], "an account is a person's"),
        "Accounts/Accounts.swift": (
            ["Person", "Tenures", "Organisation", "Offices", "PowerRequests"], "an account is a person's"
        ),
        "Accounts/SigningIn.swift": (
            ["Offices", "Organisation"],
            "a wrong login is counted by the office's day; a session that ends is forgotten"
        ),
        "Accounts/Sessions.swift": (
            ["Person", "Tenures", "Organisation", "Offices", "Parameters"],
            "a session opens what its holder's posts open"
        ),
        "Lifecycle/Procedure.swift": (
            ["Person", "Post"], "identities of a hand are typed by what they are of"
        ),
        "Basics/Refusal.swift": (["AccountStep"], "what has to be done first is told like every refusal"),
        "Accounts/SecondFactor.swift": (
            ["Offices", "Organisation"], "which posts need it the office decides"
        ),
        "Offices/Offices.swift": (["Categories"], "a new office begins with the starter categories"),
        "Offices/Calendars.swift": (["Cases"], "a loaded year settles provisional deadlines"),
    ]

    @Test func `a folder of the product names only what stands on floors below it`() throws {
        var home: [String: String] = [:]
        let files = Tree.files("Sources/Governance", ".swift")
        var codes: [String: String] = [:]
        for file in files {
            let (folder, code) = (String(file.split(separator: "/")[2]), Source(try Tree.text(file)).code)
            codes[file] = code
            for match in code.matches(
                of: #/(?m)^(?:package )?(?:final |indirect )*(?:struct|enum|class|protocol|typealias) (\w+)/#)
            {
                home[String(match.1)] = folder
            }
        }
        #expect(home["Case"] == "Cases" && home["Books"] == "Basics" && home.count > 40)
        var (faults, climbed) = ([String](), Set<String>())
        for (file, code) in codes {
            let folder = String(file.split(separator: "/")[2])
            let floor = try #require(Self.floors[folder], "the folder \(folder) stands on no floor")
            let short = file.replacing("Sources/Governance/", with: "")
            for match in code.matches(of: #/(^|[^.\w])([A-Z]\w+)/#) {
                let name = String(match.2)
                guard let other = home[name], other != folder, (Self.floors[other] ?? 99) >= floor else {
                    continue
                }
                if Self.stairs[short]?.names.contains(name) == true {
                    climbed.insert("\(short) \(name)")
                } else {
                    faults.append("\(short) uses \(name) of \(other)")
                }
            }
        }
        #expect(Set(faults).sorted() == [])
        let listed = Set(Self.stairs.flatMap { file, stair in stair.names.map { "\(file) \($0)" } })
        #expect(listed.subtracting(climbed) == [], "exceptions that nobody needs any more")
    }
}

@Suite struct `What could be dangerous stands where it is listed` {
    static func uses(of pattern: Regex<Substring>, in folder: String = "Sources", without: Set<String> = [])
        throws -> [String]
    {
        try Tree.files(folder, ".swift").filter { file in
            if without.contains(file) { return false }
            return Source(try Tree.text(file)).code.firstMatch(of: pattern) != nil
        }
    }

    @Test
    func
        `a text becomes SQL only where names of the program's own are put together: figures, cursors, copied tables`()
        throws
    {
        #expect(
            try Self.uses(of: #/SQL\(trusted:/#) == [
                "Sources/Governance/Figures/CaseConditions.swift", "Sources/Governance/Log/RowCover.swift",
                "Sources/Governance/Log/RowsLeft.swift", "Sources/Governance/Log/Verification.swift",
                "Sources/Store/Copying.swift",
                "Sources/Store/Postgres/PostgresConnection.swift",
            ])
    }

    @Test func `a text becomes markup only in the icons`() throws {
        #expect(try Self.uses(of: #/HTML\(trusted:/#) == ["Sources/Web/Look/Icon.swift"])
    }

    @Test func `no compiler check is switched off outside the store, and inside it only by name`() throws {
        let files = try Self.uses(
            of: #/@unchecked Sendable|nonisolated\(unsafe\)|@preconcurrency|unsafeBitCast/#)
        #expect(files.allSatisfy { $0.hasPrefix("Sources/Store/") }, "\(files)")
    }

    @Test func `nothing is tried by force and no error is dropped but where it is listed`() throws {
        #expect(try Self.uses(of: #/\btry!|\bas!|fatalError\(/#) == [])
        // A line of the log whose details are not JSON has none to show.
        let known: Set = ["Sources/Governance/Basics/Event.swift"]
        #expect(try Self.uses(of: #/\btry\?/#, without: known) == [])
        for file in known {
            let code = Source(try Tree.text(file)).code
            #expect(code.matches(of: #/\btry\?/#).count == 1, "\(file)")
        }
    }

    @Test func `lines have 110 columns, but for those that wait to be taken apart`() throws {
        var long: [String] = []
        for file in ["Sources", "Tests", "Plugins"].flatMap({ Tree.files($0, ".swift") }) {
            let count = try Tree.text(file).split(separator: "\n").count { $0.count > 110 }
            if count > 0 { long.append("\(count) \(file)") }
        }
        // Markup and choices inside one interpolation; the number only ever falls.
        let count = long.compactMap { Int($0.prefix { $0 != " " }) }.reduce(0, +)
        #expect(count <= Self.longLines, "\(long)")
    }
    private static let longLines = 261

    @Test func `no clock and no chance of the system is asked inside the verbs`() throws {
        let files = try Self.uses(
            of: #/\bDate\(\)|Date\.now|\.random\(|ContinuousClock|DispatchTime\.now|UUID\(\)/#)
        // When a server that was away is asked again, how long a query may take, how long a file may be read,
        // how long an answer took and how long a line stays open are no matters of the business.
        #expect(
            files == [
                "Sources/Governance/Basics/Clock.swift", "Sources/Governance/Tables/ReadingLimits.swift",
                "Sources/Store/Postgres/PostgresDatabase.swift",
                "Sources/Store/SQLite/SQLiteConnection.swift",
                "Sources/Web/Live/LivePages.swift", "Sources/Web/SiteRouter.swift",
            ])
    }

    @Test func `the catalogue of rules reads no clock, no file and no network`() throws {
        #expect(
            try Self.uses(
                of: #/FileManager|Data\(contentsOf|URLSession|ProcessInfo|Task\b|await/#, in: "Sources/Rules")
                == [])
    }

    @Test func `no page and no API route goes through every office`() throws {
        #expect(try Self.uses(of: #/Offices\.all\(/#, in: "Sources/Web") == [])
    }

    @Test func `a page or a handler writes no SQL`() throws {
        let files = try Tree.files("Sources/Web", ".swift").filter { file in
            Source(try Tree.text(file)).literals.contains {
                $0.firstMatch(of: #/\b(SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b/#) != nil
            }
        }
        #expect(files == [])
    }
}

@Suite struct `Who reads is asked who it is` {
    /// Readers that ask nobody, and why: each is before or outside anybody of an office.
    static let open: [String: String] = [
        "Accounts.holder": "a secret becomes somebody here",
        "Accounts.home": "who signs in is nobody yet",
        "Coverage.recountDaily": "the clockwork's own work, and it records it",
        "Directory.of": "the names that stand on every page, the public's too",
        "Escalation.run": "the clockwork's own work",
        "Log.verifyShared": "for the command that verifies every county",
        "Log.counties": "for the command that verifies every county",
        "Log.heads": "counts for whoever watches the server",
        "Offices.all": "for commands, and for what happens by itself",
        "Offices.found": "before the office there is nobody in it",
        "Offices.known": "what an office is called stands on every page",
        "Offices.listed": "an office is chosen by its name before anybody signs in",
        "Offices.of": "what an office is called stands on every page",
        "Proof.init": "for the command that hands a case's history out",
        "PublicLookUp.notice": "it is published",
        "PublicLookUp.view": "whoever has the number and the telephone's last digits",
        "Surveys.item": "whoever holds the letter",
        "Tenures.actor": "it makes the actor",
    ]

    /// What can be called from outside the product, reads the books, answers, and does not ask for whom. A
    /// holder is the actor of a session, an inquiry a record before an actor.
    static func readersForNobody(in text: String) -> [String] {
        Source.heads(in: text).filter { head in
            head.modifiers.contains("package") && head.hasResult && head.parameters.contains(": Books")
                && !head.parameters.contains(#/: (Actor|Holder|Inquiry<\w+>)[,\s)]/#)
        }.map(\.name)
    }

    @Test func `every reader of what belongs to an office takes an actor, or is listed with its reason`()
        throws
    {
        var (nobodys, seen) = (Set<String>(), 0)
        for file in Tree.files("Sources/Governance", ".swift") where !file.contains("/Demo/") {
            let text = try Tree.text(file)
            nobodys.formUnion(Self.readersForNobody(in: text))
            seen += Source.heads(in: text).count {
                $0.modifiers.contains("package") && $0.hasResult && $0.parameters.contains(": Books")
            }
        }
        #expect(nobodys.subtracting(Self.open.keys).sorted() == [])
        #expect(
            Set(Self.open.keys).subtracting(nobodys).sorted() == [], "exceptions that nobody needs any more")
        #expect(seen > 150)
    }

    @Test func `a reader that asks nobody is found, however its head is broken into lines`() {
        let text = """
            package enum Things {
                /// Every thing.
                package static func all(of county: County, in books: Books) throws -> [Thing] {
                    []
                }
                @discardableResult
                package static func walk(
                    _ county: County, told: (Int, Int) -> Void = { _, _ in },
                    in books: Books
                ) throws
                    -> Walk
                {
                    Walk()
                }
                package init(of county: County, in books: Books) throws {
                }
                package static func own(for actor: Actor, in books: Books) throws -> [Thing] { [] }
                package static func mine(of holder: Holder, in books: Books) throws -> [Thing] { [] }
                package static func count(
                    _ query: Query, by actor: Actor, in books: Books
                ) throws -> Int { 0 }
                package static func end(_ id: ID<Thing>, in books: Books) throws {
                    _ = { () -> Int in 0 }
                }
                static func inside(of county: County, in books: Books) throws -> [Thing] { [] }
            }
            """
        #expect(Self.readersForNobody(in: text) == ["Things.all", "Things.walk", "Things.init"])
    }
}

@Suite struct `What is written down is written down everywhere` {
    @Test
    func
        `every setting of the program is documented by its flag, its name in the environment and its default`()
        throws
    {
        let source = try Tree.text("Sources/luoshi/Settings.swift")
        let names = source.matches(of: #/(?m)^    case ([a-z][\w, ]*)(?: = "([\w-]+)")?$/#).flatMap { match in
            match.2.map { [String($0)] }
                ?? match.1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        let expected = [
            "data", "database", "database-readers", "host", "port", "proxies", "connections-each",
            "tls-certificate", "tls-key", "registry-key",
            "checkpoint-key", "log-level",
        ]
        #expect(names == expected)
        let document = try Tree.text("docs/settings.md")
        for name in names {
            #expect(document.contains("`\(name)`") || document.contains("`--\(name)"), "\(name)")
            #expect(
                document.contains("LUOSHI_" + name.uppercased().replacing("-", with: "_")),
                "\(name) in the environment")
        }
        for usual in ["luoshi-data", "127.0.0.1", "8311", "info"] {
            #expect(document.contains(usual), "default \(usual)")
        }
    }

    /// Functions that change rows and leave the event to whoever calls them, or change nothing that the log
    /// tells of.
    static let silent: [String: String] = [
        "Accounts.endSessions": "called by verbs that record",
        "Sessions.noteUse": "that a session is used only ends it later",
        "Sessions.open": "called by signing in, which records",
        "SigningIn.keep": "called by signing in, which records", "SigningIn.signIn": "records by `admit`",
        "SigningIn.giveCode": "records by `admit`",
        "SecondFactor.begin": "nothing is in force before the first code",
        "SecondFactor.makeCodes": "called by verbs that record",
        "DatedTable.begin": "called by verbs that record",
        "DatedTable.registryKey": "a mark of the key, not of the office",
        "RegisterChanges.apply": "records by the verbs it calls",
        "Registering.add": "of a member: called by verbs that record",
        "Registering.recount": "called by verbs that record",
        "VillageImport.importing": "records by the verb it calls",
        "Villages.change": "records by the verb it calls", "Campaigns.freeze": "called by `publish`",
        "Campaigns.shareOut": "called by `publish`", "Campaigns.shareOutPoints": "called by `publish`",
        "RegisterGates.close": "called by `publish`",
        "Boundaries.end": "called by verbs that record", "Rehoming.households": "called by verbs that record",
        "Rehoming.organisation": "called by verbs that record",
        "Rehoming.profile": "called by verbs that record",
        "Rehoming.supporters": "called by verbs that record",
        "Territories.succeed": "called by verbs that record", "Campaigns.count": "called by `publish`",
        "Visits.pay": "called by `record`", "Ledger.check": "records by the step it takes",
        "Ledger.correct": "records by the entry it adds",
        "Ledger.move": "records by the step it writes", "Ledger.name": "called by `propose`",
        "Samples.add": "called by verbs that record",
        "RepeatedRequests.keep": "an answer that is kept is no change of the office",
        "PendingEvents.writeGroups": "it is the record",
        "PendingEvents.nextOrder": "a counter that orders what the events tell of",
        "Reporting.beginHistory": "called by the report, which records",
        "Attachments.keep": "the event of what it belongs to tells of it",
        "Attachments.move": "the event of the merger tells of them",
        "CaseSearch.forget": "an index", "CountyHead.raiseShared": "counters that the events raised",
        "Receipts.keep": "the event of its record tells of it",
        "Sealing.complainants": "recorded once by `sealOpenNumbers`",
        "Sealing.people": "recorded once by `sealOpenNumbers`",
        "Sealing.cases": "recorded once by `sealOpenNumbers`",
        "Sealing.markDone": "recorded once by `sealOpenNumbers`",
        "Sealing.marks": "recorded once by `sealOpenNumbers`",
        "Archive.copy": "what is copied brings its events along",
        "Attachments.show": "the event is that of filing",
        "Assists.asking": "an effect of `Cases.perform`",
        "Assists.answering": "an effect of `Cases.perform`",
        "CallBacks.keep": "called by `perform` and `rate`, which record", "CaseSearch.note": "an index",
        "CaseSearch.catchUp": "an index",
        "Cases.addHand": "an effect of `Cases.perform`", "Cases.keepHistory": "called by `apply`",
        "Checking.addCheck": "an effect of `Cases.perform`",
        "Decisions.ask": "the event is that of the verb that asks",
        "Decisions.settleAll": "the event is that of the verb that settles",
        "Decisions.decide": "records by `Cases.apply`",
        "Procedure.sign": "the event is that of the verb that signs",
        "Dispatching.addStages": "an effect of `Cases.perform`",
        "Filing.merging": "an effect of `Cases.perform`",
        "Handling.handling": "an effect of `Cases.perform`",
        "Handling.settleStages": "an effect of `Cases.perform`",
        "Reporting.addComplainant": "called by `report`", "Reporting.insert": "called by `report`",
        "Calendars.loadStarter": "records by its import", "CountyHead.beginChain": "an empty chain",
        "CountyHead.head": "locks the row", "CountyHead.settle": "counters that the events raised",
        "OrganisationImport.importingUnits": "records by the verbs it calls",
        "OrganisationImport.importingPeople": "records by the verbs it calls",
        "Territories.keepAlias": "called by verbs that record",
        "Territories.insert": "called by verbs that record",
    ]

    @Test
    func `every function that changes rows records an event in the same body, or is listed with its reason`()
        throws
    {
        var (quiet, seen) = (Set<String>(), 0)
        for file in Tree.files("Sources/Governance", ".swift") where !file.contains("/Demo/") {
            let name = String(file.split(separator: "/").last?.dropLast(6) ?? "")
            for function in Source.functions(in: try Tree.text(file)) {
                guard
                    function.body.firstMatch(of: #/INSERT INTO|UPDATE \w+ SET|DELETE FROM|\.change\(/#) != nil
                else { continue }
                seen += 1
                if !function.body.contains("books.record(") { quiet.insert("\(name).\(function.name)") }
            }
        }
        #expect(seen > 30, "the scan finds the verbs")
        #expect(quiet.subtracting(Self.silent.keys).sorted() == [], "changes without an event")
        #expect(
            Set(Self.silent.keys).subtracting(quiet).sorted() == [], "exceptions that nobody needs any more")
    }

    @Test func `every declaration that other rooms see says what it is`() throws {
        var faults: [String] = []
        // The store's databases say what their protocol says.
        for file in Tree.files("Sources", ".swift")
        where !["Sources/Store/SQLite/SQLiteDatabase.swift", "Sources/Store/Postgres/PostgresDatabase.swift"]
            .contains(file)
        {
            var last = ""
            for line in try Tree.text(file).split(separator: "\n", omittingEmptySubsequences: false) {
                let bare = line.drop { $0 == " " }
                if bare.hasPrefix("@") { continue }
                let isDeclared =
                    bare.firstMatch(
                        of:
                            #/^package (?:static |final |indirect |mutating )*(?:struct|enum|class|protocol|func|let|var|init|subscript|typealias)\b/#
                    ) != nil
                // What a protocol asks for is told where the protocol is.
                let isAsked =
                    bare.contains("sqlValue") || bare.contains("description")
                    || bare.contains("StringInterpolation") || bare.contains("stringLiteral")
                    || bare.contains("static func ==")
                    || bare.contains("literalCapacity") || bare.contains("appendLiteral")
                    || bare.contains("init(stored") || bare.contains("coreContext")
                    || bare.contains("ApplicationRequestContextSource") || bare.contains("maxUploadSize")
                if isDeclared, !isAsked, !last.hasPrefix("///"), !last.hasPrefix("package var "),
                    !last.hasPrefix("package let ")
                {
                    faults.append("\(file): \(bare.prefix(70))")
                }
                last = String(bare)
            }
        }
        #expect(faults == [])
    }
}

@Suite struct `The schema keeps the rules of a distributed county` {
    static func statements() throws -> [(file: String, text: String)] {
        try Tree.files("Sources/Governance/Schema/Steps", ".sql").flatMap { file in
            let bare = try Tree.text(file).split(separator: "\n").map {
                $0.split(separator: "--", maxSplits: 1, omittingEmptySubsequences: false)[0]
            }.joined(
                separator: "\n")
            return bare.split(separator: ";").map {
                (file, $0.trimmingCharacters(in: .whitespacesAndNewlines))
            }
        }
    }
    static func tables() throws -> [(name: String, body: String, isCounty: Bool)] {
        try statements().compactMap { _, text in
            guard let match = text.firstMatch(of: #/^CREATE TABLE (\w+) \(([\s\S]*)\)[^)]*$/#) else {
                return nil
            }
            let body = String(match.2)
            return (
                String(match.1), body,
                body.trimmingCharacters(in: .whitespacesAndNewlines).hasPrefix("county TEXT NOT NULL")
            )
        }
    }
    /// Tables that are the same for every county.
    static let shared: Set = [
        "territory", "territory_code", "territory_alias", "territory_succession", "calendar_year",
        "calendar_day", "office_name", "shared_version",
    ]

    @Test func `every key of a county's table begins with the county`() throws {
        let tables = try Self.tables()
        #expect(
            Set(tables.filter { !$0.isCounty }.map(\.name)) == Self.shared,
            "a table belongs to a county or is listed as shared")
        var faults: [String] = []
        for table in tables where table.isCounty {
            let keys = table.body.matches(of: #/(PRIMARY KEY|UNIQUE|FOREIGN KEY) ?\(([^)]*)\)/#)
            for key in keys where !key.2.hasPrefix("county") { faults.append("\(table.name): \(key.0)") }
            for key in table.body.matches(of: #/FOREIGN KEY \(county[^)]*\) REFERENCES (\w+) \(([^)]*)\)/#)
            where !key.2.hasPrefix("county") {
                faults.append("\(table.name): \(key.0)")
            }
            for line in table.body.split(separator: "\n")
            where line.contains(" UNIQUE") && !line.contains("UNIQUE (county") {
                faults.append("\(table.name): \(line)")
            }
            let isKeyed =
                keys.contains { $0.1 == "PRIMARY KEY" }
                || table.body.contains("county TEXT NOT NULL PRIMARY KEY")
            if !isKeyed { faults.append("\(table.name) has no key") }
        }
        for (_, text) in try Self.statements() {
            guard let index = text.firstMatch(of: #/^CREATE (?:UNIQUE )?INDEX \w+ ON (\w+) \((\w+)/#),
                !Self.shared.contains(String(index.1))
            else { continue }
            if index.2 != "county" { faults.append(text) }
        }
        #expect(faults == [])
        #expect(tables.count > 20)
    }

    @Test func `no column is called by a word that some engine keeps for itself, unless it is quoted`() throws
    {
        let reserved: Set = [
            "all", "and", "as", "asc", "between", "by", "case", "cast", "check", "column", "constraint",
            "create", "cross", "current_date", "current_time",
            "current_timestamp", "current_user", "default", "desc", "distinct", "do", "else", "end", "except",
            "false", "fetch", "for", "foreign", "from",
            "grant",
            "group", "having", "in", "initially", "intersect", "into", "is", "join", "lateral", "leading",
            "left", "like", "limit", "localtime", "not", "null",
            "offset", "on", "only", "or", "order", "outer", "overlaps", "placing", "primary", "references",
            "returning", "returns", "right", "select",
            "session_user", "some",
            "symmetric", "table", "then", "to", "trailing", "true", "union", "unique", "user", "using",
            "value", "values", "variadic", "when", "where",
            "window", "with",
        ]
        var names: [String] = []
        for table in try Self.tables() {
            for line in table.body.split(separator: "\n") {
                if let name = line.firstMatch(of: #/^\s*(\w+) [A-Z]/#), name.1 == name.1.lowercased() {
                    names.append("\(table.name).\(name.1)")
                }
            }
            names.append("x.\(table.name)")
        }
        #expect(names.count > 150)
        #expect(names.filter { reserved.contains(String($0.split(separator: ".")[1])) } == [])
        #expect(names.filter { $0.contains(#/[A-Z]/#) } == [])
    }

    @Test func `no engine counts for us, and no step takes away what an earlier one made`() throws {
        // SQLite cannot take a NOT NULL away: the table is made anew, filled, and takes the old one's name.
        // Two tables of signed steps became one, with every row of both.
        let remade = [
            ("0008-push.sqlite.sql", "TABLE visit"), ("0008-push.sqlite.sql", "TABLE temp.paid"),
            ("0014-steps.sql", "TABLE exit_step"), ("0014-steps.sql", "TABLE ledger_step"),
        ]
        for (file, text) in try Self.statements() {
            #expect(
                !text.contains("AUTOINCREMENT") && !text.contains("IDENTITY") && !text.contains("SERIAL"),
                "\(file)")
            let isDrop = text.hasPrefix("DROP")
            // SQLite keeps the table of word pieces as one tree: made, dropped and made again in one step. An
            // index holds nothing of its own: it may be made anew.
            #expect(
                !isDrop || text.hasPrefix("DROP INDEX") || file.hasSuffix("0002-cases.sqlite.sql")
                    || remade.contains { file.hasSuffix($0.0) && text.contains($0.1) },
                "\(file): \(text)")
        }
    }

    @Test
    func
        `the steps are numbered without a gap, and one engine is told something only where it needs it`()
        throws
    {
        let files = Tree.files("Sources/Governance/Schema/Steps", ".sql").compactMap {
            $0.split(separator: "/").last.map(String.init)
        }
        let plain = files.filter { $0.split(separator: ".").count == 2 }
        #expect(plain.compactMap { Int($0.prefix(4)) } == Array(1...plain.count))
        // A file of one engine belongs to a step and says something.
        for file in files where !plain.contains(file) {
            let parts = file.split(separator: ".")
            #expect(
                plain.contains("\(parts[0]).sql") && ["sqlite", "postgres"].contains(parts[1]), "\(file)")
            let text = try Tree.text("Sources/Governance/Schema/Steps/\(file)")
            #expect(text.contains(";"), "\(file) says nothing")
        }
    }

    /// Statements whose condition is made apart, and where the county stands in it.
    static let apart: [String: String] = [
        "SELECT COUNT(*) FROM case_file c WHERE \\(SQL.all(conditions))":
            "`conditions(of:)` begins with the county",
        "SELECT \\(CaseLine.columns) FROM case_file c WHERE \\(all)": "`all` begins with the county",
        "SELECT COUNT(*) FROM case_file c WHERE \\(all)": "`all` begins with the county",
        "FROM case_history r WHERE r.since <=":
            "the end of a statement whose condition begins with the county",
        "FROM case_file r WHERE": "the end of a statement whose condition begins with the county",
        "SELECT \\(columns) FROM event WHERE \\(SQL.all(conditions))": "`conditions` begins with the county",
    ]

    @Test func `every statement about a county's table names the county`() throws {
        let names = try Self.tables().filter(\.isCounty).map(\.name)
        let pattern = try Regex("\\b(FROM|JOIN|INTO|UPDATE)\\s+(\(names.joined(separator: "|")))\\b")
        var (faults, used, seen) = ([String](), Set<String>(), 0)
        for file in Tree.files("Sources/Governance", ".swift") {
            for text in Source(try Tree.text(file)).literals where text.contains(pattern) {
                seen += 1
                if text.contains("county") { continue }
                let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                if let known = Self.apart.keys.first(where: { line.hasPrefix($0) }) {
                    used.insert(known)
                } else {
                    faults.append("\(file): \(line.prefix(120))")
                }
            }
        }
        #expect(seen > 80)
        #expect(faults == [])
        #expect(Set(Self.apart.keys).subtracting(used) == [], "exceptions that nobody needs any more")
        // Only the offices and the heads are ever asked for without naming one.
        for file in ["Sources/Governance/Cases/CaseList.swift", "Sources/Governance/Log/Chain.swift"] {
            #expect(try Tree.text(file).contains("county = \\("), "\(file)")
        }
    }
}

@Suite struct `The pages stay light and our own` {
    @Test func `the style sheet is at most 21,000 bytes and the scripts at most 30,000`() throws {
        let files = Tree.files("Sources/Web", ".css", ".js")
        let sizes = try files.reduce(into: [String: Int]()) {
            $0[String($1.split(separator: ".").last ?? ""), default: 0] += try Tree.text($1).utf8.count
        }
        let (css, js) = (try #require(sizes["css"]), try #require(sizes["js"]))
        #expect((1...21_000).contains(css), "\(css)")
        #expect((1...30_000).contains(js), "\(js)")
    }

    @Test func `no script and no style of others lies in the tree or is asked for from elsewhere`() throws {
        #expect(
            Tree.files("Sources", ".css", ".js", ".mjs", ".ts", ".woff", ".woff2", ".min.js").filter {
                !$0.hasPrefix("Sources/Web/Look/Files/luoshi.")
            } == [])
        for file in Tree.files("Sources/Web/Look/Files", ".css", ".js") {
            let text = try Tree.text(file)
            for piece in [
                "http://", "https://", "//cdn", "@import", "eval(", "innerHTML", "document.write",
                "Function(",
            ] {
                #expect(!text.contains(piece), "\(file) \(piece)")
            }
        }
        for file in Tree.files("Sources/Web", ".swift") {
            for literal in Source(try Tree.text(file)).literals {
                #expect(
                    !literal.contains("<script src=\"http")
                        && !literal.contains("<link rel=\"stylesheet\" href=\"http")
                        && !literal.contains("style=\\\""),
                    "\(file)")
            }
        }
    }
}
