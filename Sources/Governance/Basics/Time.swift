package import Rules
package import Store

extension Instant: Bindable, Readable {
    package var sqlValue: Value { .integer(milliseconds) }
    package init(sqlValue: Value) throws {
        let milliseconds = try Int64(sqlValue: sqlValue)
        guard Self.told.contains(milliseconds) else {
            throw StoreError.unreadable("a moment of the years 1 to 9999", sqlValue)
        }
        self.init(milliseconds: milliseconds)
    }
    /// The end of what has not ended.
    package static let never = Instant(milliseconds: 253_402_300_799_000)
    /// The minute that it lies in. Lateness is told to the minute, so that the same question within one has
    /// the same answer.
    package var minute: Instant { Instant(milliseconds: milliseconds / 60_000 * 60_000) }
}

extension Day: Bindable, Readable {
    /// A day beyond year 9999 is stored as what has no end: no other could be read again.
    package var sqlValue: Value { .text(min(self, .never).description) }
    package init(sqlValue: Value) throws {
        guard let day = Day(try String(sqlValue: sqlValue)) else {
            throw StoreError.unreadable("a day", sqlValue)
        }
        self = day
    }
    /// The end of what has not ended.
    package static let never = Day("9999-12-31") ?? Day(number: 2_932_896)
}
