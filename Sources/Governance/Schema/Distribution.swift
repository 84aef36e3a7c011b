import Store

/// How the schema is laid over the nodes of a Citus cluster: every county's rows on one node, shared tables
/// on all.
package enum Distribution {
    /// Tables without a county, the same everywhere, each behind those it points to.
    package static let shared = [
        "territory", "territory_code", "territory_alias", "territory_succession", "calendar_year",
        "calendar_day", "office_name", "shared_version",
        "schema_migration",
    ]

    /// Tables of counties: laid out together, so that a county's rows join on its node.
    package static var ofCounties: [String] {
        Schema.tables.map(\.name).filter { !shared.contains($0) } + ["case_gram", "case_unindexed"]
    }

    /// The calls, in an order in which foreign keys hold.
    package static var calls: [String] {
        let first = ofCounties.first ?? "office"
        return shared.map { "SELECT create_reference_table('\($0)')" }
            + ofCounties.map { name in
                """
                SELECT create_distributed_table('\(name)',
                    'county'\(name == first ? "" : ", colocate_with => '\(first)'"))
                """
            }
    }
}
