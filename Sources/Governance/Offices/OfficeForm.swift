/// What founding an office asks.
package enum OfficeForm {
    /// What proves that whoever founds it also started the server.
    package static let code = FormField(
        "code", "启动码", "Code", .oneTimeCode, isRequired: true,
        hint: Phrase(zh: "服务器启动时显示在它的输出里", en: "The server printed it when it started"))
    /// The office and its first administrator.
    package static let found = [
        FormField(
            "name_zh", "机构名称", "Name of the office", .name, isRequired: true,
            hint: Phrase(zh: "例如 重庆路街道办事处", en: "such as 重庆路街道办事处")),
        FormField("name_en", "英文名称", "Name in English", .name),
        FormField(
            "county", "县（区）代码", "Code of the county", .code, isRequired: true,
            hint: Phrase(zh: "6 位，例如 410305", en: "six digits, such as 410305")),
        FormField("county_name", "县（区）名称", "Name of the county", .name, isRequired: true),
        FormField(
            "town_code", "乡镇（街道）代码", "Code of the township", .code,
            hint: Phrase(zh: "整县使用就不填", en: "Leave empty if the whole county uses it")),
        FormField("town_name", "乡镇（街道）名称", "Name of the township", .name),
        FormField(
            "prefix", "编号前缀", "Prefix of case numbers", .code, isRequired: true,
            hint: Phrase(
                zh: "字母，例如 CQL，编号就是 CQL-2026-000001", en: "letters, such as CQL for CQL-2026-000001")),
        FormField("person", "管理员姓名", "The administrator's name", .name, isRequired: true),
        FormField("login", "登录名", "Login", .code, isRequired: true),
        FormField("password", "密码", "Password", .password, isRequired: true, hint: PasswordRules.hint),
        FormField("repeated", "再写一次密码", "The password again", .password, isRequired: true),
    ]
}

extension Offices.Draft {
    /// What was filled in. Throws `Refusal.invalid` if the county's code is none.
    package init(_ values: FormValues) throws {
        guard let county = County(values["county"]) else {
            throw Refusal.invalid("county", zh: "县（区）代码是 6 位数字。", en: "A county's code is six digits.")
        }
        self.init(
            county: county, countyName: values["county_name"], nameZh: values["name_zh"],
            nameEn: values["name_en"], townCode: values.optionalText("town_code") ?? county.code + "000000",
            townName: values["town_name"], prefix: values["prefix"])
    }
}
