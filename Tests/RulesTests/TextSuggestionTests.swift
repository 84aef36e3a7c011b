import Testing

@testable import Rules

/// Suggesting a category from Chinese text.
struct TextSuggestionTests {
    private let learnt = [
        ("楼道里堆满纸箱和旧家具", "corridor"), ("邻居把鞋柜和杂物放在公共走廊", "corridor"), ("楼梯拐角堆着废品", "corridor"),
        ("路灯坏了，晚上漆黑一片", "lamp"), ("整条街路灯都不亮", "lamp"), ("路灯一闪一闪的", "lamp"),
        ("下水道堵了，污水流到路上", "drain"), ("化粪池满了往外溢", "drain"), ("一下雨门口就积水", "drain"),
    ]

    private func suggestion(_ examples: [(String, String)]) -> TextSuggestion {
        var suggestion = TextSuggestion()
        for (text, label) in examples { suggestion.learn(text, label: label) }
        return suggestion
    }

    @Test func `nothing is suggested before anything was learnt`() {
        #expect(TextSuggestion().suggest("路灯不亮").isEmpty)
    }

    @Test func `texts without a letter teach nothing`() {
        #expect(suggestion([("。。。", "lamp"), ("", "drain")]).suggest("路灯不亮").isEmpty)
    }

    @Test(arguments: [("三号楼前的路灯又坏了", "lamp"), ("楼道堆了很多杂物", "corridor"), ("院里污水往外溢，堵了", "drain")])
    func `a text is given the label of those that it reads like`(_ text: String, _ label: String) {
        let suggested = suggestion(learnt).suggest(text)
        #expect(suggested.first?.label == label)
        #expect(suggested.map(\.share) == suggested.map(\.share).sorted(by: >))
    }

    @Test func `every learnt text is recognised again`() {
        let suggestion = suggestion(learnt)
        for (text, label) in learnt { #expect(suggestion.suggest(text).first?.label == label) }
    }

    @Test func `the order of learning changes nothing`() throws {
        var chance = SplitMix64(seed: 21)
        let texts = ["路灯和楼道", "污水", "完全无关的一句话", "", "堆物 路灯 积水"]
        let first = suggestion(learnt)
        for _ in 0..<50 {
            let other = suggestion(learnt.shuffled(using: &chance))
            #expect(other.size == learnt.count)
            for text in texts {
                let (a, b) = (first.suggest(text, most: 9), other.suggest(text, most: 9))
                #expect(a.map(\.label) == b.map(\.label))
                #expect(zip(a, b).allSatisfy { abs($0.share - $1.share) < 1e-9 })
            }
        }
    }

    @Test func `the shares of all labels are one whole`() {
        let shares = suggestion(learnt).suggest("门口的路灯", most: 9).map(\.share)
        #expect(shares.count == 3)
        #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
    }

    @Test func `likeness is one for the same words and none for other words`() {
        #expect(LetterPairs("路灯不亮了").likeness(to: LetterPairs("路灯，不亮了！")) == 1)
        #expect(LetterPairs("路灯不亮了").likeness(to: LetterPairs("污水外溢")) == 0)
        #expect(LetterPairs("").likeness(to: LetterPairs("")) == 0)
        let half = LetterPairs("路灯不亮").likeness(to: LetterPairs("路灯不亮，快修"))
        #expect(half > 0.4 && half < 1)
        #expect(half == LetterPairs("路灯不亮，快修").likeness(to: LetterPairs("路灯不亮")))
    }
}
