/// What a new password has to be (after ASVS 2.1): long, and not what everybody tries first. No letters,
/// digits or signs are demanded, none are refused, and none expire.
package enum PasswordRules {
    /// The fewest and the most characters.
    package static let least = 12, most = 128
    /// What a form says beside the field.
    package static let hint = Phrase(
        zh: "至少 \(least) 个字符，可以是一句话；不能是名字、单位、连续或重复的字符。",
        en: "At least \(least) characters, a sentence will do; no names, runs or repetitions.")

    /// Refuses what is too short, too long or too easily guessed. `names` are the login, the person's and the
    /// office's names. Throws `Refusal.invalid` for the field `password`.
    package static func check(_ given: String, beside names: [String] = []) throws {
        // Spaces in a row are one: they are quickly typed and quickly guessed.
        let clear = given.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        guard clear.count >= least else {
            throw Refusal.invalid(
                "password", zh: "密码至少 \(least) 个字符。", en: "A password has at least \(least) characters.")
        }
        guard clear.count <= most, clear.utf8.count <= 4 * most else {
            throw Refusal.invalid(
                "password", zh: "密码最多 \(most) 个字符。", en: "A password has at most \(most) characters.")
        }
        guard left(of: clear, without: names) >= 5 else {
            throw Refusal.invalid(
                "password", zh: "这个密码太容易猜：去掉名字、常用词、连续和重复的字符，剩下的太少。请换一个，比如几个不相干的词。",
                en:
                    """
                    Too easily guessed: without names, common words, runs and repetitions too little is \
                    left. Take a few unrelated words.
                    """
            )
        }
    }

    /// How many characters are left when everything is taken out that is tried first: what one has to guess.
    static func left(of clear: String, without names: [String]) -> Int {
        var text = plain(clear)
        let own = names.map { plain($0) }.filter { $0.count >= 2 }
        for piece in own.sorted(by: { $0.count > $1.count }) + pieces {
            text = text.replacing(piece, with: " ")
        }
        return text.split(separator: " ").reduce(0) { $0 + kept($1) }
    }

    /// Small letters, with the usual disguises of letters undone and everything but letters and digits gone.
    private static func plain(_ text: String) -> String {
        let disguises: [Character: Character] = ["@": "a", "$": "s", "!": "i"]
        return String(text.lowercased().map { disguises[$0] ?? $0 }.filter { $0.isLetter || $0.isNumber })
    }

    /// A character that repeats the one before, or follows it as in the alphabet, in the digits or backwards,
    /// is not to be guessed.
    private static func kept(_ run: Substring) -> Int {
        var (count, seen, last) = (0, Set<Character>(), UInt32?.none)
        for character in run {
            let code = character.unicodeScalars.first?.value ?? 0
            let isNext = last.map { code == $0 || code == $0 + 1 || $0 == code + 1 } ?? false
            if !isNext, seen.insert(character).inserted { count += 1 }
            last = code
        }
        return count
    }

    /// What the lists of the commonest passwords are made of, longest first.
    private static let pieces: [String] = [
        "password", "passw0rd", "qwertyuiop", "qwerty", "asdfghjkl", "asdfgh", "zxcvbnm", "1qaz2wsx3edc",
        "1qaz2wsx", "qazwsxedc", "qazwsx",
        "iloveyou", "woaini", "woaiwojia", "aini", "1314520", "5201314", "520", "1314", "888", "666", "168",
        "admin", "administrator",
        "root", "letmein", "welcome", "monkey", "dragon", "football", "baseball", "superman", "batman",
        "master", "shadow", "sunshine",
        "princess", "abc123", "a1b2c3", "test", "guest", "user", "login", "secret", "changeme", "default",
        "hello", "nihao", "zhongguo",
        "china", "beijing", "shanghai", "henan", "luoyang", "ruyang", "jianxi", "luoshi", "mima", "wangluo",
        "bangong", "zhengfu",
        "shequ", "fupin", "jiedao", "xiangzhen", "computer", "internet", "michael", "jordan", "killer",
        "trustno1", "freedom",
        "whatever", "starwars", "google", "baidu", "tencent", "huawei", "xiaomi", "weixin", "zhifubao",
        "taobao",
        "中国", "密码", "你好", "我爱你", "管理员", "办公室", "街道", "社区", "扶贫", "洛阳", "河南",
        "1990", "1991", "1992", "1993", "1994", "1995", "1996", "1997", "1998", "1999",
        "2000", "2010", "2015", "2016", "2017", "2018", "2019", "2020", "2021", "2022", "2023", "2024",
        "2025", "2026", "2027",
    ].sorted { $0.count > $1.count }
}
