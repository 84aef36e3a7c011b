import Foundation
import Rules
import Store

/// The grid workers' weekly rounds: the places of the story are points, and since August each is walked to
/// once a week.
struct DemoRounds {
    let cast: DemoCast
    let chance: Chance
    private static let begins = Day("2019-08-05") ?? Day(number: 18_113)

    private var clerk: Actor {
        var clerk = Actor.system(of: Demo.county)
        clerk.name = .asGiven("童亦凡")
        return clerk
    }

    func scenes() -> [DemoScene] { [published()] + walks() }

    private func code(_ grid: Int, _ index: Int) -> String {
        "p" + String(100 + grid).dropFirst() + "-\(index + 1)"
    }

    /// On the Monday morning the points are entered and the scheme is published.
    private func published() -> DemoScene {
        let (clerk, cast) = (clerk, cast)
        let at = cast.calendar.zone.instant(Self.begins, ClockTime(minutes: 500))
        let rows = (1...24).flatMap { grid in
            (cast.places[grid] ?? []).enumerated().map {
                "\(code(grid, $0.offset)),\($0.element),\(cast.grids[grid - 1].id)"
            }
        }
        return DemoScene(at: at) { books in
            let table = try Table(Data((["code,name,territory"] + rows).joined(separator: "\n").utf8))
            let path = try Offices.of(Demo.county, in: books).territory.path
            let report = try Points.importing(
                table, inside: path, on: Self.begins, by: clerk, at: at, in: books)
            precondition(report.faults.isEmpty, "the demo's own points are wrong: \(report.faults)")
            try Campaigns.publish(Embedded.text("chongqinglu-rounds-2019.yaml"), by: clerk, at: at, in: books)
        }
    }

    /// A point a work day; a few are left out, and in the last days three findings wait for the dispatcher.
    private func walks() -> [DemoScene] {
        let last = cast.calendar.zone.day(of: Demo.opensAt)
        var scenes: [DemoScene] = []
        for grid in 1...24 {
            let actor = cast.actor(cast.gridWorker(grid))
            var monday = Self.begins
            while monday <= last {
                let days = (0..<7).map { monday + $0 }.filter(cast.calendar.isWorkday)
                for index in (cast.places[grid] ?? []).indices where chance.below(25) > 0 {
                    let day = days[index % days.count]
                    let at = cast.calendar.zone.instant(day, ClockTime(minutes: 560 + chance.below(150)))
                    var draft = Visits.Draft()
                    draft.at = at
                    draft.answers = ["clean": "yes", "passage": "yes", "charging": "no", "lamps": "yes"]
                    if monday + 6 > last, day >= last - 1, grid % 9 == 4 {
                        draft.answers[grid % 2 == 0 ? "clean" : "lamps"] = "no"
                        draft.note = grid % 2 == 0 ? "桶边又堆了三袋，没人收。" : "两盏不亮，晚上看不见台阶。"
                    }
                    let (made, code) = (draft, code(grid, index))
                    scenes.append(
                        DemoScene(at: at) { books in
                            let point = try books.first(
                                "SELECT id FROM point WHERE county = \(Demo.county) AND code = \(code)"
                            ) {
                                try $0.get("id", as: ID<Point>.self)
                            }
                            guard let point else { throw Refusal.notFound }
                            try Visits.record(made, of: point, by: actor, at: at, in: books)
                        })
                }
                monday = monday + 7
            }
        }
        return scenes
    }
}
