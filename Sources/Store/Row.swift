/// One row of an answer, read by column name.
package struct Row: Sendable {
    let columns: Columns
    let values: [Value]

    /// The columns of one answer, shared by its rows.
    final class Columns: Sendable {
        let names: [String]
        let positions: [String: Int]
        init(_ names: [String]) {
            self.names = names
            positions = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
        }
    }

    /// The names of the columns, in order.
    package var names: [String] { columns.names }

    /// The raw value of a column; throws if there is no such column.
    package func value(_ name: String) throws -> Value {
        guard let position = columns.positions[name] else { throw StoreError.noColumn(name) }
        return values[position]
    }

    /// A column that is never NULL.
    package func get<T: Readable>(_ name: String, as: T.Type = T.self) throws -> T { try T(sqlValue: value(name)) }

    /// A column that may be NULL.
    package func optional<T: Readable>(_ name: String, as: T.Type = T.self) throws -> T? {
        let found = try value(name)
        return found == .null ? nil : try T(sqlValue: found)
    }
}
