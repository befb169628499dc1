import HTTPTypes
import Hummingbird
import IsthmusCore
import Logging
import NIOCore

/// Between Hummingbird and the dispatchers: reads a request whole, within limits, and writes the answer.
struct ServerResponder: HTTPResponder {
  typealias Context = ServerRequestContext

  /// In bytes. The decoder gives up at 80 KB a header or address, with an answer without a body.
  /// The longest query of an address, in the longest of encodings, is within it.
  static let longestTarget = 64 << 10
  private static let longestHeaders = 32 << 10

  let application: ServerApplication

  func respond(to request: Request, context: Context) async throws -> Response {
    let answer = await self.answer(request, context)
    var headers = HTTPFields()
    let usual = ServerApplication.safetyHeaders.filter { usual in !answer.headers.contains { $0.name == usual.name } }
    for (name, value) in answer.headers + usual {
      if let name = HTTPField.Name(name) { headers.append(HTTPField(name: name, value: value)) }
    }
    let status = HTTPResponse.Status(code: answer.status)
    switch answer.body {
    case .bytes(let bytes):
      if request.method == .head {
        headers[.contentLength] = String(bytes.count)
        return Response(status: status, headers: headers)
      }
      return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    case .stream(let write):
      if request.method == .head { return Response(status: status, headers: headers) }
      return Response(status: status, headers: headers, body: Self.body(write))
    }
  }

  private static func body(
    _ produce: @escaping @Sendable (_ write: @Sendable ([UInt8]) async throws -> Void) async throws -> Void
  ) -> ResponseBody {
    ResponseBody { writer in
      let sink = Sink(writer)
      try await produce { try await sink.writer.write(ByteBuffer(bytes: $0)) }
      try await sink.writer.finish(nil)
    }
  }

  /// Lends the connection's writer to who produces the body. Unchecked: each piece is awaited before the next is
  /// written, so that two are never written at once.
  private final class Sink: @unchecked Sendable {
    var writer: any ResponseBodyWriter
    init(_ writer: any ResponseBodyWriter) { self.writer = writer }
  }

  private func answer(_ request: Request, _ context: Context) async -> APIAnswer {
    var raw = RawRequest(method: request.method.rawValue, target: request.uri.description)
    for field in request.headers {
      let name = field.name.canonicalName
      let separator = name == "cookie" ? "; " : ", "
      raw.headers[name] = raw.headers[name].map { "\($0)\(separator)\(field.value)" } ?? field.value
    }
    raw.address = application.clientAddress(context.remoteAddress, raw.headers["x-forwarded-for"])
    if raw.target.utf8.count > Self.longestTarget {
      return await application.answer(
        raw, refusal: Problem(.addressTooLong, "An address has at most \(Self.longestTarget) bytes."))
    }
    if request.headers.reduce(0, { $0 + $1.name.rawName.utf8.count + $1.value.utf8.count }) > Self.longestHeaders {
      return await application.answer(
        raw, refusal: Problem(.headersTooLarge, "All headers have at most \(Self.longestHeaders) bytes."))
    }
    do {
      raw.body = Array(buffer: try await request.body.collect(upTo: application.settings.maximumBody))
    } catch is NIOTooManyBytesError {
      return await application.answer(
        raw, refusal: Problem(.tooLarge, "A body has at most \(application.settings.maximumBody) bytes."))
    } catch {
      return await application.answer(raw, refusal: Problem(.badRequest, "The body did not arrive whole."))
    }
    return await application.answer(raw)
  }
}

struct ServerRequestContext: RequestContext, RemoteAddressRequestContext {
  var coreContext: CoreRequestContextStorage
  let remoteAddress: SocketAddress?

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    remoteAddress = source.channel.remoteAddress
  }
}

extension Array where Element == UInt8 {
  fileprivate init(buffer: ByteBuffer) { self = Array(buffer.readableBytesView) }
}
