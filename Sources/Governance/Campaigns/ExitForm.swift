import Rules

/// What a step of exit tells, declared once for the page and the API.
package enum ExitForm {
    /// The day of the step; today if nothing is said.
    package static let day = FormField("day", "日期", "Day", .day)
    /// What else there is to say.
    package static let note = FormField("note", "说明", "Note", .text(most: 500))
    /// A step.
    package static let step = [
        FormField("step", "步骤", "Step", .choice(of: ExitStep.self, \.words), isRequired: true), day,
        note,
    ]
}
