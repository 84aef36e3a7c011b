/// What signing in and one's own account ask, declared once for page and API.
package enum AccountForm {
    /// Any words are a login here: which there are, an answer must not tell.
    private static let anyLogin = FormField("login", "登录名", "Login", .line(most: 4000), isRequired: true)
    private static let password = FormField("password", "密码", "Password", .password, isRequired: true)
    private static let present = FormField(
        "password", "现在的密码", "Present password", .password, isRequired: true)
    private static let again = FormField("repeated", "再写一次", "Again", .password, isRequired: true)
    private static let oneTimeCode = FormField(
        "code", "验证码", "Code", .oneTimeCode, isRequired: true,
        hint: Phrase(
            zh: "验证器上的六位数字；手机不在身边就填一个备用码", en: "Six digits from the authenticator, or a recovery code"))
    /// Which of several offices; the one that knows the login if none is chosen.
    private static let county = FormField("county", "机构", "Office", .code)

    private static let tokenName = FormField(
        "name", "名称", "Name", .name, isRequired: true, hint: Phrase(zh: "哪个程序用", en: "Which program uses it"))
    private static let scope = FormField(
        "scope", "能做什么", "May do", .choice(of: Accounts.Scope.self, \.words), isRequired: true)
    private static let days = FormField(
        "days", "有效天数", "Days", .number(1...Accounts.tokenDays), isRequired: true,
        hint: Phrase(zh: "1–\(Accounts.tokenDays) 天。", en: "1 to \(Accounts.tokenDays)."))

    /// Signing in with a browser.
    package static let signIn = [county, anyLogin, password]
    /// Signing in with a program: what it gets is a token.
    package static let signInByProgram = [
        county.hinting(
            Phrase(zh: "六位数字；不填就按登录名找。", en: "Six digits; the one that knows the login if not given.")),
        anyLogin, password, oneTimeCode.optional, tokenName.optional,
        scope.optional.hinting(
            Phrase(zh: "read 什么也不改；不填就是 all。", en: "`read` changes nothing; `all` if not given.")),
        days.optional.hinting(
            Phrase(
                zh: "不填就是 \(Accounts.tokenHours / 24)。", en: "\(Accounts.tokenHours / 24) if not given.")),
    ]
    /// The second step of a browser.
    package static let code = [oneTimeCode]
    /// A token of one's own.
    package static let token = [tokenName, scope, days, present]
    /// One of one's own sessions ends.
    package static let endSession = [
        FormField("session", "哪一个登录", "Which session", .line(most: 200), isRequired: true)
    ]
    /// One's own password changes.
    package static let changePassword = [
        present,
        FormField("new", "新密码", "New password", .password, isRequired: true, hint: PasswordRules.hint), again,
    ]
    /// What comes before any change of one's own second factor.
    package static let prove = [present]
    /// The first code of a new second factor.
    package static let confirm = [
        FormField("code", "验证器上现在的六位数字", "The six digits that it shows now", .oneTimeCode, isRequired: true)
    ]

    // MARK: Other people's accounts

    private static let login = FormField(
        "login", "登录名", "Login", .code, isRequired: true,
        hint: Phrase(zh: "字母、数字、点、横线。", en: "Letters, digits, dots, dashes."))
    private static func fresh(_ name: String) -> FormField {
        FormField(
            name, "新密码", "New password", .password, isRequired: true,
            hint: Phrase(
                zh: "\(PasswordRules.hint.zh)当面告诉本人；他登录后必须先改掉。",
                en: "\(PasswordRules.hint.en) Tell it in person; it has to be changed after signing in."))
    }
    /// A new account; nobody can sign in with it before it has a password.
    package static let open = [login]
    /// The same with the first password, if it is told at once.
    package static let openWithPassword = [login, fresh("new_password").optional]
    /// A new password for somebody else. The page gives it a name of its own: a browser must not offer the
    /// administrator's.
    package static func setPassword(named name: String = "password") -> [FormField] { [login, fresh(name)] }
}
