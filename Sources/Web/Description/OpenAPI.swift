import Foundation
package import Governance
import Hummingbird
import Rules

/// The description of the API, OpenAPI 3.1, made from the routes.
package enum OpenAPI {
    /// The whole document, made once.
    static let text = document(of: Site.routes).text

    /// The whole document for a table of routes.
    package static func document(of routes: [Route]) -> JSON {
        var writer = Writer()
        let paths = writer.paths(of: routes)
        return .object([
            ("openapi", .string("3.1.0")), ("info", info),
            ("servers", .array([.object([("url", .string("/"))])])),
            ("security", .array([.object([("bearer", .array([]))])])),
            (
                "tags",
                .array(
                    Endpoint.Tag.allCases.map {
                        .object([("name", .string($0.rawValue)), ("description", .string($0.note))])
                    })
            ),
            ("paths", .object(paths)), ("components", writer.components()),
        ])
    }

    private static let info = JSON.object([
        ("title", .string("Luoshi")), ("version", .string("1")),
        (
            "summary",
            .string(
                """
                What was promised at a place gets a person, a date, a check by somebody else, and a record \
                that cannot quietly change.
                """)
        ),
        (
            "description",
            .string(
                """
                Moments are ISO 8601 in UTC; days are `YYYY-MM-DD` in the office's civil zone. Bodies are \
                flat JSON objects of at most 1 MB; null empties a field; a field or a parameter that is \
                not listed is refused. Lists are `{total, items, next}`: send `next` as `cursor`. Every \
                error has one shape. Without `county` in the query the server's first office answers to \
                those who are not signed in. A browser may also be signed in by its cookie; it then has to \
                send its bodies as `application/json` (or `text/csv`).
                """)
        ),
    ])

    /// Collects what is described once while it walks the routes.
    private struct Writer {
        private var named: [(name: String, schema: JSON)] = []
        private var errors: Set<Problem> = []

        mutating func paths(of routes: [Route]) -> [(String, JSON)] {
            var paths: [(String, [(String, JSON)])] = []
            for route in routes {
                guard let endpoint = route.endpoint else { continue }
                for (path, operation) in operations(endpoint, at: route) {
                    let entry = (route.method.rawValue.lowercased(), operation)
                    if let index = paths.firstIndex(where: { $0.0 == path }) {
                        paths[index].1.append(entry)
                    } else {
                        paths.append((path, [entry]))
                    }
                }
            }
            return paths.map { ($0.0, .object($0.1)) }
        }

        /// One operation, or one for each word that the last part of its path may be.
        private mutating func operations(_ endpoint: Endpoint, at route: Route) -> [(String, JSON)] {
            guard !endpoint.variants.isEmpty, let last = route.path.lastIndex(of: "{") else {
                return [(route.path, operation(endpoint, at: route, nil))]
            }
            return endpoint.variants.map { variant in
                let path = route.path[..<last] + variant.word
                return (String(path), operation(endpoint, at: route, variant))
            }
        }

        private mutating func operation(
            _ endpoint: Endpoint, at route: Route, _ variant: Endpoint.Variant?
        ) -> JSON {
            let title = endpoint.title
            let words = variant.map { $0.word.split { "_-".contains($0) }.map(\.capitalized).joined() } ?? ""
            var out: [(String, JSON)] = [
                ("tags", .array([.string(title.tag.rawValue)])),
                ("summary", .string(variant.map { "\(title.summary): \($0.summary)" } ?? title.summary)),
                ("operationId", .string(title.id + words)),
            ]
            let notes = [title.note, route.audience.note].compactMap { $0 }
            if !notes.isEmpty { out.append(("description", .string(notes.joined(separator: " ")))) }
            let (query, body) = asked(by: endpoint, variant)
            let parameters = parameters(of: endpoint, query, at: route, variant)
            if !parameters.isEmpty { out.append(("parameters", .array(parameters))) }
            if let body = content(of: body) { out.append(("requestBody", body)) }
            out.append(("responses", .object(responses(of: endpoint, at: route, hasBody: body))))
            if route.audience == .anyone { out.append(("security", .array([]))) }
            return .object(out)
        }

        // MARK: What is asked

        /// What a word asks stands in the body, or in the query beside a file.
        private func asked(by endpoint: Endpoint, _ variant: Endpoint.Variant?)
            -> (query: [FormField], body: Endpoint.Body)
        {
            guard let variant else { return (endpoint.query, endpoint.body) }
            if case .file = endpoint.body { return (endpoint.query + variant.body, endpoint.body) }
            return (endpoint.query, .fields(variant.body))
        }

        private func parameters(
            of endpoint: Endpoint, _ query: [FormField], at route: Route, _ variant: Endpoint.Variant?
        ) -> [JSON] {
            var names = route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                String($0.dropFirst().dropLast())
            }
            if variant != nil { names.removeLast() }
            var all: [JSON] = names.map { name in
                .object([
                    ("name", .string(name)), ("in", .string("path")), ("required", .bool(true)),
                    ("schema", .object([("type", .string("string")), ("minLength", .int(1))])),
                ])
            }
            all += query.flatMap { field in
                field.names.map { name in
                    let schema = name == field.unitName ? field.unitSchema ?? field.schema : field.schema
                    var parameter: [(String, JSON)] = [
                        ("name", .string(name)), ("in", .string("query")), ("schema", schema),
                    ]
                    let isOlder = field.olderNames.contains(name)
                    if isOlder { parameter.append(("deprecated", .bool(true))) }
                    if field.isRequired, !isOlder { parameter.append(("required", .bool(true))) }
                    return .object(parameter)
                }
            }
            if endpoint.isRepeatable {
                all.append(.object([("$ref", .string("#/components/parameters/IdempotencyKey"))]))
            }
            return all
        }

        private func content(of body: Endpoint.Body) -> JSON? {
            switch body {
            case .none: return nil
            case .fields(let fields):
                var content = [("application/json", JSON.object([("schema", fields.bodySchema)]))]
                if let photos = fields.bodySchemaWithPhotos {
                    content.append(("multipart/form-data", .object([("schema", photos)])))
                }
                return .object([
                    ("required", .bool(fields.contains(where: \.isRequired))),
                    ("content", .object(content)),
                ])
            case .file(let types):
                return .object([
                    ("required", .bool(true)),
                    ("content", .object(types.map { ($0, Self.bytes) })),
                ])
            }
        }
        private static let bytes = JSON.object([
            ("schema", .object([("type", .string("string")), ("format", .string("binary"))]))
        ])

        // MARK: What is answered

        private mutating func responses(of endpoint: Endpoint, at route: Route, hasBody body: Endpoint.Body)
            -> [(String, JSON)]
        {
            var all: [(String, JSON)] = endpoint.answers.map { answer in
                var out: [(String, JSON)] = [("description", .string(answer.note))]
                switch answer.content {
                case .json(let schema):
                    let described = json(schema)
                    out.append(
                        ("content", .object([("application/json", .object([("schema", described)]))])))
                case .file(let types):
                    out.append(("content", .object(types.map { ($0, Self.bytes) })))
                case .nothing: break
                }
                if endpoint.isRepeatable {
                    let header = JSON.object([("$ref", .string("#/components/headers/IdempotencyReplayed"))])
                    out.append(("headers", .object([("Idempotency-Replayed", header)])))
                }
                return (String(answer.status), .object(out))
            }
            let known = Set(all.map(\.0))
            for problem in Problem.possible(endpoint, route) where !known.contains(problem.status) {
                errors.insert(problem)
                all.append((problem.status, .object([("$ref", .string(problem.reference))])))
            }
            return all
        }

        /// A schema as JSON; what has a name is written once and referred to.
        private mutating func json(_ schema: Schema) -> JSON {
            func type(_ name: String) -> JSON { .object([("type", .string(name))]) }
            switch schema {
            case .text: return type("string")
            case .integer: return type("integer")
            case .number: return type("number")
            case .flag: return type("boolean")
            case .anything: return .object([])
            case .format(let format):
                return .object([("type", .string("string")), ("format", .string(format))])
            case .choice(let name, let words):
                let choice = JSON.object([
                    ("type", .string("string")), ("enum", .array(words.map(JSON.string))),
                ])
                return name.map { once($0) { _ in choice } } ?? choice
            case .list(let items):
                return .object([("type", .string("array")), ("items", json(items))])
            case .optional(let inner): return nullable(json(inner))
            case .map(let inner):
                return .object([("type", .string("object")), ("additionalProperties", json(inner))])
            case .either(let parts):
                return .object([("oneOf", .array(parts.map { json($0) }))])
            case .common(let common): return once(common.rawValue) { _ in common.json }
            case .object(let object):
                guard let name = object.name else { return members(of: object) }
                return once(name) { $0.members(of: object) }
            }
        }

        private mutating func members(of object: ObjectSchema) -> JSON {
            var out: [(String, JSON)] = [("type", .string("object"))]
            if let note = object.note { out.append(("description", .string(note))) }
            out.append(
                (
                    "properties",
                    .object(
                        object.members.map { member in
                            let schema = json(member.schema)
                            return (member.name, member.note.map { noted(schema, $0) } ?? schema)
                        })
                ))
            out.append(
                ("required", .array(object.members.filter(\.isRequired).map { .string($0.name) })))
            return .object(out)
        }

        private func noted(_ schema: JSON, _ note: String) -> JSON {
            guard case .object(let parts) = schema else { return schema }
            return .object(parts + [("description", .string(note))])
        }

        private func nullable(_ schema: JSON) -> JSON {
            guard case .object(let parts) = schema, !parts.contains(where: { $0.0 == "enum" }),
                let index = parts.firstIndex(where: { $0.0 == "type" }),
                case .string(let type) = parts[index].1
            else {
                return .object([
                    ("anyOf", .array([schema, .object([("type", .string("null"))])]))
                ])
            }
            var out = parts
            out[index].1 = .array([.string(type), .string("null")])
            return .object(out)
        }

        /// A reference to what is described once; whoever names it first describes it.
        private mutating func once(_ name: String, _ make: (inout Writer) -> JSON) -> JSON {
            if !named.contains(where: { $0.name == name }) {
                // It may refer to itself, so that its name is taken first.
                named.append((name, .null))
                let schema = make(&self)
                if let index = named.firstIndex(where: { $0.name == name }) { named[index].schema = schema }
            }
            return .object([("$ref", .string("#/components/schemas/\(name)"))])
        }

        mutating func components() -> JSON {
            let error = json(Refused.schema)
            let content = JSON.object([("application/json", .object([("schema", error)]))])
            let responses = Problem.allCases.filter(errors.contains).map { problem in
                var out: [(String, JSON)] = [("description", .string(problem.note))]
                if problem.saysWhen { out.append(("headers", Self.retryAfter)) }
                return (problem.rawValue, JSON.object(out + [("content", content)]))
            }
            return .object([
                ("securitySchemes", Self.security), ("parameters", Self.key), ("headers", Self.replayed),
                ("responses", .object(responses)),
                ("schemas", .object(named.sorted { $0.name < $1.name }.map { ($0.name, $0.schema) })),
            ])
        }

        private static let security = JSON.object([
            (
                "bearer",
                .object([
                    ("type", .string("http")), ("scheme", .string("bearer")),
                    ("description", .string("A token of `POST /api/v1/tokens`.")),
                ])
            )
        ])
        private static let key = JSON.object([
            (
                "IdempotencyKey",
                .object([
                    ("name", .string("Idempotency-Key")), ("in", .string("header")),
                    (
                        "description",
                        .string(
                            """
                            1–100 printable ASCII characters that name this intention: the same caller \
                            sending the same request again gets the first answer, however much later, and \
                            nothing happens twice. It is kept as long as the record that the request made. \
                            Another request under the same key is refused (422). A refusal is not kept.
                            """)
                    ),
                    (
                        "schema",
                        .object([
                            ("type", .string("string")), ("minLength", .int(1)), ("maxLength", .int(100)),
                            ("pattern", .string("^[ -~]+$")),
                        ])
                    ),
                ])
            )
        ])
        private static let replayed = JSON.object([
            (
                "IdempotencyReplayed",
                .object([
                    ("description", .string("`true` if this is the first answer given again.")),
                    (
                        "schema",
                        .object([("type", .string("string")), ("enum", .array([.string("true")]))])
                    ),
                ])
            )
        ])
        private static let retryAfter = JSON.object([
            (
                "Retry-After",
                .object([
                    ("description", .string("Seconds to wait.")),
                    ("schema", .object([("type", .string("integer"))])),
                ])
            )
        ])
    }
}

/// The ways in which a request can fail, as the description tells them.
private enum Problem: String, CaseIterable {
    case signInFirst = "SignInFirst", notAllowed = "NotAllowed", notFound = "NotFound"
    case conflict = "Conflict", tooLarge = "TooLarge", invalid = "Invalid", tooMany = "TooMany"
    case busy = "Busy", ourMistake = "OurMistake"

    var status: String {
        switch self {
        case .signInFirst: "401"
        case .notAllowed: "403"
        case .notFound: "404"
        case .conflict: "409"
        case .tooLarge: "413"
        case .invalid: "422"
        case .tooMany: "429"
        case .busy: "503"
        case .ourMistake: "default"
        }
    }
    var note: String {
        switch self {
        case .signInFirst: "Nobody is signed in."
        case .notAllowed: "The person's posts do not allow this."
        case .notFound: "There is no such thing, or it is out of the person's reach."
        case .conflict: "It cannot happen now, or somebody else was faster."
        case .tooLarge: "The body is too large."
        case .invalid: "Some fields cannot be taken as they are."
        case .tooMany: "Too many attempts."
        case .busy: "More work waits than the server takes."
        case .ourMistake: "Any other error, with the number under which the server's log has it."
        }
    }
    var saysWhen: Bool { self == .tooMany || self == .busy }
    var reference: String { "#/components/responses/\(rawValue)" }

    /// What may go wrong at a door.
    static func possible(_ endpoint: Endpoint, _ route: Route) -> [Problem] {
        var all: [Problem] = route.audience == .anyone ? [] : [.signInFirst]
        let changes = route.method != .get
        // Before an office was founded nothing is found.
        all += [.notAllowed, .notFound]
        if changes { all.append(.conflict) }
        if case .none = endpoint.body, endpoint.variants.isEmpty {} else { all.append(.tooLarge) }
        all += [.invalid]
        if route.limit != nil { all.append(.tooMany) }
        return all + [.busy, .ourMistake]
    }
}

extension Schema.Common {
    /// The one description of such a value.
    fileprivate var json: JSON {
        func text(_ note: String, _ more: [(String, JSON)]) -> JSON {
            .object([("type", .string("string")), ("description", .string(note))] + more)
        }
        switch self {
        case .id:
            return text(
                "The identity of a record: a ULID, 26 characters, ordered by time.",
                [("pattern", .string("^[0-7][0-9A-HJKMNP-TV-Z]{25}$"))])
        case .moment:
            return text(
                "A moment, ISO 8601 in UTC with milliseconds.",
                [
                    ("format", .string("date-time")),
                    ("examples", .array([.string("2019-07-31T01:40:00.000Z")])),
                ])
        case .limit:
            let units = TimeLimit.Unit.allCases.map(\.rawValue).joined(separator: "|")
            return text(
                "How long something may take.",
                [
                    ("pattern", .string("^[0-9]+ (\(units))$")),
                    ("examples", .array([.string("5 work_days")])),
                ])
        case .words:
            func part(_ note: String) -> JSON { text(note, []) }
            return .object([
                ("type", .string("object")),
                ("description", .string("Words for people in both languages.")),
                (
                    "properties",
                    .object([("zh", part("Simplified Chinese.")), ("en", part("English."))])
                ),
                ("required", .array([.string("zh"), .string("en")])),
            ])
        }
    }
}

extension Route.Audience {
    /// Who may open a door, in a sentence.
    fileprivate var note: String? {
        switch self {
        case .anyone, .signedIn: nil
        case .holders(let power): "Needs the power `\(power.word)`."
        case .holdersOfAny(let powers):
            "Needs one of the powers \(powers.map { "`\($0.word)`" }.joined(separator: ", "))."
        }
    }
}
