import AsyncHTTPClient
import IsthmusCore
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How to reach a source.
package struct TransportSettings: Sendable {
  /// `http://host:port` of a proxy that takes CONNECT; nil for none.
  package var proxy: String?
  /// A PEM file of certificates that are trusted besides the system's.
  package var extraCAFile: String?
  /// An answer larger than this is refused, after decompression. Resource Graph's own limit is 16 MiB.
  package var maximumAnswerBytes = 64 << 20

  package init(proxy: String? = nil, extraCAFile: String? = nil) {
    self.proxy = proxy
    self.extraCAFile = extraCAFile
  }
}

/// ``HTTPTransport`` on AsyncHTTPClient: HTTP/1.1 with keep-alive (faster here than HTTP/2 for large pages),
/// gzip, no redirects, so that a token never follows one to another host.
package final class AsyncHTTPTransport: HTTPTransport {
  private let client: HTTPClient
  private let maximumAnswerBytes: Int

  /// - Throws: ``ConnectorError`` of kind `configuration` for a bad proxy or CA file.
  package init(_ settings: TransportSettings) throws(ConnectorError) {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(15), read: .seconds(90)),
      decompression: .enabled(limit: .size(settings.maximumAnswerBytes)))
    configuration.httpVersion = .http1Only
    // A connection that can't be made is told at once: whether to try again is RetryPolicy's to say.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.proxy = try Self.proxy(settings.proxy)
    configuration.tlsConfiguration = try Self.tls(extraCAFile: settings.extraCAFile)
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    maximumAnswerBytes = settings.maximumAnswerBytes
  }

  /// Must be called once before the last reference goes.
  package func shutdown() async {
    // Nothing is under way at this point; an error here has no one to act on it.
    try? await client.shutdown()
  }

  package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPAnswer {
    let host = request.url.split(separator: "/").dropFirst().first.map(String.init) ?? request.url
    do {
      var outgoing = HTTPClientRequest(url: request.url)
      outgoing.method = HTTPMethod(rawValue: request.method)
      for (name, value) in request.headers { outgoing.headers.add(name: name, value: value) }
      if !request.body.isEmpty { outgoing.body = .bytes(request.body) }
      let nanoseconds = request.timeout.components.seconds * 1_000_000_000
      let incoming = try await client.execute(outgoing, deadline: .now() + .nanoseconds(nanoseconds))
      let length = incoming.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
      let body = ByteStore(capacity: min(length, maximumAnswerBytes))
      for try await chunk in incoming.body {
        guard body.count + chunk.readableBytes <= maximumAnswerBytes else {
          throw TransportError(.tooLarge, "\(host) sent more than \(maximumAnswerBytes) bytes in one answer.")
        }
        chunk.withUnsafeReadableBytes { body.append($0) }
      }
      let headers = incoming.headers.map { ($0.name.lowercased(), $0.value) }
      return HTTPAnswer(
        status: Int(incoming.status.code), headers: Dictionary(headers, uniquingKeysWith: { $1 }), body: body)
    } catch {
      throw Self.translate(error, host: host)
    }
  }

  private static func translate(_ error: any Error, host: String) -> TransportError {
    switch error {
    case let error as TransportError: return error
    case is CancellationError: return TransportError(.cancelled, "The request to \(host) was cancelled.")
    case let error as HTTPClientError:
      switch error {
      case .cancelled: return TransportError(.cancelled, "The request to \(host) was cancelled.")
      case .connectTimeout: return TransportError(.unreachable, "\(host) did not accept a connection in time.")
      case .readTimeout, .writeTimeout, .deadlineExceeded, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
        return TransportError(.timeout, "\(host) did not answer in time.")
      case .proxyAuthenticationRequired, .invalidProxyResponse:
        return TransportError(.proxyRefused, "The proxy refused the connection to \(host).")
      case .invalidURL, .emptyHost, .emptyScheme:
        return TransportError(.badURL, "\"\(host)\" is not an address that can be asked.")
      default: return TransportError(.interrupted, "The connection to \(host) ended early (\(error)).")
      }
    case let error as NIOSSLError:
      if case .handshakeFailed(let reason) = error {
        // The library's text names its own source files; what matters is whether the certificate was at fault.
        let isUntrusted = "\(reason)".contains("CERTIFICATE_VERIFY_FAILED")
        let cause = isUntrusted ? "its certificate is signed by nobody who is trusted here" : "no agreement was reached"
        return TransportError(.untrusted, "The TLS exchange with \(host) failed: \(cause).")
      }
      return TransportError(.interrupted, "The TLS connection to \(host) broke (\(error)).")
    case is NIOHTTPDecompression.DecompressionError:
      return TransportError(.tooLarge, "\(host) sent an answer that is too large, or not compressed as it says.")
    case is NIOSSLExtraError:
      return TransportError(.untrusted, "The certificate of \(host) is not for that name.")
    case let error as NIOConnectionError:
      let reason = error.connectionErrors.first.map { "\($0.error)" } ?? "its name can't be resolved"
      return TransportError(.unreachable, "\(host) can't be reached (\(reason)).")
    case let error as IOError where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode):
      return TransportError(.unreachable, "\(host) can't be reached (\(String(cString: strerror(error.errnoCode)))).")
    default: return TransportError(.interrupted, "The exchange with \(host) was interrupted (\(error)).")
    }
  }

  private static func proxy(_ text: String?) throws(ConnectorError) -> HTTPClient.Configuration.Proxy? {
    guard let text else { return nil }
    let parts = text.split(separator: "://", maxSplits: 1)
    let address = (parts.last ?? "").split(separator: "/").first?.split(separator: ":")
    guard parts.count == 2, parts[0] == "http", let address, address.count == 2, let port = Int(address[1]) else {
      throw ConnectorError(
        .configuration, "The proxy is not of the form http://host:port.",
        remedy: "Correct connection.proxy.")
    }
    return .server(host: String(address[0]), port: port)
  }

  private static func tls(extraCAFile: String?) throws(ConnectorError) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    guard let extraCAFile else { return configuration }
    do {
      configuration.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(extraCAFile))]
    } catch {
      throw ConnectorError(
        .configuration, "The CA file \(extraCAFile) can't be read as PEM certificates.",
        remedy: "Point connection.caFile to a PEM file that the command may read.")
    }
    return configuration
  }
}
