import Foundation
import Governance
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Rules
import Testing
import Web

/// Two posts in two places are two posts: what somebody with both gets is what two people with one each would
/// get together. Made of the table of contents and the kinds of post, so that a new door or a new kind is
/// tried without a word here.
///
/// First every kind knocks alone, at every door that it may enter, with a thing of its own place and one of
/// the other. Then whatever some posts do not open alone, or never read, is asked for by somebody who holds
/// all of those posts at once, in both places: more than any two of them could be. What that one gets is
/// asked for again pair by pair, so that a fault names two posts. At last each pair of kinds knocks for
/// itself at some of the doors, in turn at all of them.
@Suite(.serialized) struct `Two posts open no more than two people` {
    /// A knock: the door, the address, the verb, and whose thing it is.
    struct SiteContext: Sendable, Hashable {
        var number: Int, path: String, verb: String, side: Land.Side?
        var route: Route { Site.routes[number] }
        static func == (one: Self, other: Self) -> Bool {
            one.number == other.number && one.verb == other.verb && one.side == other.side
        }
        func hash(into hasher: inout Hasher) {
            hasher.combine(number); hasher.combine(verb); hasher.combine(side)
        }
        /// Whether a door lets somebody with these powers in at all; where it does not, `DoorTests` say so.
        func mayEnter(_ powers: Set<Power>) -> Bool {
            switch route.audience {
            case .anyone, .signedIn: true
            case .holders(let power): powers.contains(power)
            case .holdersOfAny(let any): !powers.isDisjoint(with: any)
            }
        }
    }
    struct Seat: Sendable, Hashable, CustomStringConvertible {
        var kind: PostKind, side: Land.Side
        var description: String { "\(kind) in \(side.rawValue)" }
    }

    /// What stands for "the door led somewhere" among the words that somebody got.
    private static let open = "open"
    /// Doors that end the session that knocks.
    private static let endings: Set = ["/sign-out", "/api/v1/tokens/current"]
    /// The door to a session by its identity: only one's own lie behind it, at no place.
    private static let ownSession = "/api/v1/tokens/{id}"
    private static let words =
        Land.Side.allCases.flatMap(\.marks) + ["13800001111", "13800002222", "13900001111", "13900002222"]
    /// The same word of the other place.
    private static func mirrored(_ word: String) -> String {
        let side = word.hasPrefix("甲") ? word.replacing("甲", with: "乙") : word.replacing("乙", with: "甲")
        return word.hasSuffix("1111")
            ? word.replacing("1111", with: "2222")
            : word.hasSuffix("2222") ? word.replacing("2222", with: "1111") : side
    }

    /// Every knock at a door that asks who comes: for parts of a path that name a thing one in each place,
    /// for a verb of a case every verb that there is. Whatever administrators change is the whole office's,
    /// and what is knocked with: their verbs stay out.
    private static func knocks(_ land: Land) throws -> [SiteContext] {
        var all: [SiteContext] = []
        for (number, route) in Site.routes.enumerated() where route.audience != .anyone {
            if route.audience == .holders(of: .administer), route.method != .get { continue }
            // Behind these lies one's own account, at no place.
            if route.path == ownSession || !route.steps.isEmpty && !endings.contains(route.path) { continue }
            guard route.path.contains("{") else {
                all.append(SiteContext(number: number, path: route.path, verb: "", side: nil))
                continue
            }
            for side in Land.Side.allCases {
                let thing = try #require(
                    land.thing(route, at: side), "nothing to knock with at \(route.path)")
                let path = ["{id}", "{name}", "{code}", "{kind}"].reduce(route.path) {
                    $0.replacing($1, with: thing)
                }
                .replacing("{complainant}", with: land.things[side]?["complainant"] ?? "").replacing(
                    "{unit}", with: land.things[side]?["unit"] ?? ""
                )
                .replacing("{number}", with: land.things[side]?["number"] ?? "")
                let isCase = path.hasPrefix("/api/v1/cases/")
                let verbs: [String] =
                    !path.contains("{verb}")
                    ? [""]
                    : isCase
                        ? CaseVerb.allCases.map(\.rawValue)
                        : path.contains("/cases/") ? ["dispatch", "check"] : ["change", "join"]
                for verb in verbs {
                    all.append(
                        SiteContext(
                            number: number, path: path.replacing("{verb}", with: verb), verb: verb, side: side
                        ))
                }
            }
        }
        let strange = all.first { $0.path.contains("{") }
        #expect(strange == nil, "a part of a path that nothing stands for: \(strange?.path ?? "")")
        return all
    }

    /// Makes somebody with a login for each set of posts.
    private static func settle(_ people: [(login: String, seats: [Seat])], _ password: Password, _ town: Town)
        async throws
    {
        let (clerk, day, now) = (Actor.system(of: Town.county), Zone.china.day(of: town.now), town.now)
        try await town.office.write { books in
            let posts = Dictionary(
                uniqueKeysWithValues: try Posts.all(for: Town.clockwork, on: day, in: books).map {
                    ($0.code, $0.id)
                })
            for (login, seats) in people {
                let person = try Tenures.addPerson(name: "龥某", phone: "", by: clerk, at: now, in: books)
                for seat in seats {
                    let post = try #require(posts[Land.post(seat.kind, seat.side)])
                    try Tenures.begin(
                        person, in: post, isStandIn: false, from: day, by: clerk, at: now, in: books)
                }
                try Accounts.add(
                    login: login, person: person, password: password, by: clerk, at: now, in: books)
            }
        }
    }

    /// Somebody at the doors, with a session of each kind.
    private struct Visitor: Sendable {
        let login: String, browser: Browser, town: Town, page: Secret, program: Secret
        init(_ login: String, _ browser: Browser, _ town: Town) async throws {
            (self.login, self.browser, self.town) = (login, browser, town)
            (page, program) = (try await town.secret(login), try await town.secret(login, as: .token))
        }

        /// The words that are got at a door, and `open` if it led somewhere.
        func gets(_ knock: SiteContext) async throws -> Set<String> {
            let (route, isAPI) = (knock.route, knock.route.kind == .api)
            let own = isAPI ? program : page
            let secret =
                endings.contains(route.path)
                ? try await town.secret(login, as: isAPI ? .token : .browser) : own
            let visitor = isAPI ? browser.program(secret) : browser.holding(secret)
            let fields =
                knock.path.hasSuffix("/unmask") ? ["reason": "核对", "field": "phone", "member": ""] : [:]
            let reply =
                switch (route.method, route.kind) {
                case (.get, _): try await visitor.get(knock.path)
                case (.post, .api): try await visitor.call(knock.path, fields)
                case (.post, _): try await visitor.post(knock.path, fields)
                default: try await visitor.send(route.method, knock.path)
                }
            if reply.status >= 500 || reply.status == 400 {
                Issue.record("\(route.method) \(knock.path) by \(login): \(reply.status)")
            }
            if [401, 403, 404, 409].contains(reply.status) || reply.location.hasPrefix("/sign-in") {
                return []
            }
            return Set(words.filter(reply.text.contains) + [open])
        }
    }

    @Test
    func
        `whoever holds two posts in two places gets at every door what two people with one each get, and no more`()
        async throws
    {
        let land = try await Land.settled()
        let (town, knocks) = (land.town, try Self.knocks(land))
        let kinds = PostKind.allCases
        let pairs = kinds.indices.flatMap { one in
            kinds.indices[one...].map { [Seat(kind: kinds[one], side: .a), Seat(kind: kinds[$0], side: .b)] }
        }
        let password = try await Password.make(Town.password, cost: 4, chance: town.office.chance)
        try await Self.settle(kinds.map { ("s.\($0.rawValue)", [Seat(kind: $0, side: .a)]) }, password, town)
        try await Self.settle(pairs.enumerated().map { ("p\($0.offset)", $0.element) }, password, town)
        let faults = try await served(town.office, doors: town.doors).test(.router) { client -> [String] in
            let browser = Browser(client: client)
            // The places are alike: what a post in 乙 gets of 甲 is what one in 甲 gets of 乙.
            let alone = try await Self.alone(kinds, knocks, browser, town)
            @Sendable func opens(_ seat: Seat, _ knock: SiteContext) -> Bool {
                if seat.side == .a { return alone[seat.kind]?[knock]?.contains(Self.open) == true }
                var other = knock
                other.side = knock.side?.other
                return alone[seat.kind]?[other]?.contains(Self.open) == true
            }
            // A word is somebody's wherever they read it.
            let read = alone.mapValues { $0.values.reduce(into: Set<String>()) { $0.formUnion($1) } }
            @Sendable func knows(_ seat: Seat, _ word: String) -> Bool {
                read[seat.kind]?.contains(seat.side == .a ? word : Self.mirrored(word)) == true
            }
            let seats = kinds.flatMap { kind in Land.Side.allCases.map { Seat(kind: kind, side: $0) } }
            let closed = knocks.filter { knock in !seats.contains { opens($0, knock) } }
            #expect(
                closed.count < knocks.count / 3,
                "\(closed.map { "\($0.route.method) \($0.path)" }): doors that nobody opens tell nothing")
            // All at once: for each door those who do not open it alone, for each word those who never read
            // it.
            var asked: [SiteContext: [[Seat]: [String]]] = [:]
            for knock in knocks where knock.side != .b {
                for word in Self.words.filter({
                    knock.side == .a || !$0.hasPrefix("乙") && !$0.hasSuffix("2222")
                }) + [Self.open] {
                    if word != Self.open, knock.route.method != .get, !knock.path.hasSuffix("/unmask") {
                        continue
                    }
                    let without = seats.filter { word == Self.open ? !opens($0, knock) : !knows($0, word) }
                    guard !without.isEmpty else { continue }
                    let powers = without.reduce(into: Set<Power>()) { $0.formUnion(Power.of($1.kind)) }
                    if knock.mayEnter(powers) {
                        asked[knock, default: [:]][without, default: []].append(word)
                    }
                }
            }
            let groups = Array(Set(asked.values.flatMap(\.keys)))
            try await Self.settle(groups.enumerated().map { ("g\($0.offset)", $0.element) }, password, town)
            let wanted = asked
            var (faults, count) = try await Self.sums(groups.indices) { number in
                let (group, visitor) = (groups[number], try await Visitor("g\(number)", browser, town))
                var (faults, count): ([String], Int) = ([], 0)
                for (knock, sets) in wanted {
                    guard let words = sets[group] else { continue }
                    count += 1
                    let more = try await visitor.gets(knock).intersection(words)
                    for word in more.sorted() {
                        faults.append(try await Self.blamed(word, knock, group, password, browser, town))
                    }
                }
                return (faults, count)
            }
            // Each pair for itself, in turn at all doors.
            let rest = try await Self.sums(pairs.indices) { number in
                let (pair, visitor) = (pairs[number], try await Visitor("p\(number)", browser, town))
                var (faults, count): ([String], Int) = ([], 0)
                for turn in 0..<3 {
                    let knock = knocks[(number * 3 + turn) % knocks.count]
                    guard knock.mayEnter(pair.reduce(into: []) { $0.formUnion(Power.of($1.kind)) }) else {
                        continue
                    }
                    count += 1
                    for word in try await visitor.gets(knock)
                    where !pair.contains(where: { word == Self.open ? opens($0, knock) : knows($0, word) }) {
                        faults.append("\(knock.route.method) \(knock.path): \(word) to \(pair)")
                    }
                }
                return (faults, count)
            }
            (faults, count) = (faults + rest.0, count + rest.1)
            #expect(count > 500, "\(count) knocks are too few to tell anything")
            return faults
        }
        #expect(faults == [])
    }

    /// What several find side by side.
    private static func sums(
        _ numbers: Range<Int>, _ find: @escaping @Sendable (Int) async throws -> ([String], Int)
    ) async throws -> ([String], Int) {
        try await withThrowingTaskGroup(of: ([String], Int).self) { group in
            var (found, next): (([String], Int), Int) = (([], 0), numbers.lowerBound)
            // So many at a time: the engine has as many connections and no more.
            for _ in 0..<4 where next < numbers.upperBound {
                let number = next
                group.addTask { try await find(number) }
                next += 1
            }
            while let one = try await group.next() {
                found = (found.0 + one.0, found.1 + one.1)
                guard next < numbers.upperBound else { continue }
                let number = next
                group.addTask { try await find(number) }
                next += 1
            }
            return found
        }
    }

    /// What each kind gets alone with a post in 甲.
    private static func alone(_ kinds: [PostKind], _ knocks: [SiteContext], _ browser: Browser, _ town: Town)
        async throws -> [PostKind: [SiteContext: Set<String>]]
    {
        try await withThrowingTaskGroup(of: (PostKind, [SiteContext: Set<String>]).self) { group in
            for kind in kinds {
                group.addTask {
                    let visitor = try await Visitor("s.\(kind.rawValue)", browser, town)
                    var gotten: [SiteContext: Set<String>] = [:]
                    for knock in knocks where knock.mayEnter(Power.of(kind)) {
                        gotten[knock] = try await visitor.gets(knock)
                    }
                    return (kind, gotten)
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// A fault in words: the two posts that do it, or all that were asked if it takes more than two.
    private static func blamed(
        _ word: String, _ knock: SiteContext, _ group: [Seat], _ password: Password, _ browser: Browser,
        _ town: Town
    ) async throws -> String {
        let what = "\(knock.route.method) \(knock.path): \(word) to "
        let able = group.filter { knock.mayEnter(Power.of($0.kind)) }
        for one in able {
            for other in group where other != one {
                let login = "b\(UInt64.random(in: 0 ... .max))"
                try await settle([(login, [one, other])], password, town)
                if try await Visitor(login, browser, town).gets(knock).contains(word) {
                    return what + "\([one, other])"
                }
            }
        }
        return what + "\(group)"
    }
}
