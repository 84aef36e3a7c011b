import Governance
import HTTPTypes
import Hummingbird
import Rules
import ServiceLifecycle

/// Pages that stay true while somebody looks at them: the server says that something changed, the page asks
/// for itself. What is sent is the county's event number and nothing else, so a word too many tells nobody
/// anything.
enum LivePages {
    /// A sign of life, so that proxies and phones keep the line open; with it the session is looked at again.
    private static let heartbeat = Duration.seconds(15)
    /// After so long the browser comes again by itself and is admitted anew.
    private static let life = Duration.seconds(600)
    /// Lines held open at once by one process, and by one person in it.
    static let mostLines = 2000, mostLinesEach = 12

    /// Streams the event number whenever it rises (`text/event-stream`). Who does not ask for a stream gets
    /// the number once.
    static func live(_ call: Call) async throws -> Response {
        let first = try await version(for: call) ?? 0
        let wantsStream =
            call.request.method == .get
            && call.request.headers[.accept]?.contains("text/event-stream") == true
        guard wantsStream else { return Responses.events(.init(byteBuffer: event(first))) }
        // A browser may leave before the first word: the answer is then thrown away unwritten, and the line
        // with it.
        let line = try HeldLine(
            call.doors.lines, call.actor.person?.text ?? "", each: mostLinesEach, most: mostLines)
        return Responses.events(
            .init { writer in
                defer { line.leave() }
                try await stream(from: first, for: call, on: line, into: &writer)
                try await writer.finish(nil)
            })
    }

    private static func stream(
        from first: Int, for call: Call, on line: HeldLine, into writer: inout any ResponseBodyWriter
    ) async throws {
        let following = call.office.subscribe(call.actor.county)
        line.whenOver(following.wake)
        let clock = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: heartbeat)
                following.wake()
            }
        }
        defer { clock.cancel() }
        let ends = ContinuousClock.now + life
        var last = first
        try await writer.write(event(first))
        for await _ in following.words.cancelOnGracefulShutdown() {
            // A page that is still there comes again after a minute, not at once: a dozen others are open.
            guard !line.isOver else { return try await writer.write(ByteBuffer(string: "retry: 60000\n\n")) }
            guard ContinuousClock.now < ends, let version = try await version(for: call) else { return }
            if version == last {
                try await writer.write(ByteBuffer(string: ":\n\n"))
            } else {
                last = version
                try await writer.write(event(version))
                // However much is going on, a page looks again once a second at most.
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    private static func event(_ version: Int) -> ByteBuffer {
        ByteBuffer(string: "id: \(version)\nevent: change\ndata: \(version)\n\n")
    }

    /// The county's event number; nil once the session is no longer good.
    private static func version(for call: Call) async throws -> Int? {
        guard let secret = call.secret else { return nil }
        let (office, zone) = (call.office, call.zone)
        let now = office.clock.now
        return try await office.read { books in
            guard let holder = try Accounts.holder(of: secret, on: zone.day(of: now), at: now, in: books),
                holder.step == nil
            else { return nil }
            return try books.version(of: holder.actor.county)
        }
    }
}
