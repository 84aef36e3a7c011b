package import Store

/// The numbered steps of the schema. A step that has been released is never edited; a change is a new step.
package enum Schema {
    /// Every step, in order.
    package static let migrations: [Migration] = [
        step(1, "office"), step(2, "cases"), step(3, "writing"), step(4, "attachments"), step(5, "finding"),
        step(6, "registry"), step(7, "campaign"),
        step(8, "push"), step(9, "evaluation"), step(10, "words"), step(11, "accounts"), step(12, "photos"),
        step(13, "sealing"), step(14, "steps"), step(15, "changes"), step(16, "rows"),
    ]

    private static func step(_ number: Int, _ name: String) -> Migration {
        let digits = String(number)
        let file = String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "-" + name
        return Migration(
            number: number, name: name, text: Embedded.text("\(file).sql"),
            own: [.sqlite: "sqlite", .postgres: "postgres"].compactMapValues {
                Embedded.optional("\(file).\($0).sql")
            })
    }

    /// The tables whose rows the log vouches for.
    static let noted = NotedTables(tables)

    /// Every table that holds something of its own, each behind those it points to. The pieces of words
    /// (`case_gram`, `case_unindexed`) are made from the cases, and recounted from them.
    package static let tables: [TableShape] = [
        // Parents first: a part's path begins with its whole's.
        .init("territory", key: ["path"]), .init("territory_code", key: ["code_system", "code", "since"]),
        .init("territory_alias", key: ["territory", "name"]),
        .init("territory_succession", key: ["predecessor", "successor"]),
        .init("calendar_year", key: ["year"]), .init("calendar_day", key: ["day"]),
        .init("office_name", key: ["county"]),
        .init(
            "shared_version", key: ["id"],
            proof: .otherwise("only tells caches that something changed")),
        .init("office", key: ["county"], defaults: ["texts_sealed"]),
        .init(
            "event", key: ["county", "seq"],
            proof: .otherwise("the chain proves itself")),
        .init("unit", key: ["county", "id"]),
        .init("person", key: ["county", "id"]), .init("post", key: ["county", "id"], parent: "reports_to"),
        .init("tenure", key: ["county", "id"]),
        .init(
            "account", key: ["county", "id"], passing: ["factor_step"],
            defaults: ["must_change", "factor_step"]),
        .init(
            "session", key: ["county", "id"],
            proof: .otherwise("who is signed in now; what is done there is in the log")),
        .init("recovery_code", key: ["county", "account", "code"]),
        .init(
            "known_network", key: ["county", "account", "network"],
            proof: .otherwise("only slows guesses down less")),
        .init(
            "stray_sign_in", key: ["county", "day"],
            proof: .otherwise("counts guesses at logins that do not exist")),
        .init("factor_kind", key: ["county", "kind"]),
        .init("power_request", key: ["county", "id"]),
        .init(
            "repeated_request", key: ["county", "caller", "request_key"],
            proof: .otherwise("an answer kept for a day, so that the same request is not done twice")),
        .init(
            "receipt", key: ["county", "kind", "id"],
            proof: .otherwise("a print of what was sent, so that the same is not taken twice")),
        .init("category", key: ["county", "code", "version"]),
        .init("parameter", key: ["county", "name", "since"]),
        .init("case_file", key: ["county", "id"], defaults: ["words_confirmed", "changed_seq"]),
        .init("case_history", key: ["county", "id", "version"]),
        .init("case_hand", key: ["county", "id", "person"]),
        .init("complainant", key: ["county", "id"]),
        .init("outside_number", key: ["county", "source", "outside_number"]),
        .init("case_stage", key: ["county", "case_id", "position"]),
        .init("case_assist", key: ["county", "id"]),
        .init("case_check", key: ["county", "id"]), .init("call_back", key: ["county", "id"]),
        .init("decision", key: ["county", "id"]),
        .init(
            "attachment_content", key: ["county", "hash"],
            proof: .otherwise("its key is the hash of its bytes, and an attachment names it")),
        .init("attachment", key: ["county", "id"], defaults: ["is_withheld"]),
        .init("registry_key", key: ["county"]),
        .init("village_version", key: ["county", "id", "version"]),
        .init("household", key: ["county", "id"]),
        .init("household_version", key: ["county", "id", "version"]), .init("member", key: ["county", "id"]),
        .init("member_version", key: ["county", "id", "version"]),
        .init("income_version", key: ["county", "id", "version"]),
        .init("measure", key: ["county", "id"]), .init("help_link", key: ["county", "id"]),
        .init("support_link", key: ["county", "id"]),
        .init("change_request", key: ["county", "id"]), .init("double_entry", key: ["county", "id"]),
        .init("campaign", key: ["county", "id"]),
        .init("frozen_household", key: ["county", "campaign", "id"]), .init("point", key: ["county", "id"]),
        .init("visit", key: ["county", "id"]),
        .init("duty_due", key: ["county", "campaign", "subject", "duty", "post"]),
        .init("duty_count", key: ["county", "campaign", "duty", "post", "village"]),
        .init("command_area", key: ["county", "id"]),
        .init("register_gate", key: ["county", "fact", "since"]),
        .init("look_back", key: ["county", "campaign", "household"]),
        .init("evaluation", key: ["county", "id"]), .init("assessment", key: ["county", "id"]),
        .init("evaluation_round", key: ["county", "id"]), .init("score_sheet", key: ["county", "id"]),
        .init("sheet_member", key: ["county", "sheet", "person"]),
        .init("sheet_mark", key: ["county", "sheet", "unit", "indicator"]),
        .init("ledger_entry", key: ["county", "id"], parent: "corrects"),
        .init("signed_step", key: ["county", "kind", "subject", "number"]),
        .init("ledger_person", key: ["county", "entry", "post", "person"]),
        .init("objection", key: ["county", "id"]), .init("recommendation", key: ["county", "id"]),
        .init("sample", key: ["county", "id"]),
        .init("sample_item", key: ["county", "sample", "number"]),
        .init(
            "county_head", key: ["county"],
            proof: .otherwise("held against the chain, which notes its counters")),
    ]
}
