/// What a column holds, on either engine.
package enum Value: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

/// Something that can be bound to a parameter.
package protocol Bindable {
    /// The value as the database stores it.
    var sqlValue: Value { get }
}

/// Something that can be read from a column.
package protocol Readable {
    /// Reads a column's value; throws `StoreError.unreadable` if it does not fit.
    init(sqlValue: Value) throws
}

/// A value that is handed on as it is.
extension Value: Bindable, Readable {
    package var sqlValue: Value { self }
    package init(sqlValue: Value) { self = sqlValue }
}

extension Int: Bindable, Readable {
    package var sqlValue: Value { .integer(Int64(self)) }
    package init(sqlValue: Value) throws { self = Int(try Int64(sqlValue: sqlValue)) }
}
/// No number of an office is greater than ten to the fifteenth: one that was tampered with is refused where
/// it is read, before anything is reckoned with it that could overflow.
extension Int64: Bindable, Readable {
    package var sqlValue: Value { .integer(self) }
    package init(sqlValue: Value) throws {
        guard case .integer(let number) = sqlValue else {
            throw StoreError.unreadable("an integer", sqlValue)
        }
        guard Self.readable.contains(number) else {
            throw StoreError.unreadable("an integer within ±10^15", sqlValue)
        }
        self = number
    }
    private static let readable: ClosedRange<Int64> = -1_000_000_000_000_000...1_000_000_000_000_000
}
extension Double: Bindable, Readable {
    package var sqlValue: Value { .real(self) }
    package init(sqlValue: Value) throws {
        switch sqlValue {
        case .real(let number): self = number
        case .integer(let number): self = Double(number)
        default: throw StoreError.unreadable("a number", sqlValue)
        }
    }
}
extension String: Bindable, Readable {
    package var sqlValue: Value { .text(self) }
    package init(sqlValue: Value) throws {
        guard case .text(let text) = sqlValue else { throw StoreError.unreadable("a text", sqlValue) }
        self = text
    }
}
/// Stored as 0 or 1: the engines disagree about booleans.
extension Bool: Bindable, Readable {
    package var sqlValue: Value { .integer(self ? 1 : 0) }
    package init(sqlValue: Value) throws { self = try Int64(sqlValue: sqlValue) != 0 }
}
extension [UInt8]: Bindable, Readable {
    package var sqlValue: Value { .blob(self) }
    package init(sqlValue: Value) throws {
        guard case .blob(let bytes) = sqlValue else { throw StoreError.unreadable("bytes", sqlValue) }
        self = bytes
    }
}
/// An enumeration of words is stored as its word.
extension Bindable where Self: RawRepresentable, RawValue == String {
    package var sqlValue: Value { .text(rawValue) }
}
extension Readable where Self: RawRepresentable, RawValue == String {
    package init(sqlValue: Value) throws {
        let word = try String(sqlValue: sqlValue)
        guard let found = Self(rawValue: word) else {
            throw StoreError.unreadable("a \(Self.self)", sqlValue)
        }
        self = found
    }
}
