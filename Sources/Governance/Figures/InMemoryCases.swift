import Rules
import Store
import Synchronization

/// The rows of a county's present, kept between requests and brought up to date from the log: every change is
/// an event.
final class InMemoryCases: Sendable {
    private struct Kept { var terms: Figure.Terms, version: Int, rows: CaseConditions }
    private let kept = Mutex<Kept?>(nil)
    private let isReadingMany = Mutex(false)
    /// With so many cases the first reading takes seconds: nobody else waits for it.
    private static let many = 50_000
    /// After so many events reading everything anew is faster.
    private static let mostEvents = 20_000

    /// Hands over the rows as they are at this version of the county, or a newer one. One asks at a time: who
    /// comes next finds the work done. Throws `Refusal.busy` while many cases are read for the first time.
    func with<T>(_ terms: Figure.Terms, version: Int, in books: Books, _ body: (CaseConditions) throws -> T)
        throws -> T
    {
        if isReadingMany.withLock({ $0 }) { throw Refusal.busy }
        return try kept.withLock { kept in
            if kept?.terms != terms || version - (kept?.version ?? 0) > Self.mostEvents {
                // What was kept goes first: two of them would be twice the memory.
                kept = nil
                let count = try books.count("SELECT COUNT(*) FROM case_file WHERE county = \(terms.county)")
                isReadingMany.withLock { $0 = count > Self.many }
                defer { isReadingMany.withLock { $0 = false } }
                kept = Kept(
                    terms: terms, version: version,
                    rows: try CaseConditions(terms, expecting: count, in: books))
            } else if let known = kept?.version, known < version {
                do { try kept?.rows.refresh(after: known, terms, in: books) } catch {
                    kept = nil
                    throw error
                }
                kept?.version = version
            }
            guard let rows = kept?.rows else { throw Refusal.busy }
            return try body(rows)
        }
    }
}

extension CaseConditions {
    /// The rows that a scope needs: of the present those that are kept, of a past moment the ones it asks
    /// for, read for this question. In a transaction that may still change something nothing is kept.
    static func with<T>(
        _ scope: Figure.Scope, isPast: Bool, in books: Books, _ body: (CaseConditions) throws -> T
    ) throws -> T {
        let past = isPast ? scope.asOf : nil
        let terms = Figure.Terms(
            county: scope.county, zone: scope.zone, recurrenceDays: scope.recurrenceDays, past: past)
        guard !isPast, books.heads != nil else {
            return try body(CaseConditions(terms, only: isPast ? scope : nil, in: books))
        }
        let kept = books.cache.lasting("case rows", of: scope.county) { InMemoryCases() }
        return try kept.with(terms, version: books.version(of: scope.county), in: books, body)
    }
}
