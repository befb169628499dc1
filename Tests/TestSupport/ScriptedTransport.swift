package import IsthmusConnect
import IsthmusCore
import Synchronization

/// Answers requests from a script, one entry each; refuses a request that the script does not expect.
package final class ScriptedTransport: HTTPTransport {
  package enum Entry: Sendable {
    case answer(Int, headers: [String: String] = [:], body: String = "")
    case failure(TransportError)
  }

  private struct State {
    var script: [Entry]
    var requests: [HTTPRequest] = []
  }

  private let state: Mutex<State>

  package init(_ script: [Entry]) { state = Mutex(State(script: script)) }

  package var requests: [HTTPRequest] { state.withLock { $0.requests } }
  package var isFinished: Bool { state.withLock { $0.script.isEmpty } }

  package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPAnswer {
    let entry = state.withLock { state -> Entry? in
      state.requests.append(request)
      return state.script.isEmpty ? nil : state.script.removeFirst()
    }
    switch entry {
    case .answer(let status, let headers, let body):
      return HTTPAnswer(status: status, headers: headers, body: ByteStore(body.utf8))
    case .failure(let error): throw error
    case nil: throw TransportError(.badURL, "The script expects no request to \(request.url).")
    }
  }
}
