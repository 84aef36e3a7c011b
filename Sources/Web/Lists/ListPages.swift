import Governance
import Hummingbird
import Rules

/// How a list looks: a table on a desk, blocks on a phone; fifty rows a page.
extension Listing {
    /// The list as a part of a page, narrowed by what the address says unless `sent` says otherwise. What is
    /// wrong with the filter is told at its fields. `rows` are those of the filter if the page has read them
    /// already, or `known` those of this page.
    func section(
        _ call: Call, title: Phrase? = nil, narrowedBy sent: FormInput? = nil, rows: [Row]? = nil,
        page known: ListPage<Row>? = nil
    ) async throws -> HTML {
        let sent = sent ?? call.query
        let values: FormValues
        do { values = try fields.read(sent, zone: call.zone) } catch Refusal.invalid(let faults)
            where hasFinder && faults.allSatisfy({ fault in drawn.contains { $0.name == fault.field } })
        {
            return finder(sent, faults, hasRows: false, call)
        }
        let page =
            if let known {
                known
            } else if let rows {
                try self.page(of: rows, call, values.with("cursor", cursor(values, rows)))
            } else {
                try await self.page(call, values)
            }
        let isNarrowed =
            filters.contains { !kept.contains($0.name) && !values[$0.name].isEmpty } || !values["q"].isEmpty
        let isFound = hasFinder && (!page.rows.isEmpty || isNarrowed)
        let count = page.total.map { " <span>\($0)</span>" as HTML }
        let rows: HTML =
            page.rows.isEmpty
            ? "<p class=\"mute\">\(call.say(isNarrowed ? Self.nothingFound : empty))</p>"
            : lines(of: page.rows, values, call)
        return """
            \(links(values, call))\
            \(isFound ? finder(sent, [], hasRows: !page.rows.isEmpty, call) : nil)\
            <section class="grp"><h2>\(call.say(title ?? self.title))\(count)</h2>\(rows)</section>\
            \(turning(page, values, call))
            """
    }

    /// The filters that have a field on the page.
    private var drawn: [FormField] {
        filters.filter { $0.name != tabs?.field && !kept.contains($0.name) } + (isWhole ? [Self.words] : [])
    }

    /// Another page of the same filter.
    private func address(_ values: FormValues, _ changes: [String: String]) -> String {
        let names = filters.map(\.name) + (isWhole ? ["q", "sort"] : []) + ["cursor"]
        let query = FormText.query(names.map { ($0, changes[$0] ?? values[$0]) })
        return query.isEmpty ? path : "\(path)?\(query)"
    }

    // MARK: Narrowing

    /// The choice that is drawn as links.
    private func links(_ values: FormValues, _ call: Call) -> HTML? {
        guard let tabs, let field = filters.first(where: { $0.name == tabs.field }) else { return nil }
        func link(_ word: String, _ words: Phrase) -> (path: String, words: String) {
            (address(values, [tabs.field: word, "cursor": ""]), call.say(words))
        }
        let all = [link("", tabs.usual)] + tabs.choices.map { link($0.word, $0.words) }
        let current = address(values, ["cursor": ""])
        let choice = AdminPages.choice(call.say(field.label), all, current: current)
        return "<div class=\"filters\">\(choice)</div>"
    }

    /// The way back to the whole list; what a list is of stays.
    private func clearing(_ sent: FormInput, _ call: Call) -> HTML? {
        guard (drawn.map(\.name) + ["sort"]).contains(where: { !sent[$0].isEmpty }) else { return nil }
        let rest = FormText.query((kept + [tabs?.field].compactMap { $0 }).map { ($0, sent[$0]) })
        return """
             <a class="btn quiet" href="\(path)\("?", if: !rest.isEmpty)\(rest)">\
            \(call.say("清除", "Clear"))</a>
            """
    }

    private func finder(_ sent: FormInput, _ faults: [Refusal.Fault], hasRows: Bool, _ call: Call) -> HTML {
        var fields = drawn.map { declared in
            var field = declared.field(call, value: sent[declared.name], hint: "")
            // A form beside the list may have a field of the same name.
            field.scope = "list-"
            return field
        }
        let unseen = kept + [tabs?.field, "sort"].compactMap { $0 }
        fields += unseen.filter { !sent[$0].isEmpty }.map {
            Field(name: $0, label: "", kind: .hidden, value: sent[$0])
        }
        let isPlain = drawn.count == 1
        let form: HTML = """
            <form class="\(isPlain ? "pick find" : "form row4")" method="get" action="\(path)">\
            \(fields.html { $0.filtering(call, faults: faults) })\
            <p class="btns"><button class="btn quiet" type="submit">\(call.say("查找", "Find"))</button>\
            \(clearing(sent, call))</p>\
            </form>
            """
        return """
            <div class="listhead">\(form, if: !drawn.isEmpty)\(hasRows ? export(sent, call) : nil)</div>
            """
    }

    /// The button of the workbook, with the filter that the page shows.
    func export(_ sent: FormInput, _ call: Call) -> HTML {
        let names = filters.map(\.name) + (isWhole ? ["q", "sort"] : [])
        return PostButton(
            action: "\(path)/export", words: call.say("导出 XLSX", "Export as XLSX"),
            fields: names.filter { !sent[$0].isEmpty }.map { ($0, sent[$0]) }
        ).html(call)
    }

    // MARK: Rows

    private func lines(of rows: [Row], _ values: FormValues, _ call: Call) -> HTML {
        if let card { return "<div class=\"stack\">\(rows.html { card($0, call) })</div>" }
        if let item { return "<ul class=\"cases\">\(rows.html { item($0, call) })</ul>" }
        return table(rows, values, call)
    }

    private func table(_ rows: [Row], _ values: FormValues, _ call: Call) -> HTML {
        // In another order those that belong together do not stand together.
        let heading = values["sort"].isEmpty ? columns.first { $0.name == grouped } : nil
        let shown = columns.filter { $0.name != heading?.name }.map { column in
            (column: column, isNumber: rows.contains { column.cell($0, call).isNumber })
        }
        var (lines, above) = ([] as [HTML], nil as String?)
        for row in rows {
            if let words = heading?.cell(row, call).shown(call), words != above {
                above = words
                lines.append(
                    """
                    <tr class="grp"><th colspan="\(shown.count)" scope="colgroup">\(words)</th></tr>
                    """)
            }
            lines.append(line(row, shown, call))
        }
        return """
            <table class="list"><thead><tr>\
            \(shown.html { head($0.column, isNumber: $0.isNumber, values, call) })</tr></thead>\
            <tbody>\(lines)</tbody></table>
            """
    }

    private func line(_ row: Row, _ shown: [(column: Column<Row>, isNumber: Bool)], _ call: Call) -> HTML {
        let cells = shown.enumerated().map { index, part -> HTML in
            let column = part.column
            let text: HTML = column.html.map { $0(row, call) } ?? "\(column.cell(row, call).shown(call))"
            if index == 0 { return "<th scope=\"row\">\(text)</th>" }
            let words = call.say(column.words)
            return "<td\(" class=\"num\"", if: part.isNumber) data-l=\"\(words)\">\(text)</td>"
        }
        return "<tr>\(cells)</tr>"
    }

    /// A heading; pressed, it sorts by its column, pressed again backwards.
    private func head(_ column: Column<Row>, isNumber: Bool, _ values: FormValues, _ call: Call) -> HTML {
        let words = call.say(column.words)
        guard isWhole, !words.isEmpty else { return "<th scope=\"col\">\(words)</th>" }
        let (sort, upwards) = (values["sort"], column.name)
        let next = sort == upwards ? "-\(upwards)" : upwards
        let order: HTML? =
            sort == upwards
            ? " aria-sort=\"ascending\"" : sort == "-\(upwards)" ? " aria-sort=\"descending\"" : nil
        return """
            <th scope="col"\(" class=\"num\"", if: isNumber)\(order)>\
            <a href="\(address(values, ["sort": next, "cursor": ""]))">\(words)</a></th>
            """
    }

    /// Links to the next page and back to the first.
    func turning(_ page: ListPage<Row>, _ values: FormValues, _ call: Call) -> HTML? {
        let isLater = !values["cursor"].isEmpty
        guard isLater || page.next != nil else { return nil }
        func link(_ cursor: String, _ words: String) -> HTML {
            "<a class=\"btn quiet\" href=\"\(address(values, ["cursor": cursor]))\">\(words)</a> "
        }
        let first = isLater ? link("", call.say("回到第一页", "First page")) : nil
        let next = page.next.map { link($0, call.say("下一页", "Next page")) }
        return "<p class=\"btns more\">\(first)\(next)</p>"
    }
}
