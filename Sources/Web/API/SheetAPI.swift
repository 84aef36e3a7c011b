import Governance
import Hummingbird
import Rules

/// Score sheets: what is to be handed in, marks, and who is in a team.
enum SheetAPI {
    static let mine = Endpoint.list(
        .init("mySheets", .evaluation, "The caller’s sheets that are to be handed in"), isPaged: false,
        of: Shape<ScoreSheet> {
            Member("id", \.id)
            Member("round", \.round)
            Member("name", \.teamName)
        }, "The sheets."
    ) { call, _ in
        ListPage(whole: try await call.read { try ScoreSheets.waiting(for: call.actor, in: $0) })
    }

    static let show = Endpoint.reading(
        .init(
            "sheet", .evaluation, "A score sheet",
            "Marks are shown to the team alone until it is handed in."),
        sheet, "The sheet."
    ) { call, _ in
        let id: ID<ScoreSheet> = try call.id()
        let open = try await call.read { try ScoreSheets.open(id, for: call.actor, on: call.today, in: $0) }
        return Filled(
            open: open,
            lines: open.units.flatMap { unit in
                (open.indicators[unit.kind] ?? []).map { indicator in
                    Filled.Line(
                        unit: unit, indicator: indicator, mark: open.marks[[unit.id, indicator.name]],
                        refused: open.objection(of: call.actor, to: unit).map { call.say($0) })
                }
            })
    }

    static let mark = Endpoint.repeatable(
        Endpoint(
            .init("mark", .evaluation, "Give a mark", "With its reason; nobody marks the own line."),
            body: .fields(SheetForm.mark), answers: [.json(given, "Given.")]
        ) { call in
            let (id, sent): (ID<ScoreSheet>, FormInput) = (try call.id(), try await API.answers(call))
            let context = ShapeContext(call)
            return try await API.once(call, sent) { books in
                // Whose sheet it is not learns nothing else of it.
                _ = try ScoreSheets.open(id, for: call.actor, on: call.today, in: books)
                try SheetForm.mark.refuseOthers(in: sent)
                let draft = try ScoreSheets.Draft(SheetForm.mark.read(sent))
                try ScoreSheets.mark([draft], on: id, by: call.actor, at: call.now, in: books)
                return (.ok, given.json(draft, context))
            }
        })

    static let submit = Endpoint.change(
        .init("submitSheet", .evaluation, "Hand a sheet in", "It is frozen and hashed."), body: [], standing,
        "Handed in."
    ) { call, _ in
        let id: ID<ScoreSheet> = try call.id()
        return { books in
            try ScoreSheets.submit(id, by: call.actor, at: call.now, in: books)
            return (id, .submitted)
        }
    }

    static let reopen = Endpoint.change(
        .init(
            "reopenSheet", .evaluation, "Open a sheet again",
            "The leading group alone, with a reason, before the round is judged."),
        body: SheetForm.reopen, standing, "Open."
    ) { call, sent in
        let id: ID<ScoreSheet> = try call.id()
        let values = try SheetForm.reopen.read(sent)
        return { books in
            try ScoreSheets.reopen(id, why: values["why"], by: call.actor, at: call.now, in: books)
            return (id, .open)
        }
    }

    static let team = Endpoint.change(
        .init("changeTeam", .evaluation, "Appoint or dismiss a member"), body: SheetForm.team,
        Shape<ID<ScoreSheet>> { Member("id") { $0 } }, "Changed."
    ) { call, sent in
        let id: ID<ScoreSheet> = try call.id()
        let change = try SheetForm.Change(sent)
        return { books in
            try ScoreSheets.change(change, of: id, by: call.actor, at: call.now, in: books)
            return id
        }
    }

    // MARK: Shapes

    private static let standing = Shape<(id: ID<ScoreSheet>, state: ScoreSheet.State)> {
        Member("id") { $0.id }
        Member("state") { $0.state }
    }

    private static let given = Shape<ScoreSheets.Draft> {
        Member("unit", \.unit)
        Member("indicator", \.indicator)
        Member("mark", \.mark)
    }

    /// A sheet with a line for everything that is marked on it.
    private struct Filled: Sendable {
        struct Line: Sendable {
            let unit: JudgedUnit, indicator: Evaluation.Indicator, mark: SheetMark?
            /// Why the asker may not mark it, in the asker's language.
            let refused: String?
            /// How much the mark may be.
            var most: Int { if case .marks(let most) = indicator.source { most } else { 0 } }
        }
        let open: OpenSheet, lines: [Line]
    }

    private static let sheet = Shape<Filled> {
        Member("id") { $0.open.sheet.id }
        Member("round") { $0.open.round.id }
        Member("layer") { $0.open.layer.name }
        Member("team", "As the facts name it; empty for the office's own.") { $0.open.sheet.team }
        Member("name") { $0.open.sheet.teamName }
        Member("state") { $0.open.sheet.state }
        Member("hash") { $0.open.sheet.hash }
        Member(
            "members",
            list: Shape<Person> {
                Member("id", \.id)
                Member("name", \.name)
            }
        ) { $0.open.members }
        Member("lines", list: line, nil, \.lines)
    }

    private static let line = Shape<Filled.Line> {
        Member("unit") { $0.unit.id }
        Member("name") { $0.unit.name }
        Member("indicator") { $0.indicator.name }
        Member("most", \.most)
        Member("mark") { $0.mark?.mark }
        Member("why") { $0.mark?.why }
        Member("refused", "Why the asker may not mark it.", \.refused)
    }
}
