import Governance
import Hummingbird
import Rules

/// Publishing campaigns: the scheme's text is checked first, line by line, then frozen.
enum CampaignAdminPages {
    private static let path = "/admin/campaigns"

    static func publish(_ call: Call) async throws -> Response {
        var sent = try await call.form()
        let field = CampaignForm.scheme.name
        // A scheme copied out of an editor comes with the line ends of a form.
        sent[field] = sent.raw(field).replacing("\r\n", with: "\n")
        let text = try read(sent)
        let made = try await call.atLength {
            try await call.write { try Campaigns.publish(text, by: call.actor, at: call.now, in: $0) }
        }
        return call.done(
            path,
            Phrase(
                zh:
                    """
                    已发布“\(made.title.zh)”第 \(made.version) 版：按 \(call.day(made.frozenAsOf)) 的登记冻结 \
                    \(made.households) 户 \(made.people) 人，任务已分到岗位。
                    """,
                en:
                    """
                    Published “\(made.title.en)”, version \(made.version): \(made.households) households \
                    with \(made.people) people are frozen as of \(call.day(made.frozenAsOf)), and the duties \
                    are shared out.
                    """))
    }

    /// A text whose faults name its lines. On the page all of them lead to the one field that holds it.
    private static func read(_ sent: FormInput) throws -> Campaigns.Text {
        do { return try Campaigns.Text(sent) } catch Refusal.invalid(let faults) {
            throw Refusal.invalid(faults.map { Refusal.Fault(CampaignForm.scheme.name, $0.words) })
        }
    }

    static func list(_ call: Call) async throws -> Response {
        let campaigns = try await call.read { try Campaigns.all(for: call.actor, in: $0) }
        let head = [
            call.say("方案", "Scheme"), call.say("版本", "Version"), call.say("起止", "In force"),
            call.say("冻结", "Frozen"), call.say("方案哈希", "Hash of the scheme"),
        ]
        let rows = campaigns.html { one in
            "<tr><th scope=\"row\">\(call.say(one.title))</th><td>\(one.version)</td><td class=\"nw\">\(call.day(one.begins)) – \(call.day(one.ends))</td><td>\(call.say("\(one.households) 户 \(one.people) 人", "\(one.households) households, \(one.people) people"))</td><td class=\"mono sm\">\(String(one.schemeHash.prefix(16)))</td></tr>"
        }
        let form = Form(
            action: path, fields: [CampaignForm.scheme.field(call)],
            submit: call.say("检查并发布", "Check and publish"))
        return AdminPages.frame(
            call, path, title: call.say("行动方案", "Campaigns"),
            lead: call.say(
                "方案写明谁在什么时候走访谁、每条的依据；发布时冻结户数，分到岗位。",
                """
                A scheme says who visits whom and when, each rule with its basis; publishing freezes \
                households and shares them out.
                """
            ),
            body: """
                \(campaigns.isEmpty ? HTML.none : AdminPages.list(call.say("发布过的", "Published"), count: "\(campaigns.count)", AdminPages.table(call.say("行动方案", "Campaigns"), head, rows)))\
                \(AdminPages.section(call.say("发布新的方案", "Publish a scheme"), form.html(call)))
                """
        ).response(call)
    }
}
