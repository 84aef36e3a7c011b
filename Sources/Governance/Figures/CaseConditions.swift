import Rules
import Store

/// Cases as figures see them: columns side by side in memory, so that a million of them are counted in
/// milliseconds. What a case adds to the figures is decided by the database, with the conditions of `Figure`;
/// here it is only added up.
struct CaseConditions: Sendable {
    /// What one case adds to every figure. There are far fewer different ones than cases.
    struct Share: Hashable, Sendable {
        /// A bit for each condition on cases: those that hold anyway, and those that hold once the deadline
        /// has passed.
        var always: Int64, whenLate: Int64
        /// How often each condition on its checks and calls holds, in the order of `Figure.slots`; empty for
        /// never.
        var times: [Int]
    }

    /// Things numbered in the order in which they came.
    struct Index<Thing: Hashable & Sendable>: Sendable {
        private(set) var things: [Thing] = []
        private var numbers: [Thing: UInt32] = [:]

        mutating func number(of thing: Thing) -> UInt32 {
            if let known = numbers[thing] { return known }
            let number = UInt32(things.count)
            things.append(thing)
            numbers[thing] = number
            return number
        }
    }

    private(set) var places = Index<String>(), units = Index<String>(), categories = Index<String>()
    private var shares = Index<Share>()
    /// A row each: moments in milliseconds; `Int64.max` is never.
    private(set) var reported: [Int64] = [], closed: [Int64] = []
    private var due: [Int64] = []
    /// A row each: numbers in the indexes above.
    private(set) var place: [UInt32] = [], category: [UInt32] = []
    private var unit: [UInt32] = [], share: [UInt32] = []
    /// A row each: where what is found again would be found, and whose row it is.
    private var spot: [Int] = [], id: [UInt128] = []
    /// So many rows, from the first reading, are in the order of identities; nil until then. Where the later
    /// ones are.
    private var inOrder: Int?
    private var later: [UInt128: Int] = [:]

    // MARK: Reading

    /// Every case of the county, or only those of a scope: as they are, or as they were at the past moment of
    /// the terms. `expected`: how many there will be, if that is known.
    init(_ terms: Figure.Terms, only scope: Figure.Scope? = nil, expecting expected: Int = 0, in books: Books)
        throws
    {
        var conditions: [SQL] = []
        if let scope {
            conditions = [
                "c.reported_at >= \(scope.zone.instant(scope.from))",
                "c.reported_at < \(scope.zone.instant(scope.to + 1))", Territory.inside(scope.path),
            ]
        }
        // Columns that grow by doubling would take up to twice the memory.
        reported.reserveCapacity(expected)
        closed.reserveCapacity(expected)
        due.reserveCapacity(expected)
        place.reserveCapacity(expected)
        category.reserveCapacity(expected)
        unit.reserveCapacity(expected)
        share.reserveCapacity(expected)
        spot.reserveCapacity(expected)
        id.reserveCapacity(expected)
        try read(terms, SQL.all(conditions), in: books)
    }

    /// Reads again what happened to cases after an event, and the cases whose matter was found again by that.
    mutating func refresh(after event: Int, _ terms: Figure.Terms, in books: Books) throws {
        let spots = try read(
            terms,
            of:
                """
                IN (SELECT e.subject_id FROM event e WHERE e.county = \(terms.county) AND e.seq > \
                \(event) AND e.subject_kind = 'case')
                """,
            in: books)
        guard !spots.isEmpty else { return }
        let neighbours = spot.indices.filter { spots.contains(spot[$0]) }.map { ID<Case>(bits: id[$0]) }
        for start in stride(from: 0, to: neighbours.count, by: 500) {
            try read(
                terms, of: "IN (\(list: Array(neighbours[start..<min(start + 500, neighbours.count)])))",
                in: books)
        }
    }

    /// Reads cases into their rows; answers the spots that were left or come to. `few`: only these
    /// identities.
    @discardableResult
    private mutating func read(
        _ terms: Figure.Terms, _ condition: SQL = "1 = 1", of few: SQL? = nil, in books: Books
    ) throws -> Set<Int> {
        var source: SQL = "case_file c"
        var all: [SQL] = ["c.county = \(terms.county)", condition]
        if let few { all.append("c.id \(few)") }
        if let past = terms.past {
            source = "case_history c"
            all.append("c.since <= \(past) AND c.until > \(past)")
        }
        let sums = Figure.slots.enumerated().filter { $0.element.rows == .cases }
        func bits(_ condition: (Figure.Condition) -> SQL?) -> SQL {
            SQL.sum(
                sums.compactMap { slot in
                    condition(slot.element.condition).map {
                        "CASE WHEN \($0) THEN \(Int64(1) << slot.offset) ELSE 0 END"
                    }
                })
        }
        let isFirst = inOrder == nil
        var spots: Set<Int> = []
        try books.transaction.each(
            """
            SELECT c.id, c.reported_at, c.closed_at, c.due_at, c.territory_path, c.unit, c.category, c.place,
                \(bits { $0.always(terms) }) AS always, \(bits(\.whenLate)) AS when_late
            FROM \(source) WHERE \(SQL.all(all)) ORDER BY c.id
            """
        ) { row in
            let number = try row.get("id", as: ID<Case>.self).bits
            let at = self.row(of: number) ?? append(number)
            reported[at] = try row.get("reported_at")
            closed[at] = try row.optional("closed_at") ?? .max
            due[at] = try row.optional("due_at") ?? .max
            let path: String = try row.get("territory_path")
            let code: String = try row.get("category")
            place[at] = places.number(of: path)
            unit[at] = units.number(of: try row.optional("unit") ?? "")
            category[at] = categories.number(of: code)
            share[at] = shares.number(
                of: Share(always: try row.get("always"), whenLate: try row.get("when_late"), times: []))
            let name: String = try row.get("place")
            // Without a place or a category nothing can be found again.
            let fresh = name.isEmpty || code.isEmpty ? 0 : Self.hash(path, name, code)
            if !isFirst, spot[at] != fresh { spots.formUnion([spot[at], fresh]) }
            spot[at] = fresh
        }
        if isFirst { inOrder = reported.count }
        for rows in [Figure.Rows.checks, .calls] { try readLooks(rows, of: few, terms, in: books) }
        return spots.subtracting([0])
    }

    /// Adds what the looks at cases count to the rows of their cases.
    private mutating func readLooks(_ rows: Figure.Rows, of few: SQL?, _ terms: Figure.Terms, in books: Books)
        throws
    {
        let (table, letter, moment): (SQL, SQL, SQL) =
            rows == .checks ? ("case_check k", "k", "k.checked_at") : ("call_back b", "b", "b.called_at")
        var all: [SQL] = ["\(letter).county = \(terms.county)"]
        if let past = terms.past { all.append("\(moment) <= \(past)") }
        if let few { all.append("\(letter).case_id \(few)") }
        let slots = Figure.slots.enumerated().filter { $0.element.rows == rows }
        let columns = slots.map { slot -> SQL in
            """
            COUNT(*) FILTER (WHERE \(slot.element.condition.always(terms))) AS \
            \(SQL(trusted: "slot_\(slot.offset)"))
            """
        }
        try books.transaction.each(
            """
            SELECT \(letter).case_id AS id, \(SQL.list(columns)) FROM \(table) WHERE \(SQL.all(all))
                GROUP BY \(letter).case_id
            """
        ) {
            row in
            guard let at = self.row(of: try row.get("id", as: ID<Case>.self).bits) else { return }
            var mine = shares.things[Int(share[at])]
            if mine.times.isEmpty { mine.times = Array(repeating: 0, count: Figure.slots.count) }
            for slot in slots { mine.times[slot.offset] = try row.get("slot_\(slot.offset)") }
            share[at] = shares.number(of: mine)
        }
    }

    private static func hash(_ path: String, _ name: String, _ code: String) -> Int {
        var hasher = Hasher()
        hasher.combine(path)
        hasher.combine(name)
        hasher.combine(code)
        return hasher.finalize() | 1
    }

    private mutating func append(_ number: UInt128) -> Int {
        id.append(number)
        reported.append(.max)
        closed.append(.max)
        due.append(.max)
        place.append(0)
        category.append(0)
        unit.append(0)
        share.append(0)
        spot.append(0)
        if inOrder != nil { later[number] = id.count - 1 }
        return id.count - 1
    }

    /// The row of an identity: by halving among those that came in order, by name among the later ones.
    private func row(of number: UInt128) -> Int? {
        if let known = later[number] { return known }
        var (low, high) = (0, inOrder ?? 0)
        while low < high {
            let middle = (low + high) / 2
            if id[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < inOrder ?? 0 && id[low] == number ? low : nil
    }

    // MARK: Counting

    /// Which rows are counted.
    struct Filter {
        /// Inside this path, of this unit, reported in this range of milliseconds.
        var path: String, unit: ID<Unit>?, reported: Range<Int64>?
        /// Whose figures they are: these paths and units; nil for everybody's.
        var reach: (paths: [String], units: Set<String>)?
        /// Only cases of these categories; nil for all.
        var categories: Set<String>?
    }

    /// What is counted apart: by territory, or by the unit that handles it.
    enum Grouping { case territories, units }

    /// The same for each territory's path, or for each unit's identity; cases without a unit are of none.
    func counts(_ filter: Filter, asOf: Instant, by grouping: Grouping) -> [(
        key: String, counts: FigureCounts
    )] {
        let (names, numbers) =
            switch grouping {
            case .territories: (places.things, place)
            case .units: (units.things, unit)
            }
        guard !names.isEmpty else { return [] }
        return zip(names, counts(filter, asOf: asOf, groups: names.count) { Int(numbers[$0]) })
            .filter { !$0.0.isEmpty }.map { (key: $0.0, counts: $0.1) }
    }

    /// What every condition comes to at a moment, in groups. `group` answers a row's group, 0 ..< groups, or
    /// nil to leave it out.
    func counts(_ filter: Filter, asOf: Instant, groups: Int = 1, by group: (Int) -> Int? = { _ in 0 })
        -> [FigureCounts]
    {
        let isInside = places.things.map { $0.hasPrefix(filter.path) }
        let isPlaceReached = places.things.map { path in
            filter.reach.map { $0.paths.contains { path.hasPrefix($0) } } ?? true
        }
        let isUnitWanted = units.things.map { unit in filter.unit.map { $0.text == unit } ?? true }
        let isUnitReached = units.things.map { unit in filter.reach.map { $0.units.contains(unit) } ?? true }
        let isCategoryWanted = categories.things.map { filter.categories?.contains($0) ?? true }
        let moment = asOf.milliseconds
        let range = filter.reported ?? Int64.min..<Int64.max
        // First how often each share occurs, in time and late; then what these shares come to.
        var occurrences = [Int](repeating: 0, count: groups * shares.things.count * 2)
        for row in reported.indices {
            let (place, unit) = (Int(place[row]), Int(unit[row]))
            guard range.contains(reported[row]), isInside[place], isUnitWanted[unit],
                isCategoryWanted[Int(category[row])],
                isPlaceReached[place] || isUnitReached[unit],
                let group = group(row)
            else { continue }
            occurrences[(group * shares.things.count + Int(share[row])) * 2 + (due[row] < moment ? 1 : 0)] &+=
                1
        }
        return (0..<groups).map { group in
            var counts = FigureCounts()
            for (number, share) in shares.things.enumerated() {
                let at = (group * shares.things.count + number) * 2
                counts.add(share, inTime: occurrences[at], late: occurrences[at + 1])
            }
            return counts
        }
    }
}

/// How many rows each condition of the figures holds for.
struct FigureCounts {
    private var counts = [Int](repeating: 0, count: Figure.slots.count)

    mutating func add(_ share: CaseConditions.Share, inTime: Int, late: Int) {
        guard inTime + late > 0 else { return }
        for slot in counts.indices {
            if share.always & 1 << slot != 0 {
                counts[slot] += inTime + late
            } else if share.whenLate & 1 << slot != 0 {
                counts[slot] += late
            }
            if !share.times.isEmpty { counts[slot] += share.times[slot] * (inTime + late) }
        }
    }

    /// What is counted for a figure, without weights.
    func numerator(of figure: Figure) -> Int { count(of: figure, .numerator) ?? 0 }
    /// Out of what; nil for a plain count.
    func denominator(of figure: Figure) -> Int? { count(of: figure, .denominator) }

    /// What a figure came to. `weight`: thousandths that what counts in part counts for.
    func value(of figure: Figure, weight: Int) -> FigureValue {
        let (top, bottom) = (numerator(of: figure), denominator(of: figure))
        guard let partly = count(of: figure, .partly) else {
            return FigureValue(id: figure.id, numerator: top, denominator: bottom, scale: 1)
        }
        return FigureValue(
            id: figure.id, numerator: top * 1000 + partly * weight, denominator: bottom, scale: 1000)
    }

    private func count(of figure: Figure, _ part: Figure.Slot.Part) -> Int? {
        Figure.slots.firstIndex { $0.figure == figure.id && $0.part == part }.map { counts[$0] }
    }
}
