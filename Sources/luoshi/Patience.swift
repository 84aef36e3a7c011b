import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// How long the server waits for a connection that asks for something: a stranger who opens many and says
/// little on each must not keep the door shut for others. What the server itself sends, and lines of live
/// pages, it does not end.
final class Patience: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    /// Until the first head is there, and from a head until its body is there.
    private static let head = TimeAmount.seconds(10), body = TimeAmount.seconds(300)
    /// A connection on which nothing more arrives, in a request or between two.
    private static let silence = TimeAmount.seconds(60)

    /// The settings of a connection.
    static var configuration: HTTP1Channel.Configuration {
        .init(additionalChannelHandlers: [Patience()], idleTimeout: silence)
    }

    /// By when what is awaited has to be there; nil if nothing is.
    private var end: NIODeadline?
    /// When the clock is looked at next, at the latest when something has to be there: a timer for each
    /// request would cost more than a small request itself.
    private var look: Scheduled<Void>?

    func handlerAdded(context: ChannelHandlerContext) { wait(Self.head, context) }

    func handlerRemoved(context: ChannelHandlerContext) { stop() }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: wait(Self.body, context)
        case .body: break
        case .end: end = nil
        }
        context.fireChannelRead(data)
    }

    private func stop() {
        look?.cancel()
        (look, end) = (nil, nil)
    }

    /// A later wait ends later than an earlier one, so that a look that is due already is never too late.
    private func wait(_ time: TimeAmount, _ context: ChannelHandlerContext) {
        let deadline = NIODeadline.now() + time
        end = deadline
        if look == nil { schedule(deadline, context) }
    }

    private func schedule(_ deadline: NIODeadline, _ context: ChannelHandlerContext) {
        look = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.look = nil
            guard let end = self.end else { return }
            if end <= .now() { context.close(promise: nil) } else { self.schedule(end, context) }
        }
    }
}
