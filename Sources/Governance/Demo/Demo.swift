import Foundation
package import Rules
import Store

/// The demo that is the manual: Chongqing Road sub-district from January to September 2019, told through the
/// verbs by invented people, with the clock handed in.
package enum Demo {
    /// The one clock of both demos: Friday 20 September 2019, 09:40, in the second phase of the county's
    /// push.
    package static let opensAt = Zone.china.instant(
        Day(year: 2019, month: 9, day: 20) ?? Day(number: 18_159), ClockTime(minutes: 580))
    /// The county of Chongqing Road: Jianxi district of Luoyang.
    package static let county = County("410305") ?? .shared
    /// What every invented person signs in with.
    package static let password = "luoshi-2019"

    /// Whom to try first: login and what their page shows.
    package static let guides: [(login: String, words: Phrase)] = [
        (
            "guoyunheng",
            Phrase(zh: "一把手：总览，等您定的事", en: "First-in-command: the overview, what waits for a decision")
        ),
        (
            "mengshutao",
            Phrase(
                zh: "分管领导：定牵头、批延期、同意解释",
                en: "Deputy in charge: name the lead, grant more time, endorse explanations")
        ),
        ("qinxiaoman", Phrase(zh: "调度员：核实、立案、派遣、回访", en: "Dispatcher: verify, file, dispatch, call back")),
        ("shanglikun", Phrase(zh: "核查员：到现场看，结案或返工", en: "Checker: look on the spot, close or send back")),
        ("fanyutong", Phrase(zh: "网格员：今天，上报", en: "Grid worker: today, report")),
        ("shenghaixia", Phrase(zh: "物业经理：和我们有关的事", en: "Property manager: what is with us")),
        ("linchengfang", Phrase(zh: "监察：日志核验，只读", en: "Auditor: verify the log, read only")),
        ("admin", Phrase(zh: "管理员：区划、单位、岗位、类别", en: "Administrator: territories, units, posts, categories")),
    ]

    /// Whether a data folder has the demo already.
    package static func isLoaded(in books: Books) throws -> Bool {
        try Offices.all(in: books).contains { $0.county == county }
    }

    /// Founds the office, tells the nine months and leaves the clock at the opening. `progress` hears what is
    /// done, as steps of a whole.
    package static func load(
        into office: Office, progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) async throws {
        let chance = Chance.seeded(20190731)
        let password = try await Password.make(Self.password, chance: chance)
        try await office.write { try DemoCast.found(password: password, in: $0) }
        let cast = try await office.read { try DemoCast(in: $0) }
        let scenes = try DemoStory(cast: cast, chance: chance).scenes()
            .filter { $0.at <= opensAt }.enumerated().sorted {
                ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
            }.map(\.element)
        // Many scenes in one transaction: the demo would otherwise wait for thousands of syncs.
        let batch = 200
        for start in stride(from: 0, to: scenes.count, by: batch) {
            let part = Array(scenes[start..<min(start + batch, scenes.count)])
            try await office.write { books in
                for scene in part { try scene.play(books) }
            }
            progress(min(start + batch, scenes.count), scenes.count)
        }
    }
}

/// One thing that happens at one moment.
struct DemoScene: Sendable {
    var at: Instant
    var play: @Sendable (Books) throws -> Void
}
