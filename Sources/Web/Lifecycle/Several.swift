import Governance

/// One verb for many records that somebody ticked. Each goes through the verb by itself, so that one which
/// cannot go on keeps no other back.
enum Several {
    /// Before the identity of each record in a form.
    static let prefix = "item_"
    /// The most that are done at once.
    private static let most = 200

    /// What was ticked, in a steady order. Throws `Refusal.invalid` for none and for too many.
    static func ticked<Of>(_ sent: FormInput, of: Of.Type = Of.self) throws -> [ID<Of>] {
        let ids = sent.under(prefix).keys.sorted().compactMap { ID<Of>($0) }
        guard (1...most).contains(ids.count) else {
            throw Refusal.invalid(
                "item", zh: "请勾选要办的，一次最多 \(most) 项。", en: "Please tick what is to be done, at most \(most).")
        }
        return ids
    }

    /// Does it to each. Answers how many it was and why the others were not; throws the last refusal where
    /// none could be done, as nothing was stored.
    static func each<Of>(_ ids: [ID<Of>], _ work: (ID<Of>) async throws -> Void) async throws -> Outcome {
        var (outcome, last) = (Outcome(), nil as Refusal?)
        for id in ids {
            do {
                try await work(id)
                outcome.done += 1
            } catch let refusal as Refusal {
                outcome.left += 1
                outcome.why.insert(refusal.words)
                last = refusal
            }
        }
        if outcome.done == 0, let last { throw last }
        return outcome
    }

    /// What came of it.
    struct Outcome {
        /// How many were done, how many were left, and why.
        var done = 0, left = 0, why: Set<Phrase> = []

        /// What is told: `zh` and `en` say what was done.
        func words(_ zh: String, _ en: String) -> Phrase {
            left == 0
                ? Phrase(zh: "\(zh) \(done) 项。", en: "\(done): \(en).")
                : Phrase(
                    zh: "\(zh) \(done) 项，\(left) 项没有办成：\(why.map(\.zh).sorted().joined())",
                    en: "\(done): \(en); \(left) not: \(why.map(\.en).sorted().joined(separator: " "))")
        }
    }
}
