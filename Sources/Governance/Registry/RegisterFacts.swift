import Rules

private let noUnit = Phrase.asGiven("")
private let people = Phrase(zh: "人", en: "people"), yuan = Phrase(zh: "元", en: "yuan")

/// The facts of the national register (建档立卡) and of the village profile, with the headings that counties'
/// tables use.
extension FactList {
    /// What is known of a village.
    package static let village = FactList([
        Fact("is_poor", "贫困村", "poor village", .flag, also: ["是否贫困村", "贫困村属性"], isGated: true),
        Fact(
            "status", "出列状态", "status",
            .choice([
                .init("poor", "未出列", "still poor"), .init("exit_planned", "预出列", "exit planned"),
                .init("exited", "已出列", "exited", also: ["出列"]),
            ]),
            also: ["脱贫状态"], isGated: true),
        Fact("exited_on", "出列日期", "exited on", .day, also: ["出列时间", "出列年度"], isGated: true),
        Fact("households", "总户数", "households", .number(0...20_000, unit: Phrase(zh: "户", en: "households"))),
        Fact("population", "总人口", "population", .number(0...100_000, unit: people), also: ["总人数", "户籍人口数"]),
        Fact("group_count", "村民组数", "groups", .number(0...200, unit: Phrase(zh: "个", en: ""))),
        Fact(
            "collective_income", "村集体经济收入", "collective income", .number(0...1_000_000_000, unit: yuan),
            also: ["集体经济收入"]),
        Fact("road", "通村道路", "road", .choice(roads), also: ["入村路", "是否通硬化路"]),
        Fact("has_water", "通自来水", "piped water", .flag, also: ["是否通自来水"]),
        Fact("has_power", "通生活用电", "power", .flag, also: ["是否通生活用电"]),
        Fact("has_broadband", "通宽带", "broadband", .flag, also: ["是否通宽带"]),
        Fact("has_clinic", "有标准化卫生室", "clinic", .flag, also: ["卫生室"]),
        Fact("has_activity_room", "有文化活动室", "activity room", .flag, also: ["文化活动室"]),
        Fact("has_cooperative", "有农民专业合作社", "cooperative", .flag, also: ["合作社"]),
    ])

    /// What is known of a household.
    package static let household = FactList([
        Fact("village", "行政村", "village", .inner), Fact("village_path", "", "", .inner),
        Fact("group_name", "村民组", "group", .text(most: 40), also: ["自然村", "组", "村民小组", "自然村（组）"]),
        Fact(
            "kind", "户类型", "kind",
            .choice([
                .init("registered", "建档立卡户", "registered poor", also: ["建档立卡贫困户", "贫困户", "脱贫户"]),
                .init("marginal", "边缘户", "marginal", also: ["边缘易致贫户"]),
                .init("ordinary", "一般农户", "ordinary", also: ["非贫困户", "普通农户"]),
            ]), isGated: true),
        Fact(
            "attribute", "户属性", "attribute",
            .choice([
                .init("general", "一般贫困户", "general", also: ["一般户", "一般脱贫户"]),
                .init("allowance", "低保贫困户", "subsistence allowance", also: ["低保户", "低保脱贫户"]),
                .init("destitute", "特困供养贫困户", "destitute support", also: ["五保户", "特困户", "特困供养户", "特困供养脱贫户"]),
                .init("both", "低保特困户", "allowance and destitute"),
            ]), also: ["贫困户属性", "农户属性"], isGated: true),
        Fact(
            "standard", "识别标准", "standard",
            .choice([
                .init("national", "国家标准", "national"), .init("province", "省定标准", "province"),
                .init("city", "市定标准", "city"),
            ]), isGated: true),
        Fact(
            "status", "脱贫状态", "status",
            .choice([
                .init("poor", "未脱贫", "poor", also: ["贫困"]), .init("exit_planned", "预脱贫", "exit planned"),
                .init(
                    "exited_policy", "已脱贫享受政策", "exited with policy", also: ["已脱贫（享受政策）", "已脱贫", "脱贫享受政策"]),
                .init("exited_monitored", "已脱贫监测", "exited, monitored", also: ["脱贫监测户", "脱贫不稳定户"]),
                .init("relapsed", "返贫", "relapsed"),
                .init("removed", "剔除", "removed", also: ["错评剔除"]),
                .init("dissolved", "销户", "dissolved", also: ["自然消亡", "整户消亡"]),
            ]), also: ["脱贫属性", "贫困状态"], isGated: true),
        Fact("exited_on", "脱贫日期", "exited on", .day, also: ["脱贫年度", "脱贫时间"], isGated: true),
        Fact("main_cause", "主要致贫原因", "main cause", .choice(causes), also: ["致贫原因"]),
        Fact("second_cause", "其他致贫原因1", "second cause", .choice(causes), also: ["其他致贫原因", "次要致贫原因"]),
        Fact("third_cause", "其他致贫原因2", "third cause", .choice(causes)),
        Fact(
            "first_identified", "识别时间", "first identified", .day, also: ["首次识别时间", "识别年度", "建档时间"],
            isGated: true),
        Fact("headcount", "家庭人口数", "headcount", .number(1...30, unit: people), also: ["家庭人口", "人数", "家庭人数"]),
        Fact(
            "house_grade", "住房等级", "house grade",
            .choice([
                .init("A", "A级", "A", also: ["A 级", "安全"]), .init("B", "B级", "B", also: ["B 级", "基本安全"]),
                .init("C", "C级", "C", also: ["C 级"]),
                .init("D", "D级", "D", also: ["D 级"]),
            ]), also: ["房屋等级", "危房等级", "危房级别", "住房安全等级"]),
        Fact("is_occupied", "住房有人居住", "lived in", .flag, also: ["是否居住"]),
        Fact(
            "is_water_safe", "解决安全饮用水", "safe water", .flag,
            also: ["是否解决安全饮用水", "饮水安全", "是否解决饮水安全", "饮水是否安全"]),
        Fact(
            "water_litres", "人均日用水量", "water a head a day",
            .number(0...1000, unit: Phrase(zh: "升", en: "litres"))),
        Fact(
            "water_minutes", "取水时间", "time to fetch water",
            .number(0...600, unit: Phrase(zh: "分钟", en: "minutes"))),
        Fact(
            "water_metres", "取水距离", "way to the water",
            .number(0...20_000, unit: Phrase(zh: "米", en: "metres"))),
        Fact(
            "water_outage_days", "全年断水天数", "days without water",
            .number(0...366, unit: Phrase(zh: "天", en: "days"))),
        Fact("has_power", "通生活用电", "power", .flag, also: ["是否通生活用电"]),
        Fact("road", "入户路类型", "road to the house", .choice(roads), also: ["入户路"]),
        Fact(
            "toilet", "厕所类型", "toilet",
            .choice([
                .init("flush", "水冲式", "flush", also: ["卫生厕所"]), .init("dry", "卫生旱厕", "dry, clean"),
                .init("pit", "普通旱厕", "pit", also: ["旱厕"]),
                .init("none", "没有厕所", "none"),
            ])),
        Fact("has_food", "不愁吃", "enough to eat", .flag, also: ["是否不愁吃", "吃不愁"]),
        Fact("has_clothes", "不愁穿", "enough to wear", .flag, also: ["是否不愁穿", "穿不愁"]),
        Fact("has_broadcast", "通广播电视", "broadcasting", .flag, also: ["是否通广播电视"]),
        Fact("has_network", "通网络", "network", .flag, also: ["是否通宽带"]),
        Fact("land", "耕地面积", "land", .number(0...10_000, unit: Phrase(zh: "亩", en: "mu"))),
        Fact("in_cooperative", "加入合作社", "in a cooperative", .flag, also: ["是否加入农民专业合作组织", "是否加入合作社"]),
        Fact(
            "relocation", "易地搬迁", "relocation",
            .choice([
                .init("none", "不搬迁", "none", also: ["否"]), .init("planned", "计划搬迁", "planned"),
                .init("done", "已搬迁", "done", also: ["是", "易地搬迁户"]),
            ]),
            also: ["是否易地扶贫搬迁户", "是否搬迁户"]),
        Fact(
            "monitoring", "监测对象类别", "monitored as",
            .choice([
                .init("unstable", "脱贫不稳定户", "unstable exit"), .init("marginal", "边缘易致贫户", "at the margin"),
                .init("sudden", "突发严重困难户", "sudden hardship"),
            ])),
        Fact("monitored_since", "纳入监测日期", "monitored since", .day, also: ["监测时间"]),
        Fact("risk_removed", "风险已消除", "risk removed", .flag, also: ["风险是否消除", "风险是否已消除"]),
        Fact("phone", "联系电话", "telephone", .secret, also: ["电话", "户主电话", "手机号"]),
        Fact("bank_account", "银行账号", "bank account", .secret, also: ["银行卡号", "一卡通账号"]),
    ])

    /// What is known of a member of a household.
    package static let member = FactList([
        Fact("household", "", "", .inner), Fact("certificate_mark", "", "", .inner),
        Fact("name", "姓名", "name", .text(most: 40)),
        Fact(
            "certificate", "证件号码", "certificate number", .certificate,
            also: ["身份证号", "身份证号码", "证件号", "公民身份号码"], isGated: true),
        Fact(
            "sex", "性别", "sex",
            .choice([.init("male", "男", "male", also: ["男性"]), .init("female", "女", "female", also: ["女性"])])),
        Fact("birth", "出生日期", "born on", .day, also: ["出生年月", "出生年月日"]),
        Fact(
            "relation", "与户主关系", "relation to the head",
            .choice([
                .init("head", "户主", "head", also: ["本人或户主", "本人"]),
                .init("spouse", "配偶", "spouse", also: ["妻", "夫"]),
                .init("son", "之子", "son", also: ["儿子", "子"]),
                .init("daughter", "之女", "daughter", also: ["女儿", "女"]),
                .init("son_in_law", "之女婿", "son-in-law", also: ["女婿"]),
                .init("daughter_in_law", "之儿媳", "daughter-in-law", also: ["儿媳"]),
                .init("grandson", "之孙子", "grandson", also: ["孙子", "之外孙子"]),
                .init("granddaughter", "之孙女", "granddaughter", also: ["孙女", "之外孙女"]),
                .init("father", "之父", "father", also: ["父亲", "父", "之岳父", "之公公"]),
                .init("mother", "之母", "mother", also: ["母亲", "母", "之岳母", "之婆婆"]),
                .init("grandfather", "之祖父", "grandfather", also: ["祖父"]),
                .init("grandmother", "之祖母", "grandmother", also: ["祖母"]),
                .init("brother", "之兄弟", "brother", also: ["之兄弟姐妹", "兄弟"]),
                .init("sister", "之姐妹", "sister", also: ["姐妹"]), .init("other", "其他", "other", also: ["其他亲属"]),
            ])),
        Fact("ethnic_group", "民族", "ethnic group", .text(most: 20)),
        Fact(
            "education", "文化程度", "education",
            .choice([
                .init("none", "文盲或半文盲", "none", also: ["文盲"]), .init("primary", "小学", "primary"),
                .init("junior", "初中", "junior secondary"),
                .init("senior", "高中", "senior secondary", also: ["中专", "中职"]),
                .init("college", "大专", "college", also: ["高职"]),
                .init("university", "本科及以上", "university", also: ["本科", "大学"]),
            ])),
        Fact(
            "school", "在校生状况", "in school",
            .choice([
                .init("none", "非在校生", "not in school", also: ["不在校"]), .init("nursery", "学前教育", "nursery"),
                .init("primary", "小学在校", "primary", also: ["小学"]),
                .init("junior", "初中在校", "junior secondary", also: ["初中", "七年级", "八年级", "九年级"]),
                .init("senior", "高中在校", "senior secondary", also: ["高中", "中职", "高中一年级", "高中二年级", "高中三年级"]),
                .init("college", "高校在校", "college", also: ["大专", "本科", "高职", "大学"]),
                .init("dropped", "辍学", "dropped out", also: ["失学", "失学或辍学"]),
            ]), also: ["在校状况", "在校生情况", "就学状况"]),
        Fact(
            "leaving_reason", "失学辍学原因", "why out of school",
            .choice([
                .init("illness", "因病", "illness", also: ["因病无法上学"]), .init("disability", "因残", "disability"),
                .init("money", "家庭困难", "money"),
                .init("unwilling", "厌学", "unwilling"),
                .init("other", "其他", "other"),
            ]), also: ["失学原因", "辍学原因"]),
        Fact(
            "health", "健康状况", "health",
            .choice([
                .init("healthy", "健康", "healthy"),
                .init("chronic", "长期慢性病", "chronic illness", also: ["慢性病"]),
                .init("serious", "患有大病", "serious illness", also: ["大病"]),
                .init("disabled", "残疾", "disabled"),
            ])),
        Fact(
            "labour", "劳动技能", "labour",
            .choice([
                .init("ordinary", "普通劳动力", "ordinary"), .init("skilled", "技能劳动力", "skilled"),
                .init("lost", "丧失劳动力", "lost", also: ["弱劳动力或半劳动力", "弱劳力半劳力"]),
                .init("none", "无劳动力", "none", also: ["无劳动能力"]),
            ]), also: ["劳动能力", "劳动力状况"]),
        Fact(
            "work_place", "务工区域", "works in",
            .choice([
                .init("village", "村内", "village"),
                .init("county", "县内", "county", also: ["乡内", "县内乡外", "村外乡内"]),
                .init("province", "省内县外", "province", also: ["省内"]),
                .init("elsewhere", "省外", "elsewhere"),
            ]), also: ["务工地点", "务工所在地"]),
        Fact(
            "work_months", "务工时间", "months at work", .number(0...12, unit: Phrase(zh: "个月", en: "months")),
            also: ["务工月数", "务工时间（月）", "务工时间(月)"]),
        Fact(
            "medical_insurance", "参加城乡居民基本医疗保险", "medical insurance", .flag,
            also: ["是否参加城乡居民基本医疗保险", "是否参加新农合", "医疗保险"]),
        Fact("serious_insurance", "参加大病保险", "serious-illness insurance", .flag, also: ["是否参加大病保险", "大病保险"]),
        Fact("pension", "参加城乡居民基本养老保险", "pension insurance", .flag, also: ["是否参加城乡居民基本养老保险", "养老保险"]),
        Fact("phone", "本人电话", "telephone", .secret, also: ["成员电话"]),
    ])

    /// A household's income of a year, in yuan; what a head has net follows from it.
    package static let income = FactList([
        Fact("wages", "工资性收入", "wages", .number(0...10_000_000, unit: yuan), also: ["工资性收入（元）"]),
        Fact(
            "business", "生产经营性收入", "business", .number(0...10_000_000, unit: yuan),
            also: ["经营性收入", "生产经营性收入（元）"]),
        Fact("property", "财产性收入", "property", .number(0...10_000_000, unit: yuan), also: ["财产性收入（元）"]),
        Fact("transfers", "转移性收入", "transfers", .number(0...10_000_000, unit: yuan), also: ["转移性收入（元）"]),
        Fact(
            "business_cost", "生产经营性支出", "business cost", .number(0...10_000_000, unit: yuan),
            also: ["生产经营性支出（元）"]),
        Fact("headcount", "计收入人数", "heads", .number(1...30, unit: people)),
    ])

    private static let causes: [Fact.Choice] = [
        .init("illness", "因病", "illness"), .init("disability", "因残", "disability"),
        .init("schooling", "因学", "schooling"), .init("disaster", "因灾", "disaster"),
        .init("land", "缺土地", "land"), .init("water", "缺水", "water"), .init("technology", "缺技术", "technology"),
        .init("labour", "缺劳力", "labour", also: ["缺劳动力"]),
        .init("funds", "缺资金", "funds"), .init("transport", "交通条件落后", "transport"),
        .init("motivation", "自身发展动力不足", "motivation"), .init("other", "其他", "other"),
    ]
    private static let roads: [Fact.Choice] = [
        .init("concrete", "水泥路", "concrete", also: ["是", "硬化路"]),
        .init("asphalt", "沥青路", "asphalt", also: ["柏油路"]), .init("gravel", "砂石路", "gravel"),
        .init("earth", "泥土路", "earth", also: ["否", "土路"]),
    ]
}

extension Facts {
    /// Net income a head in yuan, rounded down: wages, business, property and transfers less the cost of the
    /// business, by the heads that live on it. Nil without heads or without any income. Source: the national
    /// register's own rule.
    package var netIncomePerHead: Int? {
        let parts = ["wages", "business", "property", "transfers"].compactMap { number($0) }
        guard let heads = number("headcount"), heads > 0, !parts.isEmpty else { return nil }
        let net = parts.reduce(0, +) - (number("business_cost") ?? 0)
        return net >= 0 ? net / heads : -((-net + heads - 1) / heads)
    }
}
