package import Rules

/// What publishing, opening and trying an evaluation ask, declared once for page and API.
package enum AssessmentForm {
    /// Which month is judged, where an evaluation is judged every month: any day of it.
    package static let month = FormField("month", "哪个月（任选一天）", "Which month (any day of it)", .day)
    /// What is opened: the newest evaluation unless one is named.
    package static let open = [FormField("evaluation", "评价方案", "Evaluation", .line(most: 80)), month]

    /// The text of a scheme. It is checked here, and taken as it came: its hash is that of every byte.
    private static let scheme = FormField(
        "scheme", "方案全文（YAML）", "The scheme's text (YAML)", .text(most: 1 << 20), isRequired: true,
        hint: Phrase(
            zh: "有问题会逐行指出，什么也不写；要改就发新版本。",
            en: "Faults are told line by line and nothing is written; a change is a new version."))
    /// What is published.
    package static let publish = [scheme]
    /// A round whose facts are judged again, and by which text.
    package static let dryRun = [
        FormField("round", "用哪一轮的事实", "Which round's facts", .line(most: 80), isRequired: true),
        FormField(
            scheme.name, "改过的方案（YAML）", "The changed scheme (YAML)", scheme.kind, isRequired: true,
            hint: Phrase(
                zh: "在现在的方案上改，看谁的名次和奖惩会变；什么也不保存。",
                en: "Change the scheme and see whose place and awards would change; nothing is kept.")),
    ]
}

extension Assessments {
    /// Opens what a form names. Throws `Refusal.notFound` for an evaluation that is not there.
    package static func open(_ values: FormValues, by actor: Actor, at now: Instant, in books: Books) throws
        -> ID<Assessment>
    {
        let all = try Evaluations.all(of: actor.county, in: books)
        let named = values.optionalText("evaluation")
        guard let evaluation = named == nil ? all.first : all.first(where: { $0.id.text == named }) else {
            throw Refusal.notFound
        }
        let month = values["month"].isEmpty ? nil : try values.day("month")
        return try open(evaluation, month: month, by: actor, at: now, in: books)
    }
}
