import Governance
import Hummingbird
import Rules

/// Publishing campaigns: the scheme's text is checked first, line by line, then frozen.
enum CampaignAdminPages {
    private static let path = "/admin/campaigns"

    static func list(_ call: Call) async throws -> Response { try await page(call, Attempt()).response(call) }

    static func publish(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        return try await AdminPages.attempt(answers, call, again: page) {
            // A scheme copied out of an editor comes with the line ends of a form.
            let text = try Campaigns.Text(answers.raw("scheme").replacing("\r\n", with: "\n"))
            try await call.atLength {
                try await call.write { _ = try Campaigns.publish(text, by: call.actor, at: call.now, in: $0) }
            }
            return path
        }
    }

    private static func page(_ call: Call, _ attempt: Attempt) async throws -> Page {
        let campaigns = try await call.read { try Campaigns.all(of: call.actor.county, in: $0) }
        let head = [
            call.say("方案", "Scheme"), call.say("版本", "Version"), call.say("起止", "In force"),
            call.say("冻结", "Frozen"), call.say("方案哈希", "Hash of the scheme"),
        ]
        let rows = campaigns.html { one in
            "<tr><th scope=\"row\">\(call.say(one.title))</th><td>\(one.version)</td><td class=\"nw\">\(call.day(one.begins)) – \(call.day(one.ends))</td><td>\(call.say("\(one.households) 户 \(one.people) 人", "\(one.households) households, \(one.people) people"))</td><td class=\"mono sm\">\(String(one.schemeHash.prefix(16)))</td></tr>"
        }
        let form = Form(
            action: path,
            fields: AdminPages.hidden(("verb", "publish")) + [
                Field(
                    name: "scheme", label: call.say("方案全文（YAML）", "The scheme's text (YAML)"), kind: .text,
                    value: attempt.answers.raw("scheme"),
                    hint: call.say(
                        "有问题会逐行指出，什么也不写；发布以后分母冻结，不能再改，要改就发新版本。",
                        """
                        Faults are told line by line and nothing is written; once published its \
                        denominators are frozen, a change is a new version.
                        """
                    ),
                    isRequired: true)
            ], submit: call.say("检查并发布", "Check and publish"), faults: attempt.faults)
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
                """)
    }
}
