import NIOCore
import NIOHTTPTypes

/// Closes a connection whose client does not send the rest of a request in time, or does not take its answer.
///
/// Idle connections and heads of requests that do not come are the library's own to close.
final class ConnectionDeadlines: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart

  private let request: TimeAmount
  private let answer: TimeAmount
  private var arrival: Scheduled<Void>?
  private var taking: Scheduled<Void>?

  /// - Parameters:
  ///   - request: From a request's head to its end.
  ///   - answer: How long a client may take nothing of what waits for it.
  init(request: Duration, answer: Duration) {
    self.request = TimeAmount(request)
    self.answer = TimeAmount(answer)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head:
      arrival?.cancel()
      arrival = Self.close(context, after: request)
    case .body: break
    case .end:
      arrival?.cancel()
      arrival = nil
    }
    context.fireChannelRead(data)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    taking?.cancel()
    taking = context.channel.isWritable ? nil : Self.close(context, after: answer)
    context.fireChannelWritabilityChanged()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    arrival?.cancel()
    taking?.cancel()
  }

  private static func close(_ context: ChannelHandlerContext, after time: TimeAmount) -> Scheduled<Void> {
    let channel = context.channel
    return context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
  }
}
