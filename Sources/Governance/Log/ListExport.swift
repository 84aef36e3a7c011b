package import Rules

extension Event.Kind {
    /// What is said of a list for which there is no word of its own.
    package static let listExported = Event.Kind("list.export", zh: "导出清单", en: "List exported")
    /// The ledger.
    package static let ledgerExported = Event.Kind(
        "ledger.export", zh: "导出奖惩台账", en: "Ledger exported")
}

/// Giving a list out as a workbook.
package enum ListExport {
    /// The log keeps who took what. Throws `Refusal.signInFirst` for the public.
    package static func announce(
        _ kind: Event.Kind, _ note: ExportNote, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        guard actor.person != nil || actor.isSystem else { throw Refusal.signInFirst }
        try books.record(
            Event(kind, note.details), about: .init("office", actor.county.code), by: actor, at: now)
    }
}
