import Governance
import Rules

/// The newest signed checkpoint of the log, as it stands on papers: whoever keeps the paper can show that
/// what stood in the log before that line was rewritten since.
enum Seal {
    /// The section of the log's page, also printed.
    static func section(_ call: Call) throws -> HTML? {
        guard let point = try call.doors.checkpoint(of: call.actor.county) else { return nil }
        return """
            <section class="sec"><header><h2>\(call.say("最近的检查点", "Newest checkpoint"))</h2><span class="mute sm">\(call.say("每小时签一次；打印出来或交给别人保存，改写过的日志就瞒不住", "signed every hour; print it or give it to somebody else, and a rewritten log cannot hide"))</span></header>\
            <dl class="kv"><dt>\(call.say("签到第几条", "Up to line"))</dt><dd>\(point.line)</dd><dt>\
            \(call.say("时间", "Time"))</dt><dd>\(call.moment(point.at))</dd>\
            <dt>\(call.say("链头", "Head"))</dt><dd class="mono">\(point.hash)</dd><dt>\
            \(call.say("公钥", "Public key"))</dt><dd class="mono">\(point.key)</dd><dt>\
            \(call.say("签名", "Signature"))</dt><dd class="mono">\(point.signature)</dd></dl></section>
            """
    }

    /// One line at the foot of a printed paper.
    static func line(_ call: Call) throws -> HTML? {
        guard let point = try call.doors.checkpoint(of: call.actor.county) else { return nil }
        return """
            <p class="seal sm mono">\(call.say("日志检查点", "Log checkpoint")) \(point.line) \(point.at.iso) \
            \(point.hash) \(call.say("签名", "signature")) \(point.signature)</p>
            """
    }
}
