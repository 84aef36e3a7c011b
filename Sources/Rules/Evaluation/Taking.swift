/// Whom an award or a penalty takes.
extension Judging {
    mutating func take(_ incentive: Evaluation.Incentive) {
        if case .everyone(let kinds) = incentive.taking {
            for kind in kinds {
                for unit in facts.ofKind[kind] ?? [] { give(incentive, unit, group: "", nil) }
            }
            return
        }
        guard let rank = evaluation.ranks.first(where: { $0.name == incentive.rank }),
            let unit = scheme(of: rank.by)?.unit
        else { return }
        for ranking in outcome.rankings where ranking.rank == rank.name {
            if ranking.isTooSmall {
                outcome.withheld.append(
                    .init(incentive: incentive.name, group: ranking.group, units: [], why: .tooSmall))
                continue
            }
            var taken = chosen(incentive, ranking, pointsUnit: unit)
            if let least = incentive.onlyIfAtLeast {
                let short = taken.filter { $0.points < least * unit }
                if !short.isEmpty {
                    outcome.withheld.append(
                        .init(
                            incentive: incentive.name, group: ranking.group, units: short.map(\.unit),
                            why: .belowTheLeast))
                }
                taken.removeAll { $0.points < least * unit }
            }
            for place in taken { give(incentive, place.unit, group: ranking.group, place) }
        }
    }

    private mutating func chosen(
        _ incentive: Evaluation.Incentive, _ ranking: Outcome.Ranking, pointsUnit: Int
    ) -> [Outcome.Place] {
        let places = ranking.places
        func share(_ thousandths: Int, _ rounding: Scheme.Rounding, _ least: Int) -> Int {
            min(places.count, max(least, rounded(places.count, times: thousandths, over: 1000, rounding)))
        }
        switch incentive.taking {
        case .first(let count): return cut(places, min(count, places.count), incentive, ranking)
        case .share(let thousandths, let rounding, let least):
            return cut(places, share(thousandths, rounding, least), incentive, ranking)
        case .last(let count): return behind(places, min(count, places.count), incentive, ranking)
        case .lastShare(let thousandths, let rounding, let least):
            return behind(places, share(thousandths, rounding, least), incentive, ranking)
        case .below(let points): return places.filter { $0.points < points * pointsUnit }
        case .everyone: return []
        }
    }

    /// Those at the end, of whom nobody shares the first place: where all are alike nobody is behind.
    private mutating func behind(
        _ places: [Outcome.Place], _ count: Int, _ incentive: Evaluation.Incentive, _ ranking: Outcome.Ranking
    ) -> [Outcome.Place] {
        let taken = cut(places.reversed(), count, incentive, ranking)
        let alike = taken.filter { $0.halves == places.first?.halves }
        if !alike.isEmpty {
            outcome.withheld.append(
                .init(
                    incentive: incentive.name, group: ranking.group, units: alike.map(\.unit), why: .allAlike)
            )
        }
        return taken.filter { $0.halves != places.first?.halves }.reversed()
    }

    /// The first so many; those who share the place at the cut come in together or stay out together.
    private mutating func cut(
        _ places: [Outcome.Place], _ count: Int, _ incentive: Evaluation.Incentive, _ ranking: Outcome.Ranking
    ) -> [Outcome.Place] {
        guard count > 0 else { return [] }
        guard count < places.count, places[count - 1].halves == places[count].halves else {
            return Array(places.prefix(count))
        }
        let shared = places[count].halves
        if incentive.cut == .all {
            return places.prefix(count) + places.dropFirst(count).prefix { $0.halves == shared }
        }
        outcome.withheld.append(
            .init(
                incentive: incentive.name, group: ranking.group,
                units: places.filter { $0.halves == shared }.map(\.unit), why: .tieAtTheCut))
        return places.prefix(count).filter { $0.halves != shared }
    }

    private mutating func give(
        _ incentive: Evaluation.Incentive, _ unit: Int, group: String, _ place: Outcome.Place?
    ) {
        for (number, gift) in incentive.gifts.enumerated() {
            let yuan = gift.yuan(on: day)
            if !gift.yuan.isEmpty, yuan == nil {
                outcome.withheld.append(
                    .init(incentive: incentive.name, group: group, units: [unit], why: .noAmountYet))
                continue
            }
            outcome.entries.append(
                .init(
                    incentive: incentive.name, gift: number, unit: unit, kind: gift.kind,
                    fen: yuan.map { $0 * 100 }, group: group, halves: place?.halves,
                    points: place?.points))
        }
    }
}
