import Governance
import Rules

/// What an answer of the API holds, declared once: its JSON and its description come from here.
struct Shape<Value>: Sendable {
    /// The name under which it is described once; nil describes it where it stands.
    let name: String?
    /// A sentence about the whole.
    let note: String?
    let members: [Member<Value>]

    /// A shape of these members, in order.
    init(
        _ name: String? = nil, _ note: String? = nil,
        @MemberBuilder<Value> _ members: () -> [Member<Value>]
    ) {
        (self.name, self.note, self.members) = (name, note, members())
    }

    /// A value as JSON.
    func json(_ value: Value, _ context: ShapeContext) -> JSON {
        var out: [(String, JSON)] = []
        out.reserveCapacity(members.count)
        for member in members {
            if let json = member.json(value, context) { out.append((member.name, json)) }
        }
        return .object(out)
    }

    /// What it looks like.
    var schema: Schema {
        .object(
            ObjectSchema(
                name: name, note: note,
                members: members.map {
                    .init(name: $0.name, schema: $0.schema, note: $0.note, isRequired: $0.isRequired)
                }))
    }
}

/// What a shape needs besides the value: the names that people read, and the moment of the request.
struct ShapeContext: Sendable {
    /// The office's names; nil before an office was founded.
    let directory: Directory?
    let now: Instant

    /// What the answer to a request needs.
    init(_ call: Call) { self.init(call.directory, at: call.now) }
    init(_ directory: Directory?, at now: Instant) { (self.directory, self.now) = (directory, now) }

    /// The name of a unit, of a person and of a territory; empty if there is none.
    func name(of unit: ID<Unit>) -> Phrase { directory?.name(of: unit) ?? .asGiven("") }
    func name(of person: ID<Person>) -> String { directory?.name(of: person) ?? "" }
    func placeName(_ territory: String) -> String { directory?.placeName(territory) ?? "" }
    /// The words of a category in the version under which something was filed.
    func words(ofCategory code: String, version: Int) -> Phrase {
        directory?.category(code, version: version)?.words ?? .asGiven(code)
    }
}

/// One member of a shape.
struct Member<Value>: Sendable {
    let name: String, schema: Schema, note: String?
    /// Whether it is always there.
    let isRequired: Bool
    /// Its JSON; nil leaves it out.
    let json: @Sendable (Value, ShapeContext) -> JSON?

    /// A member of any kind.
    init(
        _ name: String, as schema: Schema, _ note: String? = nil, isRequired: Bool = true,
        _ json: @escaping @Sendable (Value, ShapeContext) -> JSON?
    ) {
        (self.name, self.schema, self.note, self.isRequired) = (name, schema, note, isRequired)
        self.json = json
    }

    /// A value that knows what it looks like.
    init<Inner: JSONValue>(
        _ name: String, _ note: String?, _ inner: @escaping @Sendable (Value) -> Inner
    ) {
        self.init(name, as: Inner.schema, note) { value, _ in inner(value).json }
    }
    /// The same where the name says all.
    init<Inner: JSONValue>(_ name: String, _ inner: @escaping @Sendable (Value) -> Inner) {
        self.init(name, nil, inner)
    }

    /// A value that knows what it looks like and depends on names or on the moment.
    init<Inner: JSONValue>(
        _ name: String, _ note: String? = nil,
        in inner: @escaping @Sendable (Value, ShapeContext) -> Inner
    ) {
        self.init(name, as: Inner.schema, note) { inner($0, $1).json }
    }

    /// A value of another shape.
    init<Inner>(
        _ name: String, _ shape: Shape<Inner>, _ note: String?,
        _ inner: @escaping @Sendable (Value) -> Inner
    ) {
        self.init(name, as: shape.schema, note) { shape.json(inner($0), $1) }
    }
    /// The same where the name says all.
    init<Inner>(
        _ name: String, _ shape: Shape<Inner>, _ inner: @escaping @Sendable (Value) -> Inner
    ) { self.init(name, shape, nil, inner) }

    /// A value of another shape, or null.
    init<Inner>(
        _ name: String, optional shape: Shape<Inner>, _ note: String?,
        _ inner: @escaping @Sendable (Value) -> Inner?
    ) {
        self.init(name, as: .optional(shape.schema), note) { value, context in
            inner(value).map { shape.json($0, context) } ?? .null
        }
    }
    /// The same where the name says all.
    init<Inner>(
        _ name: String, optional shape: Shape<Inner>, _ inner: @escaping @Sendable (Value) -> Inner?
    ) { self.init(name, optional: shape, nil, inner) }

    /// A list of values of another shape.
    init<Inner>(
        _ name: String, list shape: Shape<Inner>, _ note: String?,
        _ inner: @escaping @Sendable (Value) -> [Inner]
    ) {
        self.init(name, as: .list(shape.schema), note) { value, context in
            .array(inner(value).map { shape.json($0, context) })
        }
    }
    /// The same where the name says all.
    init<Inner>(
        _ name: String, list shape: Shape<Inner>, _ inner: @escaping @Sendable (Value) -> [Inner]
    ) { self.init(name, list: shape, nil, inner) }

    /// The same member, left out where it is null.
    var leftOutIfNull: Member {
        let (schema, json) = (schema, json)
        let inner: Schema = if case .optional(let inner) = schema { inner } else { schema }
        return Member(name, as: inner, note, isRequired: false) { value, context in
            let found = json(value, context)
            return if case .null = found { nil } else { found }
        }
    }
}

// MARK: Identities with the names that people read

// By key path: a closure behind the name would be taken for one of these instead of for a text.
extension Member {
    /// A unit with its name.
    init(_ name: String, unit: any KeyPath<Value, ID<Unit>> & Sendable, _ note: String? = nil) {
        self.init(name, NamedShapes.unit, note) { $0[keyPath: unit] }
    }
    /// A unit with its name, or null.
    init(_ name: String, optionalUnit unit: any KeyPath<Value, ID<Unit>?> & Sendable, _ note: String? = nil) {
        self.init(name, optional: NamedShapes.unit, note) { $0[keyPath: unit] }
    }
    /// A person with the name.
    init(_ name: String, person: any KeyPath<Value, ID<Person>> & Sendable, _ note: String? = nil) {
        self.init(name, NamedShapes.person, note) { $0[keyPath: person] }
    }
    /// A person with the name, or null.
    init(
        _ name: String, optionalPerson person: any KeyPath<Value, ID<Person>?> & Sendable,
        _ note: String? = nil
    ) {
        self.init(name, optional: NamedShapes.person, note) { $0[keyPath: person] }
    }
    /// A territory with its name.
    init(_ name: String, territory: any KeyPath<Value, String> & Sendable, _ note: String? = nil) {
        self.init(name, NamedShapes.territory, note) { $0[keyPath: territory] }
    }
}

/// Identities with the names that people read.
enum NamedShapes {
    static let unit = Shape<ID<Unit>>("UnitName", "A unit with its name.") {
        Member("id") { $0 }
        Member("name", in: { $1.name(of: $0) })
    }
    static let person = Shape<ID<Person>>("PersonName", "A person with the name.") {
        Member("id") { $0 }
        Member("name", in: { $1.name(of: $0) })
    }
    static let territory = Shape<String>("TerritoryName", "A territory with its name.") {
        Member("id") { $0 }
        Member("name", in: { $1.placeName($0) })
    }
    /// The category in the version under which something was filed.
    static let category = Shape<(code: String, version: Int)>(
        "CategoryName", "A category in the version under which the case was filed."
    ) {
        Member("code", \.code)
        Member("version", \.version)
        Member("words", in: { $1.words(ofCategory: $0.code, version: $0.version) })
    }
}

/// Lists the members of a shape one a line.
@resultBuilder
enum MemberBuilder<Value> {
    static func buildExpression(_ member: Member<Value>) -> [Member<Value>] { [member] }
    /// The members of another shape of the same value.
    static func buildExpression(_ shape: Shape<Value>) -> [Member<Value>] { shape.members }
    static func buildExpression(_ members: [Member<Value>]) -> [Member<Value>] { members }
    static func buildBlock(_ parts: [Member<Value>]...) -> [Member<Value>] { parts.flatMap { $0 } }
}

extension Shape {
    /// The members of this shape as members of what holds such a value.
    func members<Outer>(of inner: @escaping @Sendable (Outer) -> Value) -> [Member<Outer>] {
        members.map { member in
            Member<Outer>(
                member.name, as: member.schema, member.note, isRequired: member.isRequired
            ) { member.json(inner($0), $1) }
        }
    }
}
