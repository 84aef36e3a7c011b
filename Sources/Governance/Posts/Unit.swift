package import Rules
import Store

/// A body that carries responsibility: a department, a property company, a police station …
package struct Unit: Sendable, Hashable {
    /// The kinds of unit.
    package enum Kind: String, CaseIterable, Sendable, Bindable, Readable {
        case streetOffice = "street_office"
        case department, community
        case propertyCompany = "property_company"
        case policeStation = "police_station"
        case stationedUnit = "stationed_unit"
        case leadingGroup = "leading_group"
        case warZone = "war_zone"
        case headquarters
        case townGovernment = "town_government"
        case villageCommittee = "village_committee"
        case supportUnit = "support_unit"

        /// What the kind is called.
        package var words: Phrase {
            switch self {
            case .streetOffice: Phrase(zh: "街道", en: "Sub-district office")
            case .department: Phrase(zh: "部门", en: "Department")
            case .community: Phrase(zh: "社区", en: "Community committee")
            case .propertyCompany: Phrase(zh: "物业公司", en: "Property company")
            case .policeStation: Phrase(zh: "派出所", en: "Police station")
            case .stationedUnit: Phrase(zh: "驻区单位", en: "Stationed unit")
            case .leadingGroup: Phrase(zh: "领导小组", en: "Leading group")
            case .warZone: Phrase(zh: "战区", en: "War zone")
            case .headquarters: Phrase(zh: "指挥部", en: "Headquarters")
            case .townGovernment: Phrase(zh: "乡镇", en: "Township")
            case .villageCommittee: Phrase(zh: "村两委", en: "Village committee")
            case .supportUnit: Phrase(zh: "帮扶单位", en: "Support unit")
            }
        }
    }

    /// Its identity.
    package var id: ID<Unit>
    /// A short code that imports use.
    package var code: String
    /// Its name.
    package var name: Phrase
    /// Its kind.
    package var kind: Kind
    /// The territory it belongs to.
    package var territory: String
    /// The first day on which it exists.
    package var since: Day
    /// The day on which it no longer exists.
    package var until: Day

    init(_ row: Row) throws {
        id = try row.get("id")
        code = try row.get("code")
        name = Phrase(zh: try row.get("name_zh"), en: try row.get("name_en"))
        kind = try row.get("kind")
        territory = try row.get("territory")
        since = try row.get("since")
        until = try row.get("until")
    }
    static let columns: SQL = "u.id, u.code, u.name_zh, u.name_en, u.kind, u.territory, u.since, u.until"
}

/// A human being who holds posts.
package struct Person: Sendable, Hashable {
    /// The person's identity.
    package var id: ID<Person>
    /// The name.
    package var name: String
    /// The office telephone with its middle masked; empty if unknown.
    package var maskedPhone = ""

    init(_ row: Row) throws {
        id = try row.get("id")
        name = try row.get("name")
    }

    /// With the telephone, as far as it can be opened.
    init(_ row: Row, in books: Books) throws {
        try self.init(row)
        maskedPhone = Check.masked(try Self.phone(row, of: id, in: books))
    }

    /// The telephone in full; empty if unknown or sealed with another key.
    static func phone(_ row: Row, of id: ID<Person>, in books: Books) throws -> String {
        guard let bytes = try row.optional("phone_sealed", as: [UInt8].self) else {
            return try row.get("phone")
        }
        do { return try books.key?.opened(bytes, of: "person \(id) phone") ?? "" } catch is Refusal {
            return ""
        }
    }
}
