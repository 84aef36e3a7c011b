/// What the office may expect to go wrong, in words for the person who meets it. Anything else is a fault of
/// the program.
package enum Refusal: Error, Sendable, Equatable {
    /// Nobody is signed in.
    case signInFirst
    /// Somebody is, but has something to do first: give a code, change a password, set up the second factor.
    case stepFirst(AccountStep)
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
    /// The identity was used before for something else: nothing of this one was stored.
    case alreadyUsed
    /// Too many attempts; try again after so many seconds.
    case tooMany(seconds: Int)
    /// More work waits than the office takes; try again in a moment.
    case busy
    /// The database's own rules refused what was to be written. The office's checks should have said so
    /// before, with the field: that they did not is a fault of the program, and the text tells it which rule
    /// it was. Nothing was written.
    case clash(String)
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

    /// Whether it is the person's posts that do not allow it.
    package var isOfPower: Bool { if case .notAllowed = self { true } else { false } }

    /// One field is wrong.
    package static func invalid(_ field: String, zh: String, en: String) -> Refusal {
        .invalid([.init(field, Phrase(zh: zh, en: en))])
    }

    /// One sentence for the person.
    package var words: Phrase {
        switch self {
        case .signInFirst: Phrase(zh: "请先登录。", en: "Please sign in first.")
        case .stepFirst(.code): Phrase(zh: "请先填手机上的验证码。", en: "Please give the code of your telephone first.")
        case .stepFirst(.password):
            Phrase(zh: "密码是别人设的，请先在网页上改成自己的。", en: "Somebody else set your password. Please change it first.")
        case .stepFirst(.factor):
            Phrase(
                zh: "您的岗位规定要两步验证，请先在网页上设置。", en: "Your post requires a second factor. Please set it up first."
            )
        case .notAllowed(let words), .notNow(let words): words
        case .notFound: Phrase(zh: "没有找到，或者不在您的范围内。", en: "Not found, or outside your area.")
        case .invalid(let faults):
            faults.count == 1 ? faults[0].words : Phrase(zh: "有几处要改一下。", en: "A few fields need a change.")
        case .changedMeanwhile:
            Phrase(
                zh: "刚才有人先改了这条记录。请看过最新情况再办。",
                en: "Somebody changed this record a moment ago. Please look at it again first.")
        case .alreadyUsed:
            Phrase(
                zh: "这个编号已经用在另一条记录上，这一条没有存。请换一个编号再提交。",
                en:
                    """
                    This identity was used for another record; this one was not stored. Send it again \
                    under a new identity.
                    """
            )
        case .clash:
            Phrase(
                zh: "和已有的记录对不上（可能编号已被占用，或刚被别人改过），没有写入。请看过最新情况再试；还是不行请告诉管理员。",
                en:
                    "This does not fit what is stored: a number may be taken, or somebody changed it a moment ago. Nothing was written. Please look again; "
                    + "if it stays so, tell the administrator.")
        case .busy:
            Phrase(zh: "现在办事的人太多，请过几秒再试。", en: "Too busy just now. Please try again in a few seconds.")
        case .away:
            Phrase(
                zh: "数据库暂时连不上，请过几秒再试。刚才提交的如果没有看到结果，请再提交一次，不会重复登记。",
                en:
                    """
                    The database does not answer just now. Please try again in a few seconds; sending \
                    the same again stores it once.
                    """
            )
        case .noRoom:
            Phrase(
                zh: "服务器磁盘满了，没有写入。请联系管理员。",
                en: "The server's disk is full; nothing was written. Please tell the administrator.")
        case .tooMany(let seconds):
            Phrase(
                zh: "次数太多了，请过 \(seconds) 秒再试。",
                en: "Too many attempts. Please try again in \(seconds) seconds.")
        }
    }
}
