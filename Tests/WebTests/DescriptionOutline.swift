import Governance

/// The description of the API in short: a line for each operation and each named schema. A reviewer reads in
/// it what a change promises to programs.
struct DescriptionOutline {
    let lines: [String]

    init(of document: JSON) {
        let operations = (document["paths"]?.members ?? []).flatMap { path, methods in
            methods.members.map { "\($0.0.uppercased()) \(path) \(Self.operation($0.1))" }
        }
        let schemas = (document.at("components", "schemas")?.members ?? []).map { name, schema in
            "\(name) = \(Self.type(schema))"
        }
        lines = operations + schemas
    }

    private static func operation(_ operation: JSON) -> String {
        let asked = (operation["parameters"]?.items ?? []).map { parameter in
            guard let name = parameter["name"]?.stringValue else { return "+key" }
            let isQuery = parameter["in"]?.stringValue == "query"
            return isQuery ? "?\(name): \(type(parameter["schema"]))" : "/\(name)"
        }
        let bodies = (operation.at("requestBody", "content")?.members ?? []).map { media, content in
            "\(media) \(type(content["schema"]))"
        }
        let answers = (operation["responses"]?.members ?? []).map { status, answer in
            let content = (answer["content"]?.members ?? []).map { media, content in
                media == "application/json" ? " \(type(content["schema"]))" : " \(media)"
            }
            return status + content.joined()
        }
        let parts = [operation["operationId"]?.stringValue ?? ""] + asked + bodies + ["→"] + answers
        return parts.joined(separator: " ")
    }

    /// A type in few letters: `string?` may be null, `name*` is always there.
    private static func type(_ schema: JSON?) -> String {
        guard let schema else { return "any" }
        if let reference = schema["$ref"]?.stringValue {
            return reference.split(separator: "/").last.map(String.init) ?? reference
        }
        if let words = schema["enum"]?.items { return words.map(\.text).joined(separator: "|") }
        for name in ["anyOf", "oneOf"] {
            if let parts = schema[name]?.items { return parts.map { type($0) }.joined(separator: " or ") }
        }
        if let items = schema["items"] { return "[\(type(items))]" }
        if let members = schema["properties"]?.members {
            let required = Set((schema["required"]?.items ?? []).compactMap(\.stringValue))
            let all = members.map { "\($0.0)\(required.contains($0.0) ? "*" : ""): \(type($0.1))" }
            return "{\(all.joined(separator: ", "))}"
        }
        if let inner = schema["additionalProperties"], !inner.members.isEmpty { return "{…: \(type(inner))}" }
        let types = schema["type"].map { $0.stringValue.map { [$0] } ?? $0.items.compactMap(\.stringValue) }
        let format =
            ["format", "pattern"].compactMap { schema[$0]?.stringValue }.first.map { "(\($0))" } ?? ""
        return (types?.joined(separator: "|") ?? "any") + format
    }
}
