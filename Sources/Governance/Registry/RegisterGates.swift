import Rules
import Store

/// What a campaign gates: facts of households that another post approves while it runs, besides those that
/// always are.
enum RegisterGates {
    /// The gated facts of a day.
    static func facts(of county: County, on day: Day, in books: Books) throws -> Set<String> {
        Set(
            try books.all(
                """
                SELECT fact FROM register_gate WHERE county = \(county) AND since <= \(day)
                    AND until > \(day)
                """
            ) {
                try $0.get("fact", as: String.self)
            })
    }

    /// Gates a fact from a day until another.
    static func close(_ fact: String, from day: Day, until end: Day, of county: County, in books: Books)
        throws
    {
        try books.change(
            """
            INSERT INTO register_gate (county, fact, since, until) VALUES (\(county), \(fact), \(day), \(end))
            ON CONFLICT (county, fact, since) DO UPDATE SET until = excluded.until
            """)
    }
}
