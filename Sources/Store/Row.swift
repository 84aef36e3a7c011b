import Synchronization

/// One row of an answer, read by column name.
package struct Row: Sendable {
    let columns: Columns
    let values: [Value]

    /// The columns of one answer, shared by its rows.
    final class Columns: Sendable {
        let names: [String]
        let positions: [String: Int]
        private static let known = Mutex<[String: Columns]>([:])
        /// The columns of a statement: its text is asked only once.
        static func of(_ text: String, _ names: () -> [String]) -> Columns {
            if let found = known.withLock({ $0[text] }) { return found }
            let fresh = Columns(names())
            known.withLock { known in
                if known.count > 2000 { known = [:] }
                known[text] = fresh
            }
            return fresh
        }
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
