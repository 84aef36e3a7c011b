package import Rules

/// Something that waits for somebody else's approval, with what whoever decides has to know.
package struct WaitingApproval: Sendable {
    /// What has to be decided.
    package enum Subject: Sendable {
        /// A change: what is to happen, and each fact as it is and as it is to be.
        case request(
            ChangeRequest, verb: ChangeRequest.Kind, changes: [(fact: Fact, from: Facts, to: Facts)])
        /// A person whom the household claims while another has them.
        case double(DoubleEntry, standsIn: Household?)
    }

    /// What has to be decided.
    package let subject: Subject
    /// The household that asks or claims, and the member that it is about; empty for the household itself.
    package let household: Household, member: String

    /// Its identity among all that waits.
    package var id: String {
        switch subject {
        case .request(let request, _, _): "\(WaitingApprovals.request)-\(request.id.text)"
        case .double(let entry, _): "\(WaitingApprovals.double)-\(entry.id.text)"
        }
    }
    /// The change that is asked for; nil for a double entry.
    package var request: ChangeRequest? {
        if case .request(let request, _, _) = subject { request } else { nil }
    }
    /// Since when it waits.
    package var since: Instant {
        switch subject {
        case .request(let request, _, _): request.askedAt
        case .double(let entry, _): entry.foundAt
        }
    }
}

/// What waits for whoever approves changes of the register.
package enum WaitingApprovals {
    static let request = "request", double = "double"

    /// Changes and double entries in reach: first the changes, each oldest first; from behind one of them on
    /// if it is named. Throws `Refusal.invalid` for a cursor that is none.
    package static func waiting(
        after cursor: String = "", limit: Int = 50, for actor: Actor, on day: Day, in books: Books
    ) throws -> Queue<WaitingApproval> {
        let parts = cursor.split(separator: "-", maxSplits: 1).map(String.init)
        guard cursor.isEmpty || parts.count == 2 && [request, double].contains(parts[0]) else {
            throw Refusal.strangeCursor
        }
        let (isAmongDoubles, last) = (parts.first == double, parts.last ?? "")
        // Behind the last change its kind is only counted.
        let requests = try RegisterChanges.open(
            for: actor, on: day, after: isAmongDoubles ? "" : last, limit: isAmongDoubles ? 0 : limit,
            in: books)
        let doubles = try DoubleEntries.open(
            for: actor, on: day, after: isAmongDoubles ? last : "", limit: limit - requests.items.count,
            in: books)
        let county = actor.county
        let changes = try requests.items.map { request in
            let (verb, member, changes) = try RegisterChanges.details(of: request, county: county, in: books)
            return WaitingApproval(
                subject: .request(request, verb: verb, changes: changes),
                household: try Households.find(request.household, for: actor, on: day, in: books),
                member: member)
        }
        let claims = try doubles.items.map { entry in
            let (member, here) = try DoubleEntries.member(of: entry, county: county, in: books)
            return WaitingApproval(
                subject: .double(entry, standsIn: here),
                household: try Households.find(entry.household, for: actor, on: day, in: books),
                member: member)
        }
        return Queue(changes + claims, total: requests.total + doubles.total)
    }
}
