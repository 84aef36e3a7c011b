package import Foundation
package import Governance
package import Hummingbird
import NIOFoundationEssentialsCompat
package import Rules

/// One request on its way: what was sent, who sent it, when, and in which language the answer is wanted.
package final class Call: Sendable {
    /// What was sent.
    package let request: Request
    /// The parts of the path that the route names.
    package let parameters: [String: String]
    /// The office that answers.
    package let office: Office
    /// Who sent it.
    package let actor: Actor
    /// The session that it came with; nil for the public.
    package let holder: Holder?
    /// What somebody still has to do before more doors open: they are the public until then.
    let step: AccountStep?
    /// The secret that proved it; nil for the public.
    package let secret: Secret?
    /// When: taken once.
    package let now: Instant
    /// The civil zone, and today in it.
    package let zone: Zone, today: Day
    /// The language of the answer.
    package let language: Language
    /// Whether large text is wanted.
    package let isLarge: Bool
    /// The request's own number, for the log and for "our mistake, number …".
    package let number: String
    /// Where it came from, for limits of rate, and whether it travelled encrypted.
    package let address: String, isSecure: Bool
    /// The most bytes that its body may have here, if the door says so.
    let room: Int?
    /// The server's doors and limits.
    package let doors: Doors
    /// The office's names; nil before an office was founded.
    package let directory: Directory?
    /// The number of the county's newest event when the request arrived: what is remembered for it is still
    /// true.
    package let version: Int
    /// How many cases the person's posts could move on now: shown in the navigation.
    package let todo: Int
    /// The form that was sent, and what became of it.
    let submission = Submission()

    init(
        request: Request, parameters: [String: String], office: Office, actor: Actor, holder: Holder?,
        step: AccountStep?, secret: Secret?, now: Instant,
        zone: Zone,
        language: Language, isLarge: Bool, number: String, address: String, isSecure: Bool, room: Int?,
        doors: Doors, directory: Directory?, version: Int,
        todo: Int
    ) {
        (self.request, self.parameters, self.office, self.actor, self.secret) = (
            request, parameters, office, actor, secret
        )
        (self.holder, self.step) = (holder, step)
        (self.now, self.zone, today, self.language, self.isLarge) = (
            now, zone, zone.day(of: now), language, isLarge
        )
        (self.number, self.address, self.isSecure, self.room, self.doors) = (
            number, address, isSecure, room, doors
        )
        (self.directory, self.version, self.todo) = (directory, version, todo)
    }

    /// The session; throws `Refusal.signInFirst` for the public.
    func session() throws -> Holder {
        guard let holder else { throw Refusal.signInFirst }
        return holder
    }
    /// The network that it came from, as attempts are counted.
    var network: String { VisitLimit.party(address) }

    /// The name of the office.
    var officeName: Phrase { directory?.office.name ?? .asGiven("") }
    /// Whether this is a demo folder.
    var isDemo: Bool { directory?.office.demoOpensAt != nil }
    /// The office's names; throws before an office was founded.
    package func names() throws -> Directory {
        guard let directory else { throw Refusal.notFound }
        return directory
    }

    /// Whose drafts a browser keeps; empty for the public.
    var draftOwner: String { holder?.draftOwner ?? "" }

    /// The words in the language of the answer.
    package func say(_ phrase: Phrase) -> String { phrase[language] }
    /// Words for people beside the code that says them. Only those that are wanted are made.
    package func say(_ zh: @autoclosure () -> String, _ en: @autoclosure () -> String) -> String {
        language == .zh ? zh() : en()
    }

    /// The query part of the address.
    package var query: FormInput { FormInput(FormText.parameters(request.uri.query ?? "")) }
    /// A part of the path.
    package func part(_ name: String) -> String { parameters[name] ?? "" }
    /// A part of the path that is an identity; throws `Refusal.notFound` if it is not one.
    package func id<Of>(_ name: String = "id", of: Of.Type = Of.self) throws -> ID<Of> {
        guard let id = ID<Of>(part(name)) else { throw Refusal.notFound }
        return id
    }

    /// The fields of a posted form. Throws if the form was sent from another site or is too large.
    package func form() async throws -> FormInput {
        let type = request.headers[.contentType] ?? ""
        let answers: FormInput
        if type.hasPrefix("multipart/form-data") {
            answers = try await answersWithPhotos()
        } else {
            let bytes = try await bytes(limit: 1 << 20)
            answers =
                bytes.count > 64 << 10
                ? try await Aside.run { try Self.readable(FormText.fields(bytes)) }
                : try Self.readable(FormText.fields(bytes))
        }
        submission.note(answers)
        try guardForm(answers)
        return answers
    }

    /// No text holds a zero byte: one engine could not keep it, the other would.
    private static func readable(_ fields: [String: String]) throws -> FormInput {
        if let name = fields.first(where: { $0.key.utf8.contains(0) || $0.value.utf8.contains(0) })?.key {
            throw Refusal.invalid(
                name, zh: "这一项里有看不见的控制字符，请去掉。", en: "This field contains invisible control characters.")
        }
        return FormInput(fields)
    }

    /// The fields of a form and the pictures in it. A field for a file that was left empty sends an empty
    /// file.
    func answersWithPhotos() async throws -> FormInput {
        let upload = try await Multipart.read(request, limit: room ?? 20 << 20)
        return try await Aside.run {
            var answers = try Self.readable(upload.fields)
            let files = (upload.files["photo"] ?? []).filter { !$0.isEmpty }
            // What is wrong with a photo is told with the form, so that nothing that was written is lost.
            do {
                guard files.count <= Photo.most else {
                    throw Refusal.invalid(
                        "photo", zh: "一次最多传 \(Photo.most) 张照片。", en: "At most \(Photo.most) photos at once.")
                }
                answers.photos = try files.map { try Photo([UInt8]($0)) }
            } catch Refusal.invalid(let faults) { answers.photoFault = faults.first }
            return answers
        }
    }

    /// Does what takes a while, when it is this person's turn.
    func atLength<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
        try await doors.longWork.run(for: actor.person?.text ?? address, body)
    }

    /// A posted form with a file: the fields, and the file's bytes as they came.
    package func upload(_ name: String) async throws -> (FormInput, Data) {
        let upload = try await Multipart.read(request, limit: room ?? 20 << 20)
        let answers = try Self.readable(upload.fields)
        submission.note(answers)
        try guardForm(answers)
        guard let file = upload.files[name]?.last, !file.isEmpty else {
            throw Refusal.invalid(name, zh: "请选一个文件。", en: "Please choose a file.")
        }
        return (answers, file)
    }

    /// A signed-in form carries the session's own token; without it another site may have sent it.
    func guardForm(_ answers: FormInput) throws {
        guard let holder else { return }
        guard answers.raw("form_token") == holder.formToken else {
            throw Refusal.notAllowed(
                Phrase(
                    zh: "这张表单已经过期，请返回刷新后再提交。",
                    en: "This form has expired. Go back, reload, and send it again."))
        }
    }

    /// The body, whole. Throws `Refusal.invalid` above the limit.
    package func bytes(limit: Int) async throws -> Data {
        let limit = min(limit, room ?? limit)
        do {
            return Data(buffer: try await request.body.collect(upTo: limit))
        } catch {
            throw TooLarge(limit: limit)
        }
    }

    /// Looks something up.
    package func read<T: Sendable>(_ body: @escaping @Sendable (Books) throws -> T) async throws -> T {
        try await office.read(body)
    }
    /// Changes something.
    @discardableResult
    package func write<T: Sendable>(_ body: @escaping @Sendable (Books) throws -> T) async throws -> T {
        try await office.write(in: directory?.office.county, body)
    }
}

/// A body over its limit: answered 413.
struct TooLarge: Error { var limit: Int }

/// `application/x-www-form-urlencoded`.
enum FormText {
    /// The most fields of a form.
    static let most = 5000

    /// Fields by name; of a repeated name the last one counts. Throws `Refusal.invalid` if there are too
    /// many.
    static func fields(_ data: Data) throws -> [String: String] {
        var fields: [String: String] = [:]
        let pairs = data.split(separator: UInt8(ascii: "&"), maxSplits: most)
        guard pairs.count <= most else {
            throw Refusal.invalid("form", zh: "表单最多 \(most) 项。", en: "A form has at most \(most) fields.")
        }
        for pair in pairs {
            let parts = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            fields[decoded(parts[0])] = parts.count > 1 ? decoded(parts[1]) : ""
        }
        return fields
    }

    /// The query of an address, as a form sends it: a space is a plus. Of a repeated name the first one
    /// counts; what is beyond the most fields of a form is nobody's filter.
    static func parameters(_ query: String) -> [String: String] {
        var fields: [String: String] = [:]
        for pair in Data(query.utf8).split(separator: UInt8(ascii: "&"), maxSplits: most).prefix(most) {
            let parts = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = decoded(parts[0])
            if fields[name] == nil { fields[name] = parts.count > 1 ? decoded(parts[1]) : "" }
        }
        return fields
    }

    private static func decoded(_ bytes: Data.SubSequence) -> String {
        func value(_ digit: UInt8) -> UInt8? {
            switch digit {
            case 0x30...0x39: digit - 0x30
            case 0x41...0x46: digit - 0x37
            case 0x61...0x66: digit - 0x57
            default: nil
            }
        }
        let bytes = Array(bytes)
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "+") {
                out.append(0x20)
            } else if byte == UInt8(ascii: "%"), index + 2 < bytes.count, let high = value(bytes[index + 1]),
                let low = value(bytes[index + 2])
            {
                out.append(high << 4 | low)
                index += 2
            } else {
                out.append(byte)
            }
            index += 1
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// A text made safe for a query.
    static func encoded(_ text: String) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count)
        func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: out.append(byte)
            default: out += [UInt8(ascii: "%"), digit(byte >> 4), digit(byte & 15)]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// `a=1&b=2` from pairs, leaving out empty ones.
    static func query(_ pairs: [(String, String)]) -> String {
        pairs.filter { !$0.1.isEmpty }.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
    }
}
