import Governance

/// One field of a form.
struct Field {
    /// How it is entered.
    enum Kind {
        case line, text, password, code, number, day, telephone, flag, file, photos, position
        case select([Choice])
        case hidden
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

    /// The field with its label, help and fault.
    func html(_ faults: [Refusal.Fault], _ call: Call) -> HTML {
        if case .hidden = kind { return "<input type=\"hidden\" name=\"\(name)\" value=\"\(value)\">" }
        if case .position = kind { return position(call) }
        let fault = faults.first { $0.field == name }
        let describedBy = [hint.isEmpty ? nil : "\(name)-hint", fault.map { _ in "\(name)-fault" }].compactMap
        { $0 }.joined(separator: " ")
        let described: HTML? = describedBy.isEmpty ? nil : " aria-describedby=\"\(describedBy)\""
        let invalid: HTML? = fault.map { _ in " aria-invalid=\"true\"" }
        if case .flag = kind {
            return """
                <p class="field flag\(" bad", if: fault != nil)">\
                <input type="checkbox" id="f-\(name)" name="\(name)" \
                value="1"\(" checked", if: value == "1")\(described)>\
                <label for="f-\(name)">\(label)</label>\(help)\(words(fault, call))</p>
                """
        }
        return """
            <div class="field\(" bad", if: fault != nil)"><label for="f-\(name)">\
            \(label)\(optional(call))</label>\
            \(help)\(words(fault, call))\(control(described, invalid, call))</div>
            """
    }

    /// A button that asks the telephone where it is; without its script, or where nobody wants it, nothing is
    /// sent.
    private func position(_ call: Call) -> HTML {
        """
        <p class="field"><button class="btn quiet" type="button" hidden \
        data-position="\(call.say("记下了", "Noted"))" \
        data-refused="\(call.say("手机没有给出位置，不记也行", "The telephone gave no position; it may stay empty"))">\
        \(label)</button> <output class="mute sm"></output>\
        <input type="hidden" name="longitude" value=""><input type="hidden" name="latitude" value=""></p>
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

    /// The same field in a form that filters.
    func filtering(_ call: Call, faults: [Refusal.Fault] = []) -> HTML {
        var field = self
        field.isFilter = true
        return field.html(faults, call)
    }

    private func optional(_ call: Call) -> HTML? {
        isRequired || isFilter ? nil : " <span class=\"mute sm\">\(call.say("（可不填）", "(optional)"))</span>"
    }
    private var help: HTML? { hint.isEmpty ? nil : "<span class=\"hint\" id=\"\(name)-hint\">\(hint)</span>" }
    private func words(_ fault: Refusal.Fault?, _ call: Call) -> HTML? {
        fault.map { "<span class=\"fault\" id=\"\(name)-fault\">\(call.say($0.words))</span>" }
    }

    private func control(_ described: HTML?, _ invalid: HTML?, _ call: Call) -> HTML {
        func input(_ type: HTML, _ more: HTML = .none) -> HTML {
            """
            <input type="\(type)" id="f-\(name)" name="\(name)" \
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
        case .password:
            return input(
                "password", " autocomplete=\"\(name == "password" ? "current-password" : "new-password")\"")
        case .code:
            return input(
                "text", " autocomplete=\"one-time-code\" autocapitalize=\"characters\" spellcheck=\"false\"")
        case .file:
            return
                """
                <input type="file" id="f-\(name)" \
                name="\(name)"\(described)\(invalid)\(" required", if: isRequired)>
                """
        case .photos:
            return """
                <input type="file" id="f-\(name)" name="\(name)" accept="image/jpeg,image/png" \
                multiple\(described)\(invalid)>
                """
        case .text:
            return """
                <textarea id="f-\(name)" name="\(name)" \
                rows="4"\(described)\(invalid)\(" required", if: isRequired)>\(value)</textarea>
                """
        case .select(let choices): return select(choices, described, invalid, call)
        case .flag, .hidden, .position: return .none
        }
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
            <select id="f-\(name)" name="\(name)"\(described)\(invalid)\(" required", if: isRequired)>\
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
    /// What was wrong with the last try.
    var faults: [Refusal.Fault] = []
    /// Whether it carries a file.
    var hasFile = false
    /// Whether it is the page's main matter.
    var isPrimary = true
    /// Another button beside the first: its name, value and words.
    var other: (name: String, value: String, words: String)?

    private var hasPhotos: Bool { fields.contains { if case .photos = $0.kind { true } else { false } } }

    /// The form with its error summary.
    func html(_ call: Call) -> HTML {
        """
        \(summary(call))<form class="form" method="post" \
        action="\(action)"\(" enctype=\"multipart/form-data\"", if: hasFile || hasPhotos)>\(Self.token(call))\
        \(fields.html { $0.html(faults, call) })<p class="btns">\
        <button class="btn\(" pri", if: isPrimary)" type="submit">\(submit)</button>\
        \(other.map { "<button class=\"btn quiet\" type=\"submit\" name=\"\($0.name)\" value=\"\($0.value)\">\($0.words)</button>" as HTML })</p></form>
        """
    }

    /// The session's token against forged forms.
    static func token(_ call: Call) -> HTML? {
        call.holder.map { "<input type=\"hidden\" name=\"form_token\" value=\"\($0.formToken)\">" }
    }

    /// What has to be changed, with links to the fields; it takes the focus.
    private func summary(_ call: Call) -> HTML? {
        guard !faults.isEmpty else { return nil }
        return """
            <div class="note errors" role="alert" tabindex="-1" id="errors"><h2>\
            \(call.say("请改一下再提交", "Please change this and send again"))</h2><ul>\
            \(faults.html { "<li><a href=\"#f-\($0.field)\">\(call.say($0.words))</a></li>" })</ul></div>
            """
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
