/// What a resident gives to look a case up, and to say how it ended.
package enum LookUpForm {
    /// What proves that somebody reported it.
    package static let fields = [
        FormField("number", "编号", "Number", .line(most: 40), isRequired: true),
        FormField(
            "phone_tail", "电话后四位", "Last four digits of the telephone", .line(most: 20), isRequired: true),
    ]
    /// How it ended. Nothing is chosen for anybody: an answer of no reopens the case.
    package static let opinion = [
        FormField("solved", "问题解决了吗", "Is it solved?", .yesOrNo, isRequired: true),
        FormField(
            "satisfaction", "满意吗", "Are you satisfied?", .choice(of: Satisfaction.self, \.words),
            isRequired: true),
        FormField("words", "想说的话", "Anything to say", .text(most: 2000)),
    ]
    /// Both together.
    package static let rating = fields + opinion
}
