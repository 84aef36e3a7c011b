/// Reading what a scheme says of the look-back and of leaving the register.
extension Scheme {
    func readLookBack(_ part: SchemePart, _ vocabulary: Vocabulary) -> LookBack {
        var pass = LookBack(
            title: words(part.needed("title")), basis: basis(part), posts: [], kinds: [], facts: [],
            from: from, until: until)
        pass.posts = known(part.needed("post"), vocabulary.posts)
        pass.kinds = known(part.needed("kind"), vocabulary.households)
        pass.facts = known(part.needed("compares"), vocabulary.facts.keys.sorted())
        if let within = part.needed("within") { (pass.from, pass.until) = window(within) }
        part.close()
        return pass
    }

    func readExit(_ part: SchemePart, _ vocabulary: Vocabulary) -> Exit {
        var exit = Exit()
        for (name, check) in part.needed("household")?.entries() ?? [] {
            exit.household.append(self.check(name, check, vocabulary, isVillage: false))
        }
        for (name, check) in part.needed("village")?.entries() ?? [] {
            exit.village.append(self.check(name, check, vocabulary, isVillage: true))
        }
        exit.notice = parameter(part.needed("notice"), vocabulary)
        for (name, rate) in part.needed("county")?.entries() ?? [] {
            let known = Exit.Rate(rawValue: name)
            if known == nil { rate.unknown(name, among: Exit.Rate.allCases.map(\.rawValue)) }
            exit.rates.append(
                .init(
                    rate: known ?? .missed, title: words(rate.needed("title")), basis: basis(rate),
                    parameter: parameter(rate.needed("veto"), vocabulary)))
            rate.close()
        }
        part.close()
        return exit
    }

    private func check(_ name: String, _ part: SchemePart, _ vocabulary: Vocabulary, isVillage: Bool) -> Check
    {
        let (title, basis) = (words(part.needed("title")), basis(part))
        defer { part.close() }
        let kinds = isVillage ? ["fact", "incidence"] : ["fact", "members", "income"]
        var rule = Check.Rule.fact("", values: [])
        switch part.needed("takes")?.text() {
        case "fact":
            let (fact, values) = values(part, isVillage ? vocabulary.villages : vocabulary.facts)
            rule = .fact(fact, values: values)
        case "members" where !isVillage:
            let youngest = part.needed("from age")?.number(in: 0...150) ?? 0
            let oldest = part.needed("to age")?.number(in: 0...150) ?? 150
            let (fact, values) = values(part, vocabulary.members)
            rule = .members(ages: youngest...max(youngest, oldest), fact: fact, values: values)
        case "income" where !isVillage:
            rule = .income(parameter: parameter(part.needed("at least"), vocabulary))
        case "incidence" where isVillage:
            rule = .incidence(parameter: parameter(part.needed("at most"), vocabulary))
        case let other?: part.unknown(other, among: kinds)
        case nil: break
        }
        return Check(name: name, title: title, basis: basis, rule: rule)
    }

    private func values(_ part: SchemePart, _ facts: [String: [String]]) -> (String, [String]) {
        guard let named = part.needed("fact") else { return ("", []) }
        let fact = named.text()
        let values = part.needed("is")
        guard let words = facts[fact] else {
            named.unknown(fact, among: facts.keys.sorted())
            return (fact, [])
        }
        return (fact, values.map { words.isEmpty ? $0.list().map { $0.text() } : known($0, words) } ?? [])
    }

    private func parameter(_ part: SchemePart?, _ vocabulary: Vocabulary) -> String {
        guard let part else { return "" }
        let name = part.text()
        if !vocabulary.parameters.contains(name) { part.unknown(name, among: vocabulary.parameters) }
        return name
    }
}
