package import Rules
import Store

/// The county's exit as samples see it: each rate with its verdict and interval, beside what the look-back
/// counts.
package enum ExitSamples {
    /// One rate of the newest sample that was drawn for it.
    package struct Rate: Sendable {
        /// The rate by the scheme, the sample, and how it stands.
        package let veto: Scheme.Exit.Veto, sample: Sample, standing: SampleFindings.Standing
        /// The limit in thousandths; nil if the office has not set it.
        package let limit: Int?

        /// The weighted rate of wrongly exited people, missed people or approving households, from 0 to 1;
        /// nil before anybody answered.
        package var share: Double? { standing.estimate.rate.map { veto.rate == .approval ? $0 : 1 - $0 } }
        /// Its Wilson interval of 95 %.
        package var interval: ClosedRange<Double>? {
            standing.estimate.interval.map {
                veto.rate == .approval ? $0 : (1 - $0.upperBound)...(1 - $0.lowerBound)
            }
        }
        /// Whether it lets the county go: the rate itself decides. Nil if nothing was asked or no limit is
        /// set.
        package var holds: Bool? {
            guard let share, let limit else { return nil }
            return veto.rate == .approval ? share * 1000 >= Double(limit) : share * 1000 <= Double(limit)
        }
    }

    /// The newest drawn sample of each purpose, in the order of the scheme's rates; combined incidence has
    /// none of its own. For who reads the register of the whole office, as the rates beside them; none for
    /// others.
    package static func rates(_ exit: Scheme.Exit, for actor: Actor, on day: Day, in books: Books) throws
        -> [Rate]
    {
        guard actor.seesOffice(.readRegister) else { return [] }
        let county = actor.county
        let samples = try Samples.all(of: county, in: books).filter { $0.drawnAt != nil }
        return try exit.rates.compactMap { veto in
            guard let sample = samples.first(where: { purpose(of: veto.rate) == $0.purpose }) else {
                return nil
            }
            return try rate(veto, sample, of: county, on: day, in: books)
        }
    }

    /// What a sample says of the county's exit; nil for samples of other purposes, and where no scheme with
    /// such a rate is published.
    package static func rate(of sample: Sample, for actor: Actor, on day: Day, in books: Books) throws
        -> Rate?
    {
        try Samples.need(actor)
        let county = actor.county
        let exit = try Campaigns.current(of: county, on: day, in: books)?.scheme.exit
        guard let veto = exit?.rates.first(where: { purpose(of: $0.rate) == sample.purpose }) else {
            return nil
        }
        return try rate(veto, sample, of: county, on: day, in: books)
    }

    private static func purpose(of rate: Scheme.Exit.Rate) -> Sample.Purpose? {
        switch rate {
        case .wronglyExited: .exited
        case .missed: .unregistered
        case .approval: .approval
        case .incidence: nil
        }
    }

    private static func rate(
        _ veto: Scheme.Exit.Veto, _ sample: Sample, of county: County, on day: Day, in books: Books
    ) throws -> Rate {
        let limit = try Parameter(rawValue: veto.parameter).flatMap {
            try Parameters.known($0, of: county, on: day, in: books)
        }
        let standing = SampleFindings.standing(
            try Samples.items(of: sample.id, county: county, in: books), sample.purpose)
        return Rate(veto: veto, sample: sample, standing: standing, limit: limit)
    }
}
