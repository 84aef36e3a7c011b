import Store

/// What waits for somebody: the first so many, and how many there are in all. Whoever shows it says both.
package struct Queue<Item: Sendable>: Sendable {
    /// The first, in the order in which they wait.
    package var items: [Item]
    /// How many wait in all.
    package var total: Int
    /// How many are not among the first.
    package var rest: Int { total - items.count }

    /// A queue of which these are the first.
    package init(_ items: [Item] = [], total: Int? = nil) {
        (self.items, self.total) = (items, total ?? items.count)
    }

    /// The same of other things.
    package func map<Other>(_ make: (Item) throws -> Other) rethrows -> Queue<Other> {
        Queue<Other>(try items.map(make), total: total)
    }
}

extension Refusal {
    /// What is said of a place in a list that is none of ours.
    package static let strangeCursor = Refusal.invalid(
        "cursor", zh: "翻页位置不对，请从第一页看起。", en: "This cursor is not one of ours. Start from the first page.")
}

extension Books {
    /// The first rows of what waits, in an order. They are counted only if there may be more; `page` narrows
    /// what is shown and not what is counted.
    func queue<Item>(
        _ columns: SQL, _ source: SQL, page: SQL? = nil, order: SQL, limit: Int, _ make: (Row) throws -> Item
    ) throws -> Queue<Item> {
        let first = try all(
            "SELECT \(columns) FROM \(source) AND \(page ?? "1 = 1") ORDER BY \(order) LIMIT \(limit)", make)
        let isWhole = first.count < limit && page == nil
        return Queue(first, total: isWhole ? first.count : try count("SELECT COUNT(*) FROM \(source)"))
    }
}
