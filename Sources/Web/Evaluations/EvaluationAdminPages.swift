import Governance
import Hummingbird
import Rules

/// Publishing evaluations and opening what is judged.
enum EvaluationAdminPages {
    private static let path = "/admin/evaluations"

    static func publish(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        _ = try AssessmentForm.publish.read(answers)
        // A scheme copied out of an editor comes with the line ends of a form.
        let text = try Evaluations.Text(answers.raw("scheme").replacing("\r\n", with: "\n"))
        let published = try await call.write {
            try Evaluations.publish(text, by: call.actor, at: call.now, in: $0)
        }
        return call.done(
            path,
            "已发布“\(published.title.zh)”第 \(published.version) 版，原文和哈希存下了。到评价页开始一期就按它评。",
            """
            “\(published.title.en)”, version \(published.version), is published; its text and hash are \
            stored. What is opened on the evaluation page from now on goes by it.
            """)
    }

    static func list(_ call: Call) async throws -> Response {
        let evaluations = try await call.read { try Evaluations.all(for: call.actor, in: $0) }
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
            fields: AdminPages.hidden(("verb", "publish"))
                + AssessmentForm.publish.map { $0.field(call) },
            submit: call.say("检查并发布", "Check and publish"))
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
                """
        ).response(call)
    }

    /// Opens an assessment of the newest evaluation: by who runs evaluations.
    static func open(_ call: Call) async throws -> Response {
        let values = try AssessmentForm.open.read(try await call.form())
        let id = try await call.write {
            try Assessments.open(values, by: call.actor, at: call.now, in: $0)
        }
        return call.done(
            "\(EvaluationPages.path)?assessment=\(id)",
            "已开始，各轮和各评价组的表都建好了。接下来在每张表上确定评价组的人。",
            """
            Open: the rounds and a sheet of each team are there. Appointing the members on each sheet \
            comes next.
            """)
    }
}
