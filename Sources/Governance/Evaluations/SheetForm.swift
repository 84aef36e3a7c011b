package import Rules

/// What filling a score sheet in asks, and who is in its team, declared once for page and API.
package enum SheetForm {
    /// Who comes into a team or leaves it.
    package static let member = [
        FormField("person", "加一个人", "Add somebody", .reference(.person), isRequired: true)
    ]
    /// Everything that is sent: a page has a button for either verb.
    package static let team =
        [
            FormField(
                "verb", "加入还是退出", "Come or leave",
                .choice([
                    .init(SheetVerb.appoint.rawValue, Phrase(zh: "加入评价组", en: "Appoint")),
                    .init(SheetVerb.dismiss.rawValue, Phrase(zh: "退出", en: "Remove")),
                ]), isRequired: true)
        ] + member
    /// Somebody who comes into a team or leaves it.
    package struct Change: Sendable {
        /// Who, and whether they come.
        package let person: ID<Person>, isAppointed: Bool
        /// What was filled in. Throws `Refusal.invalid` for any other verb, and for nobody.
        package init(_ input: FormInput) throws {
            let values = try SheetForm.team.read(input)
            isAppointed = try values.choice("verb", of: SheetVerb.self) == .appoint
            person = try values.id("person")
        }
    }
    /// Why a sheet is opened again.
    package static let reopen = [
        FormField("why", "退回的理由", "Why it is opened again", .text(most: 500), isRequired: true)
    ]
    /// One mark, as the API takes it. How much a mark may be the sheet says.
    package static let mark = [
        FormField("unit", "单位", "Unit", .line(most: 200), isRequired: true),
        FormField("indicator", "项目", "Line", .line(most: 200), isRequired: true),
        FormField("mark", "分数", "Mark", .number(0...1000), isRequired: true),
        FormField("why", "理由", "Reason", .text(most: 500), isRequired: true),
    ]

    /// A mark and its reason on the page of a sheet; nil for what nobody marks. Their words name the unit:
    /// a page has many of them.
    package static func line(_ unit: JudgedUnit, _ indicator: Evaluation.Indicator) -> (
        mark: FormField, why: FormField
    )? {
        guard case .marks(let most) = indicator.source else { return nil }
        let (name, title) = ("\(indicator.name)/\(unit.id)", indicator.title)
        return (
            FormField(
                "mark/\(name)", "\(unit.name)“\(title.zh)”", "\(unit.name), “\(title.en)”",
                .number(0...most), isRequired: true),
            FormField(
                "why/\(name)", "\(unit.name)“\(title.zh)”的理由", "The reason for \(unit.name), “\(title.en)”",
                .text(most: 500), isRequired: true)
        )
    }
}

extension ScoreSheets {
    /// Takes somebody into a team or out of it. Throws like those two.
    package static func change(
        _ change: SheetForm.Change, of id: ID<ScoreSheet>, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        if change.isAppointed {
            try appoint(change.person, to: id, by: actor, at: now, in: books)
        } else {
            try dismiss(change.person, from: id, by: actor, at: now, in: books)
        }
    }
}

extension ScoreSheets.Draft {
    /// A mark from what the API was given.
    package init(_ values: FormValues) throws {
        self.init(
            unit: values["unit"], indicator: values["indicator"], mark: try values.number("mark"),
            why: values["why"])
    }
}

extension OpenSheet {
    /// The marks of a sheet's page that differ from what is there, and what cannot be taken of it. An empty
    /// line is left as it is.
    package func drafts(_ input: FormInput) throws -> (drafts: [ScoreSheets.Draft], faults: [Refusal.Fault]) {
        var (drafts, faults): ([ScoreSheets.Draft], [Refusal.Fault]) = ([], [])
        for unit in units {
            for indicator in indicators[unit.kind] ?? [] {
                guard let (mark, why) = SheetForm.line(unit, indicator) else { continue }
                if input[mark.name].isEmpty, input[why.name].isEmpty { continue }
                if let old = marks[[unit.id, indicator.name]], "\(old.mark)" == input[mark.name],
                    old.why == input[why.name]
                {
                    continue
                }
                do {
                    let values = try [mark, why].read(input)
                    drafts.append(
                        .init(
                            unit: unit.id, indicator: indicator.name, mark: try values.number(mark.name),
                            why: values[why.name]))
                } catch Refusal.invalid(let found) { faults += found }
            }
        }
        return (drafts, faults)
    }
}
