import Governance
import Rules

/// One field of a form.
struct Field {
    /// How it is entered.
    enum Kind {
        case line, text, password, code, number, decimal, day, moment, telephone, flag, file, photos, position
        case select([Choice])
        /// Two or three large choices, none of them chosen for anybody.
        case options([Choice])
        /// A number and what is counted.
        case duration([Choice])
        /// Sent along unseen: which of a page's forms it is; a number that the page gives out, which stays
        /// when the form comes back; and what is always the page's newest.
        case hidden, identity, fresh
    }
    /// One choice of a list, in a group if it has one.
    struct Choice {
        var value: String, words: String, group = ""
    }

    /// The name that is sent.
    var name: String
    /// What it is called.
    var label: String
    /// How it is entered.
    var kind: Kind
    /// What stands in it.
    var value = ""
    /// A line of help below the label.
    var hint = ""
    /// Whether it has to be filled in.
    var isRequired = false
    /// Whether it only filters: then nobody has to be told that it may stay empty.
    var isFilter = false
    /// What the empty choice of a list says.
    var empty = ""
    /// Before its name in the page's identities, where another form of the page may have the same name.
    var scope = ""

    /// The field with its label, help and fault.
    func html(_ faults: [Refusal.Fault], _ call: Call) -> HTML {
        if isUnseen { return "<input type=\"hidden\" name=\"\(name)\" value=\"\(value)\">" }
        if case .position = kind { return position(call) }
        // A number without its unit is a fault of the unit's input, told at the whole field.
        let fault = faults.first { $0.field == name || $0.field == "\(name)_unit" }
        let (own, wrong) = ("\(scope)\(name)-hint", "\(scope)\(name)-fault")
        let describedBy = [hint.isEmpty ? nil : own, fault.map { _ in wrong }].compactMap { $0 }.joined(
            separator: " ")
        let described: HTML? = describedBy.isEmpty ? nil : " aria-describedby=\"\(describedBy)\""
        let invalid: HTML? = fault.map { _ in " aria-invalid=\"true\"" }
        if case .flag = kind {
            return """
                <p class="field flag\(" bad", if: fault != nil)">\
                <input type="checkbox" id="f-\(scope)\(name)" name="\(name)" \
                value="1"\(" checked", if: value == "1")\(described)>\
                <label for="f-\(scope)\(name)">\(label)</label>\(help)\(words(fault, call))</p>
                """
        }
        return """
            <div class="field\(" bad", if: fault != nil)"><label for="f-\(scope)\(name)">\
            \(label)\(optional(call))</label>\
            \(help)\(words(fault, call))\(control(described, invalid, call))</div>
            """
    }

    /// Whether it is sent along unseen.
    var isUnseen: Bool {
        switch kind {
        case .hidden, .identity, .fresh: true
        default: false
        }
    }

    /// The same field with what was typed into it.
    func filled(_ typed: FormInput) -> Field {
        var field = self
        switch kind {
        case .hidden, .fresh, .password, .code, .file, .photos: return self
        case .position: field.value = "\(typed["longitude"]) \(typed["latitude"])"
        case .duration:
            let unit = typed["\(name)_unit"]
            field.value = unit.isEmpty ? typed[name] : "\(typed[name]) \(unit)"
        case .flag: field.value = typed[name].isEmpty ? "" : "1"
        default: field.value = typed.raw(name)
        }
        return field
    }

    /// A button that asks the telephone where it is; without its script, or where nobody wants it, nothing is
    /// sent.
    private func position(_ call: Call) -> HTML {
        let parts = value.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        return """
            <p class="field"><button class="btn quiet" type="button" hidden \
            data-position="\(call.say("记下了", "Noted"))" \
            data-refused="\(call.say("手机没有给出位置，不记也行", "The telephone gave no position; it may stay empty"))">\
            \(label)</button> <output class="mute sm"></output>\
            <input type="hidden" name="longitude" value="\(parts.first ?? "")">\
            <input type="hidden" name="latitude" value="\(parts.count > 1 ? parts[1] : "")"></p>
            """
    }

    /// Pictures to send along. The telephone's place and name are taken out of them before they are kept.
    static func photos(_ call: Call, isRequired: Bool = false) -> Field {
        Field(
            name: "photo", label: call.say("照片", "Photos"), kind: .photos,
            hint: call.say(
                "最多 \(Photo.most) 张；照片里的位置信息不保存",
                "At most \(Photo.most); the place that a phone writes into them is not kept"),
            isRequired: isRequired)
    }

    /// An identity that the page gives out, so that a form sent twice is stored once.
    static func identity(_ call: Call) -> Field {
        let chance = call.office.chance
        let id = ID<Case>(
            milliseconds: call.now.milliseconds,
            random: (chance.bits(), UInt16(truncatingIfNeeded: chance.bits())))
        return Field(name: "id", label: "", kind: .identity, value: id.text)
    }

    /// The same field in a form that filters.
    func filtering(_ call: Call, faults: [Refusal.Fault] = []) -> HTML {
        var field = self
        field.isFilter = true
        return field.html(faults, call)
    }

    private func optional(_ call: Call) -> HTML? {
        isRequired || isFilter ? nil : " <span class=\"mute sm\">\(call.say("（可不填）", "(optional)"))</span>"
    }
    private var help: HTML? {
        hint.isEmpty ? nil : "<span class=\"hint\" id=\"\(scope)\(name)-hint\">\(hint)</span>"
    }
    private func words(_ fault: Refusal.Fault?, _ call: Call) -> HTML? {
        fault.map { "<span class=\"fault\" id=\"\(scope)\(name)-fault\">\(call.say($0.words))</span>" }
    }

    private func control(_ described: HTML?, _ invalid: HTML?, _ call: Call) -> HTML {
        func input(_ type: HTML, _ more: HTML = .none) -> HTML {
            """
            <input type="\(type)" id="f-\(scope)\(name)" name="\(name)" \
            value="\(value)"\(more)\(described)\(invalid)\(" required", if: isRequired)>
            """
        }
        switch kind {
        case .line:
            return input(
                "text", name == "login" ? " autocomplete=\"username\" autocapitalize=\"none\"" : .none)
        case .telephone: return input("tel", " autocomplete=\"tel\" inputmode=\"tel\"")
        case .number: return input("number", " inputmode=\"numeric\"")
        case .day: return input("date")
        case .moment: return input("datetime-local")
        case .password:
            return input(
                "password", " autocomplete=\"\(name == "password" ? "current-password" : "new-password")\"")
        case .code:
            return input(
                "text", " autocomplete=\"one-time-code\" autocapitalize=\"characters\" spellcheck=\"false\"")
        case .file:
            return
                """
                <input type="file" id="f-\(scope)\(name)" \
                name="\(name)"\(described)\(invalid)\(" required", if: isRequired)>
                """
        case .photos:
            return """
                <input type="file" id="f-\(scope)\(name)" name="\(name)" accept="image/jpeg,image/png" \
                multiple\(described)\(invalid)>
                """
        case .text:
            return """
                <textarea id="f-\(scope)\(name)" name="\(name)" \
                rows="4"\(described)\(invalid)\(" required", if: isRequired)>\(value)</textarea>
                """
        case .select(let choices): return select(choices, described, invalid, call)
        case .decimal: return input("text", " inputmode=\"decimal\"")
        case .options(let choices):
            // What nobody has to say can be taken back: a browser does not untick the last of two.
            let none = Choice(
                value: "", words: isFilter ? call.say("不限", "Any") : call.say("不填", "Not said"))
            return options(isRequired ? choices : choices + [none], described)
        case .duration(let units): return duration(units, described, invalid, call)
        case .flag, .hidden, .identity, .fresh, .position: return .none
        }
    }

    private func options(_ choices: [Choice], _ described: HTML?) -> HTML {
        """
        <span class="options" role="radiogroup" id="f-\(scope)\(name)"\(described)>\(choices.html { choice in
            """
            <label><input type="radio" name="\(name)" \
            value="\(choice.value)"\(" checked", if: choice.value == value)\(" required", if: isRequired)> \
            \(choice.words)</label>
            """
        })</span>
        """
    }

    private func duration(_ units: [Choice], _ described: HTML?, _ invalid: HTML?, _ call: Call) -> HTML {
        let parts = value.split(separator: " ", omittingEmptySubsequences: false)
        let unit = parts.count > 1 ? String(parts[1]) : ""
        return """
            <span class="pair"><input type="number" id="f-\(scope)\(name)" name="\(name)" \
            inputmode="numeric" min="1" value="\(parts.first.map(String.init) ?? "")"\
            \(described)\(invalid)\(" required", if: isRequired)>\
            <select id="f-\(scope)\(name)_unit" name="\(name)_unit" \
            aria-label="\(call.say("单位", "Unit"))"><option value="">\(call.say("单位", "Unit"))</option>\
            \(units.html { one in
            "<option value=\"\(one.value)\"\(" selected", if: one.value == unit)>\(one.words)</option>"
            })</select></span>
            """
    }

    private func select(_ choices: [Choice], _ described: HTML?, _ invalid: HTML?, _ call: Call) -> HTML {
        var groups: [(String, [Choice])] = []
        for choice in choices {
            if groups.last?.0 == choice.group {
                groups[groups.count - 1].1.append(choice)
            } else {
                groups.append((choice.group, [choice]))
            }
        }
        func options(_ choices: [Choice]) -> [HTML] {
            choices.html {
                "<option value=\"\($0.value)\"\(" selected", if: $0.value == value)>\($0.words)</option>"
            }
        }
        return """
            <select id="f-\(scope)\(name)" name="\(name)"\
            \(described)\(invalid)\(" required", if: isRequired)>\
            <option value="">\(empty.isEmpty ? isRequired ? call.say("请选择", "Please choose") : isFilter ? call.say("不限", "Any") : call.say("不选", "None") : empty)</option>\
            \(groups.html { group, choices in group.isEmpty ? "\(options(choices))" : "<optgroup label=\"\(group)\">\(options(choices))</optgroup>" })</select>
            """
    }
}

/// A form that is a plain POST.
struct Form {
    /// Where it goes.
    var action: String
    /// Its fields.
    var fields: [Field]
    /// What its button says.
    var submit: String
    /// Whether it carries a file.
    var hasFile = false
    /// Whether it is the page's main matter.
    var isPrimary = true
    /// Another button beside the first: its name, value and words.
    var other: (name: String, value: String, words: String)?

    private var hasPhotos: Bool { fields.contains { if case .photos = $0.kind { true } else { false } } }

    /// The form. If it was sent and refused it holds what was typed, and says above why it was not taken.
    func html(_ call: Call) -> HTML {
        let unseen = fields.filter { if case .hidden = $0.kind { true } else { false } }
        let refused = call.refused(action, unseen.map { ($0.name, $0.value) })
        // The first form of a page has its fields under their own names; the others say which form it is.
        let scope = isPrimary ? "" : unseen.first.map { "\($0.value)-" } ?? ""
        let shown = fields.map { field in
            var field = refused.map { field.filled($0.values) } ?? field
            field.scope = scope
            return field
        }
        return """
            \(refused.map { Call.notice($0, call, scope: scope) })<form class="form" method="post" \
            action="\(action)"\(" enctype=\"multipart/form-data\"", if: hasFile || hasPhotos)>\
            \(Self.token(call))\(shown.html { $0.html(refused?.faults ?? [], call) })\
            \(photosAgain(refused, call))<p class="btns">\
            <button class="btn\(" pri", if: isPrimary)" type="submit">\(submit)</button>\
            \(other.map { "<button class=\"btn quiet\" type=\"submit\" name=\"\($0.name)\" value=\"\($0.value)\">\($0.words)</button>" as HTML })</p></form>
            """
    }

    /// A browser does not let a page choose files again.
    private func photosAgain(_ refused: RefusedForm?, _ call: Call) -> HTML? {
        guard let refused, hasPhotos, !refused.values.photos.isEmpty || refused.values.photoFault != nil
        else {
            return nil
        }
        return "<p class=\"hint\">\(call.say("照片要请您再选一次。", "Please choose the photos once more."))</p>"
    }

    /// The session's token against forged forms.
    static func token(_ call: Call) -> HTML? {
        call.holder.map { "<input type=\"hidden\" name=\"form_token\" value=\"\($0.formToken)\">" }
    }
}

/// One button that posts: for a thing that needs no more words.
struct PostButton {
    var action: String, words: String, fields: [(String, String)] = [], style = "quiet"
    func html(_ call: Call) -> HTML {
        """
        <form method="post" action="\(action)" class="inline">\
        \(Form.token(call))\(fields.html { "<input type=\"hidden\" name=\"\($0.0)\" value=\"\($0.1)\">" })\
        <button class="btn \(style)" type="submit">\(words)</button></form>
        """
    }
}
