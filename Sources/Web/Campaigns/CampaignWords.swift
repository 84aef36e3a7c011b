import Governance
import Rules

/// The campaign in one sentence that a leader can say aloud: how many visits are made, who is furthest
/// behind, what is left of each order, what waits for approval.
enum CampaignWords {
    /// What the sentence is made of.
    struct Sight: Sendable {
        var campaign: Campaign, lines: [Coverage.Line], towns: [Coverage.Line], left: [Int], approvals: Int
    }

    /// How many changes of the register and double entries wait for the person: what the page behind it says.
    static func approvals(_ call: Call, in books: Books) throws -> Int {
        guard call.actor.may(.approveChange) else { return 0 }
        return try RegisterChanges.open(for: call.actor, on: call.today, in: books).total
            + DoubleEntries.open(for: call.actor, on: call.today, in: books).total
    }

    /// Reads it; nil if no campaign runs, or the person does not read the register.
    static func read(_ call: Call, _ names: Directory, approvals: Int, in books: Books) throws -> Sight? {
        guard call.actor.may(.readRegister),
            let campaign = try Campaigns.current(for: call.actor, on: call.today, in: books),
            campaign.begins <= call.today,
            call.today <= campaign.ends
        else { return nil }
        let path = names.office.territory.path
        let begun = Set(campaign.scheme.duties.filter { $0.from <= call.today }.map(\.name))
        let lines = try CampaignPages.lines(campaign, .duty, "", path, call, in: books).filter {
            begun.contains($0.duty)
        }
        let towns = try CampaignPages.lines(campaign, .town, "", path, call, in: books).filter {
            begun.contains($0.duty)
        }
        return Sight(
            campaign: campaign, lines: lines,
            towns: Dictionary(grouping: towns, by: \.key).compactMap { Coverage.Line.sum($1, key: $0) },
            left: try CampaignPages.left(campaign, path, call, in: books), approvals: approvals)
    }

    /// The sentence, each number with its rows behind it.
    static func html(_ sight: Sight, _ names: Directory, _ call: Call) -> HTML {
        let (done, due) = (sight.lines.reduce(0) { $0 + $1.done }, sight.lines.reduce(0) { $0 + $1.due })
        let share = due == 0 ? "—" : "\(done * 1000 / due / 10).\(done * 1000 / due % 10)%"
        let last = sight.towns.filter { $0.due > 0 }.min {
            ($0.thousandths ?? 1000, $0.key) < ($1.thousandths ?? 1000, $1.key)
        }
        let place = last.flatMap { line in names.territories.first { $0.path == line.key } }
        let behind: HTML? = place.map {
            """
            \(call.say("，", "; "))<a href="/campaign?by=village&amp;territory=\($0.id)">\
            \(call.say("\($0.shortName)最慢", "\($0.shortName) is furthest behind"))</a>
            """
        }
        let orders = zip(sight.campaign.scheme.orders, sight.left).map { order, left -> HTML in
            """
            <a href="/orders/\(order.name)">\
            \(call.say("\(order.title.zh)还剩 \(left)", "\(order.title.en): \(left) left"))</a>\
            \(call.say("，", ", "))
            """
        }
        let approvals: HTML? =
            sight.approvals == 0
            ? nil
            : "<a class=\"soon\" href=\"/register/approvals\">\(call.say("\(sight.approvals) 项登记修改等您审批", "\(sight.approvals) changes of the register wait for you"))</a>\(call.say("。", "."))"
        return """
            <p class="lead"><a href="/campaign">\(call.say(sight.campaign.title))</a>\
            \(call.say("：应走访 \(due)，已走访 ", ": \(due) visits due, "))<b>\(done)</b>\
            \(call.say("（\(share)）", " made (\(share))"))\(behind)\(call.say("。", ". "))\(orders)\
            \(approvals)</p>
            """
    }
}
