import Foundation
import IsthmusCore
import Testing

@Suite("Ways to the source")
struct NetworkTests {
  /// A proxy for CONNECT; prints its port, then each address that it was asked for.
  private static let proxy = """
    import socket, sys, threading
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    def copy(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass
        finally:
            for end in (source, target):
                try: end.shutdown(socket.SHUT_RDWR)
                except OSError: pass
    def serve(client):
        head = b""
        while b"\\r\\n\\r\\n" not in head:
            head += client.recv(4096)
        method, address, _ = head.split(b"\\r\\n")[0].decode().split(" ")
        print(method, address, flush=True)
        host, port = address.rsplit(":", 1)
        server = socket.create_connection((host, int(port)))
        client.sendall(b"HTTP/1.1 200 OK\\r\\n\\r\\n")
        threading.Thread(target=copy, args=(server, client), daemon=True).start()
        copy(client, server)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()
    """

  @Test("Through a proxy, over TLS with a private authority, with compressed answers")
  func proxyAndGzip() throws {
    var program = try Program()
    defer { program.remove() }
    try program.write("proxy.py", Self.proxy)
    let proxy = try Running(URL(filePath: "/usr/bin/env"), ["python3", program.path("proxy.py")], [:])
    let port = proxy.firstLine()
    let tenant = try SimulatedTenant(
      program, "--hosts", "12", "--findings-per-host", "10", "--quota", "off", "--tls", "--gzip")
    try program.write("isthmus.yaml", tenant.configuration(changing: ["proxy": "http://127.0.0.1:\(port)"]))
    program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    let sync = try program.run("sync", "--output", "json")
    #expect(sync.status == 0, "\(sync.errors)")
    let truth = try tenant.truth(program, overTLS: true)
    #expect(try program.run("assets", "--count").output == "\(truth["assets"]?.text() ?? "")\n")
    proxy.kill(SIGKILL)
    let seen = proxy.wait().output
    let manager = tenant.text("resourceManager").replacing("https://", with: "")
    #expect(seen.contains("CONNECT \(manager)"), "\(seen)")
  }

  @Test("A certificate that nobody trusts is refused at once, with the setting that helps")
  func untrusted() throws {
    var program = try Program()
    defer { program.remove() }
    let tenant = try SimulatedTenant(program, "--hosts", "6", "--findings-per-host", "5", "--quota", "off", "--tls")
    try program.write("isthmus.yaml", tenant.configuration(changing: ["caFile": nil as String?]))
    program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    let sync = try program.run("sync")
    #expect(sync.status == 1)
    #expect(sync.errors.contains("certificate") && sync.errors.contains("caFile"), "\(sync.errors)")
    try program.write("isthmus.yaml", tenant.configuration(changing: ["caFile": "/nowhere.pem"]))
    let missing = try program.run("sync")
    #expect(missing.status == 2 && missing.errors.contains("/nowhere.pem"), "\(missing.errors)")
  }
}
