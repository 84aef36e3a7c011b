package import Rules

extension Event.Kind {
    static let listExported = Event.Kind("list.export", zh: "导出清单", en: "List exported")
}

/// Giving a list out as a workbook.
package enum ListExport {
    /// The log keeps who took what. Throws `Refusal.signInFirst` for the public.
    package static func announce(_ note: ExportNote, by actor: Actor, at now: Instant, in books: Books) throws {
        guard actor.person != nil || actor.isSystem else { throw Refusal.signInFirst }
        try books.record(
            Event(.listExported, note.details), about: .init("office", actor.county.code), by: actor, at: now)
    }
}
