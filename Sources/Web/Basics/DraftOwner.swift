import Crypto
import Governance
import Rules

/// Whose drafts a browser keeps, so that the next person at the same desk or telephone does not read them.
enum DraftOwner {
    /// Twelve hexadecimal digits that tell one person from another and nothing else.
    static func print(_ person: ID<Person>, of county: County) -> String {
        SHA256.hash(data: Array("draft \(county) \(person.text)".utf8)).prefix(6).hex
    }
}
