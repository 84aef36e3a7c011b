import Synchronization

/// One row of an answer, read by column name.
package struct Row: Sendable {
    let columns: Columns
    /// The values, in the order of the names.
    package let values: [Value]

    /// The columns of one answer, shared by its rows.
    final class Columns: Sendable {
        let names: [String]
        let positions: [String: Int]
        /// Statements of one length. One lock for all would be what every reader waits for.
        private final class Known: Sendable { let columns = Mutex<[String: Columns]>([:]) }
        private static let known = (0..<256).map { _ in Known() }
        /// The columns of a statement: its text is asked only once.
        static func of(_ text: String, _ names: () -> [String]) -> Columns {
            let alike = known[text.utf8.count % known.count]
            if let found = alike.columns.withLock({ $0[text] }) { return found }
            let fresh = Columns(names())
            alike.columns.withLock { columns in
                if columns.count > 100 { columns = [:] }
                columns[text] = fresh
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
    package func get<T: Readable>(_ name: String, as: T.Type = T.self) throws -> T {
        try T(sqlValue: value(name))
    }

    /// A column that may be NULL.
    package func optional<T: Readable>(_ name: String, as: T.Type = T.self) throws -> T? {
        let found = try value(name)
        return found == .null ? nil : try T(sqlValue: found)
    }
}
