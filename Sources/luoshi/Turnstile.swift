import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import NIOTLS
import Web

/// Lets a connection in if its address and the server have room for one more, and closes it at once if not: a
/// stranger who opens thousands must not leave none for others.
struct Turnstile<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base, doors: Doors
    /// Whether keys have to be agreed first.
    let isEncrypted: Bool

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        guard let visitor = doors.letIn(channel.remoteAddress?.ipAddress ?? "") else {
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
        }
        channel.closeFuture.whenComplete { _ in doors.letOut(visitor) }
        return base.setup(channel: channel, logger: logger).flatMapThrowing { value in
            guard isEncrypted else { return value }
            let tls = try channel.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)
            try channel.pipeline.syncOperations.addHandler(Greeting(), position: .after(tls))
            return value
        }
    }

    func handle(value: Base.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}

/// How long the server waits for the keys of an encrypted connection to be agreed.
private final class Greeting: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    private var end: Scheduled<Void>?

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        end = context.eventLoop.scheduleTask(in: .seconds(10)) { channel.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { end?.cancel() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { end?.cancel() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end?.cancel()
        context.fireChannelInactive()
    }
}

extension HTTPServerBuilder {
    /// HTTP/1.1 in clear, or HTTPS with HTTP/2 if there is a certificate, behind a turnstile.
    static func guarded(by doors: Doors, _ tls: TLSConfiguration?) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            guard let tls else {
                return Turnstile(
                    base: HTTP1Channel(responder: responder, configuration: Patience.configuration),
                    doors: doors, isEncrypted: false)
            }
            let settings = HTTP2ChannelConfiguration(
                idleTimeout: .seconds(60), streamConfiguration: Patience.configuration)
            let base = try HTTP2UpgradeChannel(
                tlsConfiguration: tls, configuration: settings, responder: responder)
            return Turnstile(base: base, doors: doors, isEncrypted: true)
        }
    }
}
