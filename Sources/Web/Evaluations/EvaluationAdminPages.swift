import Governance
import Hummingbird
import Rules

/// Publishing evaluations and opening what is judged.
enum EvaluationAdminPages {
    private static let path = "/admin/evaluations"

    static func list(_ call: Call) async throws -> Response { try await page(call, Attempt()).response(call) }

    static func publish(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        return try await AdminPages.attempt(answers, call, again: page) {
            let text = try Evaluations.Text(answers.raw("scheme").replacing("\r\n", with: "\n"))
            try await call.write { _ = try Evaluations.publish(text, by: call.actor, at: call.now, in: $0) }
            return path
        }
    }

    private static func page(_ call: Call, _ attempt: Attempt) async throws -> Page {
        let evaluations = try await call.read { try Evaluations.all(of: call.actor.county, in: $0) }
        let head = [
            call.say("方案", "Scheme"), call.say("版本", "Version"), call.say("起止", "In force"),
            call.say("方案哈希", "Hash of the scheme"),
        ]
        let rows = evaluations.html { one in
            """
            <tr><th scope="row">\(call.say(one.title))</th><td>\(one.version)</td><td class="nw">\
            \(call.day(one.begins)) – \(call.day(one.ends))</td><td class="mono sm">\
            \(String(one.hash.prefix(16)))</td></tr>
            """
        }
        let form = Form(
            action: path,
            fields: AdminPages.hidden(("verb", "publish")) + [
                Field(
                    name: "scheme", label: call.say("方案全文（YAML）", "The scheme's text (YAML)"), kind: .text,
                    value: attempt.answers.raw("scheme"),
                    hint: call.say(
                        "有问题会逐行指出，什么也不写；要改就发新版本。",
                        "Faults are told line by line and nothing is written; a change is a new version."),
                    isRequired: true)
            ], submit: call.say("检查并发布", "Check and publish"), faults: attempt.faults)
        return AdminPages.frame(
            call, path, title: call.say("评价方案", "Evaluations"),
            lead: call.say(
                "方案写明谁评谁、看什么、怎么排、怎么奖惩，每条都有依据。",
                """
                A scheme says who judges whom, by what, how they are ordered and what follows, each \
                rule with its basis.
                """
            ),
            body: """
                \(evaluations.isEmpty ? HTML.none : AdminPages.list(call.say("发布过的", "Published"), count: "\(evaluations.count)", AdminPages.table(call.say("评价方案", "Evaluations"), head, rows)))\
                \(AdminPages.section(call.say("发布新的方案", "Publish a scheme"), form.html(call)))
                """)
    }

    /// Opens an assessment of the newest evaluation: by who runs evaluations.
    static func open(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let id = try await call.write { try open(answers, call, in: $0) }
        return Responses.seeOther("\(EvaluationPages.path)?assessment=\(id)")
    }

    /// The one way of opening, for page and API.
    static func open(_ answers: FormInput, _ call: Call, in books: Books) throws -> ID<Assessment> {
        let all = try Evaluations.all(of: call.actor.county, in: books)
        guard
            let evaluation = answers["evaluation"].isEmpty
                ? all.first : all.first(where: { $0.id.text == answers["evaluation"] })
        else {
            throw Refusal.notFound
        }
        return try Assessments.open(
            evaluation, month: answers["month"].isEmpty ? nil : answers.day("month", else: call.today),
            by: call.actor, at: call.now, in: books)
    }
}
