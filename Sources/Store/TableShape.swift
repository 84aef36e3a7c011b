/// A table as copying and proving have to know it.
package struct TableShape: Sendable {
    /// How it is shown that nobody changed a row behind the program's back.
    package enum Proof: Sendable, Equatable {
        /// What the log says each row was left as.
        case rows
        /// Something else, or nothing: why.
        case otherwise(String)
    }
    /// Its name, and the columns of its key in order.
    package var name: String, key: [String]
    /// The column that points to another row of the same table: such rows go parents first. Nil if there is
    /// none.
    package var parent: String?
    /// How its rows are proven.
    package var proof: Proof
    /// Columns that change in passing: no event tells of them, so they are not proven.
    package var passing: Set<String>
    /// Columns that have a value although nobody names them.
    package var defaults: Set<String>

    /// A table by name and key.
    package init(
        _ name: String, key: [String], parent: String? = nil, proof: Proof = .rows,
        passing: Set<String> = [], defaults: Set<String> = []
    ) {
        (self.name, self.key, self.parent, self.proof) = (name, key, parent, proof)
        (self.passing, self.defaults) = (passing, defaults)
    }
}
