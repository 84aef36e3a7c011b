package import Store

/// The numbered steps of the schema. A step that has been released is never edited; a change is a new step.
package enum Schema {
    /// Every step, in order.
    package static let migrations: [Migration] = [
        step(1, "office"), step(2, "cases"), step(3, "writing"), step(4, "attachments"),
    ]

    private static func step(_ number: Int, _ name: String) -> Migration {
        let digits = String(number)
        let file = String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "-" + name
        return Migration(
            number: number, name: name, text: Embedded.text("\(file).sql"),
            own: [.sqlite: Embedded.text("\(file).sqlite.sql"), .postgres: Embedded.text("\(file).postgres.sql")])
    }
}
