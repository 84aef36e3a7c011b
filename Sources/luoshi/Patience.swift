import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// How long the server waits for a connection that asks for something: a stranger who opens many and says little on each
/// must not keep the door shut for others. What the server itself sends, and lines of live pages, it does not end.
final class Patience: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    /// Until the first head is there, and from a head until its body is there.
    private static let head = TimeAmount.seconds(10), body = TimeAmount.seconds(300)
    /// A connection on which nothing more arrives, in a request or between two.
    private static let silence = TimeAmount.seconds(60)

    /// The settings of a connection.
    static var configuration: HTTP1Channel.Configuration { .init(additionalChannelHandlers: [Patience()], idleTimeout: silence) }

    private var end: Scheduled<Void>?

    func handlerAdded(context: ChannelHandlerContext) { wait(Self.head, context) }

    func handlerRemoved(context: ChannelHandlerContext) { end?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        end?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: wait(Self.body, context)
        case .body: break
        case .end: end?.cancel()
        }
        context.fireChannelRead(data)
    }

    private func wait(_ time: TimeAmount, _ context: ChannelHandlerContext) {
        end?.cancel()
        let channel = context.channel
        end = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}
