import Rules

/// Makes people up: names that sound right and certificates with a right check digit, always the same for one
/// seed. The certificates begin with 410399, which no place has, so that they are nobody's.
struct InventedPeople {
    let chance: Chance
    /// How many were born on a day, so that no certificate is made twice.
    private var born: [Int: Int] = [:]

    init(chance: Chance) { self.chance = chance }

    private static let surnames = Array(
        "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    )
    private static let male = Array("建国志强卫东海涛明军新民保平铁柱根生长水文斌学义红旗占魁振山松林有才天顺光辉宏伟永刚春雷俊峰德全世杰")
    private static let female = Array("秀英玉兰桂花春梅凤霞翠萍爱玲淑芳丽娟小红雪琴素珍彩云金枝喜凤巧云荣改焕青月桃晓燕")

    /// A surname.
    func surname() -> String { String(chance.one(of: Self.surnames)) }

    /// A full name.
    func name(_ surname: String, isFemale: Bool) -> String {
        let pool = isFemale ? Self.female : Self.male
        let first = chance.one(of: pool)
        return surname + String(first) + (chance.below(5) == 0 ? "" : String(chance.one(of: pool)))
    }

    /// Somebody's day of birth at an age on a day.
    func birth(age: Int, on day: Day) -> Day { day - (age * 365 + age / 4 + chance.below(360)) }

    /// A certificate number for a day of birth and a sex.
    mutating func certificate(born day: Day, isFemale: Bool) -> String {
        let index = born[day.number, default: 0]
        born[day.number] = index + 1
        let order = index * 2 + (isFemale ? 2 : 1)
        let parts = day.parts
        let digits =
            [4, 1, 0, 3, 9, 9] + Self.digits(parts.year, 4) + Self.digits(parts.month, 2)
            + Self.digits(parts.day, 2) + Self.digits(order, 3)
        return digits.map(String.init).joined() + String(Certificate.checkCharacter(of: digits))
    }

    private static func digits(_ number: Int, _ count: Int) -> [Int] {
        let text = String(number)
        return Array(repeating: 0, count: max(0, count - text.count))
            + text.suffix(count).compactMap(\.wholeNumberValue)
    }
}
