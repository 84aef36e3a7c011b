import Governance
import Rules

extension FormField {
    /// What the API takes for this field, as JSON Schema: a text is taken wherever a page would send one.
    var schema: JSON {
        var out: [(String, JSON)] = []
        func type(_ names: String...) { out.append(("type", .array(names.map(JSON.string)))) }
        func text(_ most: Int? = nil, format: String? = nil) {
            // What need not be filled in may be emptied by null.
            isRequired ? out.append(("type", .string("string"))) : type("string", "null")
            if let most { out.append(("maxLength", .count(most))) }
            if let format, isRequired { out.append(("format", .string(format))) }
        }
        func number(_ range: ClosedRange<Int>, whole: Bool, per scale: Int = 1) {
            type("string", whole ? "integer" : "number", "null")
            func bound(_ name: String, _ value: Int) {
                guard value != Int.min, value != Int.max else { return }
                out.append((name, scale == 1 ? .count(value) : .number(Double(value) / Double(scale))))
            }
            bound("minimum", range.lowerBound)
            bound("maximum", range.upperBound)
        }
        switch kind {
        case .line(let most), .text(let most): text(most)
        case .name: text(80)
        case .code, .telephone, .oneTimeCode, .reference: text()
        case .password: text(format: "password")
        case .number(let range): number(range, whole: true)
        case .money(let range): number(range, whole: false, per: 100)
        case .share(let range): number(range, whole: false, per: 10)
        case .degrees: type("string", "number", "null")
        case .day: text(format: "date")
        case .moment: text(format: "date-time")
        case .duration: type("string", "integer", "null")
        case .flag, .yesOrNo: type("boolean", "string", "null")
        case .choice(let choices):
            let words = choices.map { JSON.string($0.word) }
            // Nothing chosen is said by an empty word or by null.
            out.append(("enum", .array(isRequired ? words : words + [.string(""), .null])))
        case .photos:
            out.append(("type", .string("array")))
            out.append(("maxItems", .count(Photo.most)))
            out.append(
                (
                    "items",
                    .object([("type", .string("string")), ("contentMediaType", .string("image/jpeg"))])
                ))
        case .file: text(format: "binary")
        }
        out.append(("description", .string(description)))
        return .object(out)
    }

    /// The field's name for people and its line of help, in English.
    private var description: String {
        let unit =
            switch kind {
            case .money: "In yuan."
            case .share: "In per cent."
            case .duration: "A number, with its unit beside it, or both in one word such as `5 work_days`."
            case .photos: "JPEG or PNG, 6 MB at most. Place and device are taken out before it is kept."
            case .reference(let what): "The identity of a \(what.rawValue), unless it says otherwise."
            default: ""
            }
        return ([label.en + "."] + [hint?.en, unit].compactMap { $0 }).filter { !$0.isEmpty }
            .joined(separator: " ")
    }

    /// What each field of a family takes: what exactly, whatever names them says.
    fileprivate var familySchema: JSON {
        .object([
            ("type", .array(["string", "integer", "boolean", "null"].map(JSON.string))),
            ("description", .string(description)),
        ])
    }

    /// The unit of a duration, which is a field of its own.
    var unitSchema: JSON? {
        guard case .duration = kind else { return nil }
        return .object([
            (
                "enum",
                .array(TimeLimit.Unit.allCases.map { .string($0.rawValue) } + [.string(""), .null])
            ),
            ("description", .string("\(label.en): its unit.")),
        ])
    }
}

extension [FormField] {
    /// The body of a request with these fields: one that is not among them is refused.
    var bodySchema: JSON {
        var members: [(String, JSON)] = []
        for field in self where !field.isPhotos && field.family == nil {
            members.append((field.name, field.schema))
            if let unit = field.unitSchema { members.append((field.unitName, unit)) }
            for older in field.olderNames {
                members.append(
                    (
                        older,
                        .object([
                            ("deprecated", .bool(true)),
                            ("description", .string("An older name of `\(field.name)`.")),
                        ])
                    ))
            }
        }
        let families = compactMap { field in field.family.map { ("^\($0)", field.familySchema) } }
        let required = filter { $0.isRequired && !$0.isPhotos && $0.olderNames.isEmpty }
        var out: [(String, JSON)] = [
            ("type", .string("object")), ("properties", .object(members)),
            ("additionalProperties", .bool(false)),
        ]
        if !families.isEmpty { out.append(("patternProperties", .object(families))) }
        if !required.isEmpty {
            out.append(("required", .array(required.map { .string($0.name) })))
        }
        return .object(out)
    }

    /// The same with photos, as a form that carries files sends it.
    var bodySchemaWithPhotos: JSON? {
        guard let photos = first(where: \.isPhotos), case .object(let body) = bodySchema,
            case .object(let members)? = body.first(where: { $0.0 == "properties" })?.1
        else { return nil }
        return .object(
            body.map {
                $0.0 == "properties" ? ($0.0, .object(members + [("photo", photos.schema)])) : $0
            })
    }
}

extension FormField {
    fileprivate var isPhotos: Bool { if case .photos = kind { true } else { false } }
}
