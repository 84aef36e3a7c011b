package import Rules

/// An outcome as the API, the commands and the published record write it: every number with where it comes
/// from.
extension JudgedOutcome {
    /// The whole.
    package var json: JSON {
        .object([
            ("evaluation", .string(outcome.evaluation)), ("version", .int(Int64(outcome.version))),
            ("day", .string(outcome.day.description)),
            ("scores", .array(outcome.scores.map(json))), ("ranks", .array(outcome.rankings.map(json))),
            ("entries", .array(outcome.entries.map(json))),
            (
                "withheld",
                .array(
                    outcome.withheld.map { withheld in
                        .object([
                            ("rule", .string(withheld.incentive)), ("group", .string(withheld.group)),
                            ("units", units(withheld.units)),
                            ("why", .string(withheld.why.rawValue)),
                            ("because", .string(reason(withheld).zh)),
                        ])
                    })
            ),
            (
                "needs_a_hand",
                .array(
                    outcome.needsAHand.map { found in
                        .object([
                            ("rank", .string(found.rank)), ("group", .string(found.group)),
                            ("unit", .string(unit(found.unit).id)),
                            ("causes", .array(found.causes.map { json($0, of: found.rank) })),
                        ])
                    })
            ),
        ])
    }

    private func units(_ positions: [Int]) -> JSON { .array(positions.map { .string(unit($0).id) }) }
    private func number(_ points: Int, of score: String) -> JSON { .string(self.points(points, of: score)) }

    /// One unit's score with its lines.
    package func json(_ score: Outcome.ScoreOf) -> JSON {
        .object([
            ("score", .string(score.score)), ("unit", .string(unit(score.unit).id)),
            ("name", .string(unit(score.unit).name)),
            ("points", score.points.map { number($0, of: score.score) } ?? .null),
            ("low", number(score.low, of: score.score)),
            ("high", number(score.high, of: score.score)), ("sampled", .int(Int64(score.sampled))),
            ("lines", .array(score.lines.map { json($0, of: score.score) })),
            (
                "taken_off",
                .array(
                    score.deductions.map {
                        .object([
                            ("indicator", .string($0.indicator)), ("count", .int(Int64($0.count))),
                            ("points", number($0.points, of: score.score)),
                        ])
                    })
            ),
            ("mean_of", units(score.mean)), ("because", .array(reasons(score).map { .string($0.zh) })),
        ])
    }

    private func json(_ line: Outcome.Line, of score: String) -> JSON {
        .object([
            ("item", .string(line.item)), ("part", .int(Int64(line.part))),
            ("whole", .int(Int64(line.whole))), ("most", number(line.most, of: score)),
            ("earned", line.earned.map { number($0, of: score) } ?? .null),
            ("low", number(line.low, of: score)), ("high", number(line.high, of: score)),
            ("facts", .array(line.facts.map { .int(Int64($0 + 1)) })),
        ])
    }

    /// One order with its places.
    package func json(_ ranking: Outcome.Ranking) -> JSON {
        .object([
            ("rank", .string(ranking.rank)), ("group", .string(ranking.group)),
            ("peers", .string(ranking.peers)), ("units", .int(Int64(ranking.count))),
            ("too_small", .bool(ranking.isTooSmall)),
            (
                "places",
                .array(
                    ranking.places.map { place in
                        let score = self.score(self.score(ranking.rank)?.name ?? "", of: place.unit)
                        return .object([
                            ("place", .string(place.text)), ("unit", .string(unit(place.unit).id)),
                            ("name", .string(unit(place.unit).name)),
                            ("points", number(place.points, of: ranking.rank)),
                            ("low", number(score?.low ?? place.points, of: ranking.rank)),
                            ("high", number(score?.high ?? place.points, of: ranking.rank)),
                            ("sampled", .int(Int64(score?.sampled ?? 0))),
                            ("inside_interval", .bool(place.isInsideInterval)),
                        ])
                    })
            ),
        ])
    }

    /// One entry of the ledger as the rules make it.
    package func json(_ entry: Outcome.Entry) -> JSON {
        let gift = evaluation.incentives.first { $0.name == entry.incentive }?.gifts[entry.gift]
        return .object([
            ("rule", .string(entry.incentive)), ("kind", .string(entry.kind.rawValue)),
            ("unit", .string(unit(entry.unit).id)),
            ("name", .string(unit(entry.unit).name)), ("fen", entry.fen.map { .int(Int64($0)) } ?? .null),
            ("posts", .array((gift?.posts ?? []).map { .string($0) })),
            ("by", .array((gift?.by ?? []).map { .string($0) })),
            ("seats", .int(Int64(gift?.seats ?? 0))), ("because", .string(reason(entry).zh)),
        ])
    }
}

/// Who would have moved: two outcomes of the same facts beside each other.
package struct MovedUnits: Sendable {
    /// One difference: the rule, the unit, and what it had and would have.
    package struct Move: Sendable, Hashable {
        /// The rule and the unit's identity and name.
        package var rule: String, unit: String, name: String
        /// What it has under the first and under the second scheme; empty for nothing.
        package var before: String, after: String
    }
    /// Every difference, in the order of the first scheme's rules.
    package var moves: [Move]

    /// Compares ranks of the same name by place, and entries of the same rule by what is given.
    package init(_ one: JudgedOutcome, _ other: JudgedOutcome) {
        func places(_ judged: JudgedOutcome) -> [[String]: String] {
            var all: [[String]: String] = [:]
            for ranking in judged.outcome.rankings {
                for place in ranking.places { all[[ranking.rank, judged.unit(place.unit).id]] = place.text }
            }
            for entry in judged.outcome.entries {
                let key = [entry.incentive, judged.unit(entry.unit).id]
                let given = entry.kind.rawValue + (entry.fen.map { " \($0 / 100)" } ?? "")
                all[key] = all[key].map { "\($0), \(given)" } ?? given
            }
            return all
        }
        let (before, after) = (places(one), places(other))
        let rules = one.evaluation.ranks.map(\.name) + one.evaluation.incentives.map(\.name)
        let number = Dictionary(rules.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let names = Dictionary(
            one.facts.units.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        moves = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
            .sorted {
                (number[$0[0]] ?? rules.count, $0[0], $0[1]) < (number[$1[0]] ?? rules.count, $1[0], $1[1])
            }
            .map {
                Move(
                    rule: $0[0], unit: $0[1], name: names[$0[1]] ?? $0[1], before: before[$0] ?? "",
                    after: after[$0] ?? "")
            }
    }

    /// As the API and the commands write it.
    package var json: JSON {
        .array(
            moves.map {
                .object([
                    ("rule", .string($0.rule)), ("unit", .string($0.unit)), ("name", .string($0.name)),
                    ("before", .string($0.before)),
                    ("after", .string($0.after)),
                ])
            })
    }
}

extension JudgedOutcome {
    /// Who would have moved had another scheme held. Throws `Refusal.invalid` with every fault of its text,
    /// and if the facts do not fit it.
    package func moved(under text: String) throws -> MovedUnits {
        let (scheme, wrong) = Evaluation.read(text, .own)
        guard wrong.isEmpty else { throw Refusal.scheme(wrong) }
        let faults = facts.faults(for: scheme)
        guard faults.isEmpty else {
            throw Refusal.invalid(faults.prefix(10).map { .init("scheme", $0.phrase) })
        }
        return MovedUnits(self, JudgedOutcome(scheme, facts, on: outcome.day))
    }
}
