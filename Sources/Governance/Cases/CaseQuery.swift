package import Rules

/// What a list asks for; every filter stands in the page's URL.
package struct CaseQuery: Sendable, Hashable {
    /// Which heap.
    package enum Heap: String, CaseIterable, Sendable {
        /// Everything in reach.
        case all
        /// What the actor's posts can move on now.
        case todo
        /// Closed, declined, merged or void.
        case done
        /// Past the deadline and not handled.
        case overdue
        /// Reported by, handled by or standing in: the actor in person.
        case mine

        /// What the heap is called.
        package var words: Phrase {
            switch self {
            case .all: Phrase(zh: "全部", en: "All")
            case .todo: Phrase(zh: "待办", en: "To do")
            case .done: Phrase(zh: "已办结", en: "Done")
            case .overdue: Phrase(zh: "超期", en: "Overdue")
            case .mine: Phrase(zh: "我的", en: "Mine")
            }
        }
    }

    /// The order of a list.
    package enum Order: String, CaseIterable, Sendable {
        /// What was reported last comes first; what is due first comes first.
        case newest, deadline

        /// What the order is called.
        package var words: Phrase {
            switch self {
            case .newest: Phrase(zh: "先看新的", en: "Newest first")
            case .deadline: Phrase(zh: "先看时限近的", en: "Deadline first")
            }
        }
    }

    /// The heap.
    package var heap = Heap.all
    /// The order; nil: what waits and what is late by deadline, everything else the newest first.
    package var order: Order?
    /// Filters; nil or empty does not filter.
    package var state: Case.State?, source: Case.Source?, category = "", territory = "", unit: ID<Unit>?
    /// Days of reporting, both inclusive.
    package var reportedFrom: Day?, reportedTo: Day?
    /// Only cases changed by an event behind this one: for those who copy. Events are numbered as they are
    /// committed, so that nothing that comes later is passed over.
    package var changedAfter: Int?
    /// The same by a moment, in the older way: what has that very moment comes again.
    package var updatedAfter: Instant?
    /// Whether it is asked what changed: in the order of the changes.
    var isCopying: Bool { changedAfter != nil || updatedAfter != nil }
    /// Words, a number, or another system's number.
    package var words = ""
    /// Where the page before ended.
    package var cursor = ""
    /// At most so many, 1…200.
    package var limit = 50

    /// Everything in reach.
    package init() {}
}

extension CaseQuery {
    /// The filters as the address and the API carry them.
    package static let fields = [
        FormField(
            "heap", "清单", "Heap", .choice(of: Heap.self, \.words),
            hint: Phrase(zh: "不填就是全部。", en: "All if not given.")),
        FormField(
            "q", "查找", "Find", .line(most: 200),
            hint: Phrase(zh: "词语、编号或对方的单号。", en: "Words, the number, or another system's number.")),
        FormField("state", "状态", "State", .choice(of: Case.State.self, \.words)),
        FormField("source", "来源", "Source", .choice(of: Case.Source.self, \.words)),
        FormField("category", "类别", "Category", .reference(.category)),
        FormField(
            "territory", "区域", "Area", .reference(.territory),
            hint: Phrase(zh: "代码、名称或标识；连同下级。", en: "Code, name or identity: everything in it.")),
        FormField("unit", "单位", "Unit", .reference(.unit)),
        FormField("reported_from", "上报从", "Reported from", .day),
        FormField("reported_to", "到", "to", .day),
        FormField("sort", "排序", "Order", .choice(of: Order.self, \.words)),
        FormField(
            "changed_after", "从第几条变更以后", "Changed after", .number(0...Int.max),
            hint: Phrase(
                zh: "取数用：从 0 开始，以后接最后一条的 changed_seq。",
                en: """
                    Changed by an event behind this number, in the order of the changes: for those who copy. \
                    Begin with 0, go on with the last changed_seq.
                    """)),
        FormField(
            "updated_after", "从什么时间以后变更", "Updated after", .moment,
            hint: Phrase(
                zh: "旧的取数办法；changed_after 更准。",
                en: "Changed at this moment or after it. An older way to copy; changed_after is exact.")),
    ]

    /// What was asked for by the fields above, and by `cursor` and `limit`. Throws `Refusal.invalid` for an
    /// identity that is none.
    package init(_ values: FormValues) throws {
        self.init()
        heap = try values.optionalChoice("heap") ?? .all
        order = try values.optionalChoice("sort")
        state = try values.optionalChoice("state")
        source = try values.optionalChoice("source")
        category = values["category"]
        territory = values["territory"]
        unit = try values.optionalID("unit")
        reportedFrom = try values.optionalDay("reported_from")
        reportedTo = try values.optionalDay("reported_to")
        updatedAfter = values.moment("updated_after")
        changedAfter = values.optionalNumber("changed_after")
        words = values["q"]
        cursor = values["cursor"]
        limit = values.optionalNumber("limit") ?? 50
    }
}
