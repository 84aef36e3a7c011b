/// What every reader of policy as data has to read: words in two languages, a rule's basis, a span of days,
/// known words.
protocol SchemeReading {}

extension Scheme: SchemeReading {}

extension SchemeReading {
    func basis(_ part: SchemePart) -> Scheme.Basis {
        guard let basis = part.needed("basis") else {
            return Scheme.Basis(article: .init(zh: "", en: ""), says: .init(zh: "", en: ""))
        }
        defer { basis.close() }
        return Scheme.Basis(article: words(basis.needed("article")), says: words(basis.needed("says")))
    }

    func words(_ part: SchemePart?) -> Scheme.Words {
        guard let part else { return Scheme.Words(zh: "", en: "") }
        defer { part.close() }
        return Scheme.Words(zh: part.needed("zh")?.text() ?? "", en: part.needed("en")?.text() ?? "")
    }

    func span(_ part: SchemePart) -> (Day, Day) {
        let (from, until) = (
            part.needed("from")?.day() ?? Day(number: 0), part.needed("until")?.day() ?? Day(number: 0)
        )
        if until < from { part.fault("结束早于开始。", "It ends before it begins.") }
        return (from, until)
    }

    func known(_ part: SchemePart?, _ known: [String]) -> [String] {
        (part?.list() ?? []).map { item in
            let word = item.text()
            if !word.isEmpty, !known.contains(word) { item.unknown(word, among: known) }
            return word
        }
    }

    func question(_ name: String, _ part: SchemePart) -> Scheme.Question {
        let label = words(part.needed("label"))
        var kind = Scheme.Question.Kind.text
        switch part.needed("takes")?.text() {
        case "yes or no": kind = .flag
        case "text": kind = .text
        case "number":
            let least = part.needed("least")?.number(in: 0...1_000_000) ?? 0
            let most = part.needed("most")?.number(in: 0...1_000_000) ?? least
            if most < least { part.fault("“most”（最大）不能小于“least”（最小）。", "“most” must not be below “least”.") }
            kind = .number(least...max(least, most))
        case "choice":
            kind = .choice(part.needed("choices")?.entries().map { ($0.name, words($0.part)) } ?? [])
        case let other?: part.unknown(other, among: ["yes or no", "text", "number", "choice"])
        case nil: break
        }
        part.close()
        return Scheme.Question(name: name, label: label, kind: kind)
    }
}
