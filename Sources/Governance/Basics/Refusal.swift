/// What the office may expect to go wrong, in words for the person who meets it. Anything else is a fault of the program.
package enum Refusal: Error, Sendable, Equatable {
    /// Nobody is signed in.
    case signInFirst
    /// The person's posts do not give this power.
    case notAllowed(Phrase)
    /// There is no such thing, or it is out of the person's reach: the two are not told apart.
    case notFound
    /// Some fields cannot be taken as they are.
    case invalid([Fault])
    /// The thing exists but this cannot happen to it now.
    case notNow(Phrase)
    /// Somebody else changed the thing between reading and writing.
    case changedMeanwhile
    /// Too many attempts; try again after so many seconds.
    case tooMany(seconds: Int)
    /// More work waits than the office takes; try again in a moment.
    case busy
    /// The disk is full; nothing was written.
    case noRoom
    /// The database does not answer; it is asked again by itself.
    case away

    /// What is wrong with one field.
    package struct Fault: Sendable, Equatable {
        /// The field's name in the form and in the API.
        package var field: String
        /// What is wrong and what to do.
        package var words: Phrase
        /// A fault of a field.
        package init(_ field: String, _ words: Phrase) { (self.field, self.words) = (field, words) }
    }

    /// One field is wrong.
    package static func invalid(_ field: String, zh: String, en: String) -> Refusal {
        .invalid([.init(field, Phrase(zh: zh, en: en))])
    }

    /// One sentence for the person.
    package var words: Phrase {
        switch self {
        case .signInFirst: Phrase(zh: "请先登录。", en: "Please sign in first.")
        case .notAllowed(let words), .notNow(let words): words
        case .notFound: Phrase(zh: "没有找到，或者不在您的范围内。", en: "Not found, or outside your area.")
        case .invalid(let faults):
            faults.count == 1 ? faults[0].words : Phrase(zh: "有几处要改一下。", en: "A few fields need a change.")
        case .changedMeanwhile:
            Phrase(
                zh: "刚才有人先改了这条记录。请看过最新情况再办。",
                en: "Somebody changed this record a moment ago. Please look at it again first.")
        case .busy:
            Phrase(zh: "现在办事的人太多，请过几秒再试。", en: "Too busy just now. Please try again in a few seconds.")
        case .away:
            Phrase(
                zh: "数据库暂时连不上，请过几秒再试。刚才提交的如果没有看到结果，请再提交一次，不会重复登记。",
                en: "The database does not answer just now. Please try again in a few seconds; sending the same again stores it once.")
        case .noRoom:
            Phrase(
                zh: "服务器磁盘满了，没有写入。请联系管理员。",
                en: "The server's disk is full; nothing was written. Please tell the administrator.")
        case .tooMany(let seconds):
            Phrase(zh: "次数太多了，请过 \(seconds) 秒再试。", en: "Too many attempts. Please try again in \(seconds) seconds.")
        }
    }
}
