import HTTPTypes
import Hummingbird
import NIOCore

/// Turns requests of the server into the simulator's own, and its answers into responses.
struct SimulatorResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  private static let maximumRequestBytes = 4 << 20

  let dispatcher: RequestDispatcher
  /// Compress answers for clients that accept it.
  let usesGzip: Bool

  /// An answer that was cut off on purpose: throwing it makes the server close the connection.
  private struct CutOff: Error {}

  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    let body: ByteBuffer
    do {
      body = try await request.body.collect(upTo: Self.maximumRequestBytes)
    } catch is NIOTooManyBytesError {
      return Response(status: .contentTooLarge)
    }
    var headers: [String: String] = [:]
    for field in request.headers { headers[field.name.canonicalName] = field.value }
    let simulated = SimulatorRequest(
      method: request.method.rawValue, target: request.uri.string, headers: headers, body: Array(body.readableBytesView)
    )
    let delivery = dispatcher.deliver(simulated)
    return response(delivery, acceptsGzip: headers["accept-encoding"]?.contains("gzip") ?? false)
  }

  private func response(_ delivery: RequestDispatcher.Delivery, acceptsGzip: Bool) -> Response {
    var fields = HTTPFields()
    for header in delivery.answer.headers {
      if let name = HTTPField.Name(header.name) { fields.append(HTTPField(name: name, value: header.value)) }
    }
    var bytes = delivery.answer.body
    if usesGzip {
      fields[.vary] = "Accept-Encoding"
      if acceptsGzip && !bytes.isEmpty {
        bytes = Gzip.compress(bytes)
        fields[.contentEncoding] = "gzip"
      }
    }
    let buffer = ByteBuffer(bytes: bytes)
    let status = HTTPResponse.Status(code: delivery.answer.status)
    guard delivery.isCutOff || delivery.pause != nil else {
      return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: buffer))
    }
    let isCutOff = delivery.isCutOff
    let pause = delivery.pause
    let body = ResponseBody(contentLength: bytes.count) { writer in
      var rest = buffer
      if let first = rest.readSlice(length: rest.readableBytes / 2), first.readableBytes > 0 {
        try await writer.write(first)
      }
      if isCutOff { throw CutOff() }
      if let pause { try await Task.sleep(for: .seconds(pause)) }
      if rest.readableBytes > 0 { try await writer.write(rest) }
      try await writer.finish(nil)
    }
    return Response(status: status, headers: fields, body: body)
  }
}
