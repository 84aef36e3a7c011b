package import Rules

/// What publishing a campaign and looking at its figures ask, declared once for pages and API.
package enum CampaignForm {
    /// The scheme's text. It is kept as it was sent, to the last blank.
    package static let scheme = FormField(
        "scheme", "方案全文（YAML）", "The scheme's text (YAML)", .text(most: 1 << 20), isRequired: true,
        hint: Phrase(
            zh: "有问题会逐行指出，什么也不写；发布以后分母冻结，不能再改，要改就发新版本。",
            en: """
                Faults are told line by line and nothing is written; once published its denominators are \
                frozen, a change is a new version.
                """))
    /// By what the figures are drawn up, of which duty, inside which territory.
    package static let figures = [
        FormField("by", "按什么看", "By", .choice(of: Coverage.Grouping.self, \.words)),
        FormField("duty", "任务", "Duty", .line(most: 80)), RegisterForm.territory,
    ]
    /// The same as a table, or whom nobody has visited yet.
    package static let export =
        [FormField("what", "导出什么", "What", .choice(of: CoverageExport.Kind.self, \.words))] + figures
    /// Ending a point: the first day on which it no longer is; today if nothing is said.
    package static let endOfPoint = [FormField("on", "停用日期", "Ended on", .day)]
}

extension CheckedText {
    /// Reads a campaign as it was sent. Throws `Refusal.invalid` that names the lines.
    package init(_ input: FormInput) throws where Content == Scheme {
        _ = try [CampaignForm.scheme].read(input)
        try self.init(input.raw(CampaignForm.scheme.name))
    }
}
