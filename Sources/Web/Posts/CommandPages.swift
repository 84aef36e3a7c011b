import Governance
import Hummingbird
import Rules

/// The tree of command: who leads whom, down to the helper with the households.
enum CommandPages {
    /// The whole county, or one township with its villages.
    static func show(_ call: Call) async throws -> Response {
        let names = try call.names()
        let day = try call.query["on"].isEmpty ? call.today : call.query.day("on")
        let chain = try await call.read {
            try ChainOfCommand.of(call.actor.county, on: day, for: call.actor, in: $0)
        }
        let town = names.place(call.query["territory"]).flatMap { $0.level == .town ? $0 : nil }
        let title = call.say("指挥体系", "Command")
        return Page(
            title: town?.shortName ?? title, current: "/campaign",
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/campaign">\
                \(call.say("行动", "Campaign"))</a>\
                \(town == nil ? HTML.none : " › <a href=\"/command\">\(title)</a>" as HTML)</nav>\
                <div class="pagehead tight"><h1>\(town?.shortName ?? title)</h1>\
                \(day == call.today ? HTML.none : "<p class=\"mute\">\(call.day(day))</p>" as HTML)</div>\
                \(town.map { villages(of: $0, chain, names, call) } ?? county(chain, names, call))
                """
        ).response(call)
    }

    /// Leading group, headquarters, departments, war zones over townships, support units.
    private static func county(_ chain: ChainOfCommand, _ names: Directory, _ call: Call) -> HTML {
        let towns = names.territories.filter { $0.level == .town }
        let free = towns.filter { chain.zones[$0.id] == nil }
        func townships(_ places: [Territory]) -> HTML {
            "<ul class=\"plain\">\(places.html { place in "<li><a href=\"/command?territory=\(place.id)\"><b>\(place.shortName)</b></a> \(people(of: chain.units(.townGovernment, of: place.id), chain, call))</li>" })</ul>"
        }
        let zones = (chain.units[.warZone] ?? []).html { zone in
            """
            <section class="sec"><header><h2>\(call.say(zone.name))</h2></header>\
            \(people(of: [zone], chain, call))\
            \(townships(chain.townships(of: zone.id).compactMap { names.place($0) }))</section>
            """
        }
        func section(_ kind: Unit.Kind, _ more: (Unit) -> HTML = { _ in .none }) -> HTML {
            guard let units = chain.units[kind], !units.isEmpty else { return .none }
            return """
                <section class="sec"><header><h2>\(call.say(kind.words)) <span class="mute">\
                \(units.count)</span></h2></header><ul class="plain">\(units.html { unit in
                    "<li><b>\(call.say(unit.name))</b> \(people(of: [unit], chain, call))\(more(unit))</li>"
                })</ul></section>
                """
        }
        func supported(_ unit: Unit) -> HTML {
            guard let villages = chain.villages[unit.id] else { return .none }
            return
                """
                <br><span class="mute sm">\
                \(call.say("帮扶：", "Supports: "))\
                \(villages.html { "<a href=\"/villages/\($0)\">\(names.placeName($0))</a> " })</span>
                """
        }
        return """
            <div class="cols c84"><div class="stack">\(zones)\(free.isEmpty ? HTML.none : "<section class=\"sec\"><header><h2>\(call.say("不属战区的乡镇", "Townships under no war zone"))</h2></header>\(townships(free))</section>" as HTML)\
            \(section(.supportUnit, supported))</div><div class="stack">\
            \(section(.leadingGroup))\(section(.headquarters))\(section(.department, supported))</div></div>
            """
    }

    /// The villages of a township: committee, supporters, helpers with their households.
    private static func villages(
        of town: Territory, _ chain: ChainOfCommand, _ names: Directory, _ call: Call
    ) -> HTML {
        let all = chain.posts.values.flatMap(\.self)
        let helpers = Dictionary(grouping: all.filter { $0.kind == .helper }, by: \.territory)
        let villages = names.territories.filter { $0.level == .village && $0.parent == town.id }
        let zone = chain.zones[town.id].map { call.say(names.name(of: $0.unit)) }
        return """
            <p class="lead">\(zone.map { call.say("\($0)。", "\($0). ") } ?? "")\
            \(people(of: chain.units(.townGovernment, of: town.id), chain, call))</p>\
            <div class="scroll" tabindex="0" role="region" aria-label="\(call.say("村", "Villages"))"><table>\
            <thead><tr><th scope="col">\(call.say("村", "Village"))</th><th scope="col">\
            \(call.say("村两委", "Committee"))</th><th scope="col">\(call.say("帮扶单位", "Supported by"))</th>\
            <th scope="col">\(call.say("帮扶责任人（户数）", "Helpers (households)"))</th></tr></thead><tbody>\
            \(villages.html { village in
                """
                <tr><th scope="row" class="nw"><a href="/villages/\(village.id)">\(village.shortName)</a>\
                </th><td>\(people(of: chain.units(.villageCommittee, of: village.id), chain, call))</td>\
                <td>\((chain.supporters[village.id] ?? []).html { "\(call.say(names.name(of: $0))) " })</td>\
                <td>\((helpers[village.id] ?? []).html { "\(holder($0, chain, call)) <span class=\"mute\">\(chain.helped[$0.id] ?? 0)</span> " })</td></tr>
                """
            })</tbody></table></div>
            """
    }

    /// The posts of units, each with its holder; helpers stand with their villages.
    private static func people(of units: [Unit], _ chain: ChainOfCommand, _ call: Call) -> HTML {
        // Who leads stands first, in the order of the kinds of post.
        let posts = units.flatMap { chain.posts[$0.id] ?? [] }.filter { $0.kind != .helper }
            .sorted { (order[$0.kind] ?? 0, $0.code) < (order[$1.kind] ?? 0, $1.code) }
        return
            "\(posts.enumerated().map { index, post -> HTML in "\(separator, if: index > 0)<span class=\"nw\">\(call.say(post.kind.words)) \(holder(post, chain, call))</span>" })"
    }

    private static let order = Dictionary(
        uniqueKeysWithValues: PostKind.allCases.enumerated().map { ($1, $0) })

    private static func holder(_ post: Post, _ chain: ChainOfCommand, _ call: Call) -> String {
        let tenures = chain.holders[post.id] ?? []
        guard !tenures.isEmpty else { return call.say("空缺", "vacant") }
        return tenures.map {
            $0.isStandIn ? call.say("\($0.personName)（代）", "\($0.personName) (acting)") : $0.personName
        }.joined(
            separator: call.say("、", ", "))
    }
}
