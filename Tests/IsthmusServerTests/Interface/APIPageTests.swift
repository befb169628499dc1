import Foundation
import IsthmusCore
import Testing

@testable import IsthmusServer

@Suite("The document")
struct APIPageTests {
  private static let page = APIPage(APIRoutes.all, components: APIRoutes.components, version: "<1 & 2>").html

  @Test("The page has each operation, links only to what is there, and no script or style of its own")
  func page() {
    let page = Self.page
    for route in APIRoutes.all { #expect(page.contains("<article id=\"\(route.name)\">"), "\(route.name)") }
    let links = page.matches(of: /href="#([^"]*)"/).map { String($0.1) }
    for link in links { #expect(page.contains("id=\"\(link)\""), "\(link)") }
    let ids = page.matches(of: /\ id="([^"]*)"/).map { String($0.1) }
    #expect(Set(ids).count == ids.count)
    #expect(!page.contains("<script") && !page.contains("style=\"") && !page.contains("<style"))
    #expect(page.contains("Version &lt;1 &amp; 2&gt;"))
  }

  @Test("Each element of the page is closed where it belongs")
  func nests() {
    var open: [Substring] = []
    for tag in Self.page.matches(of: /<(\/?)([a-z0-9]+)[^>]*>/) where !["meta", "link"].contains(tag.2) {
      if tag.1.isEmpty {
        open.append(tag.2)
      } else if open.popLast() != tag.2 {
        Issue.record("</\(tag.2)> closes another element")
        return
      }
    }
    #expect(open.isEmpty)
  }

  @Test("Page, style and document are there for anybody, each with its type")
  func served() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    for (path, type) in [
      ("/api", "text/html; charset=utf-8"), (APIPage.stylePath, "text/css; charset=utf-8"),
      ("/api/openapi.json", "application/json"),
    ] {
      let answer = await harness.application.answer(RawRequest(method: "GET", target: path))
      #expect(answer.status == 200 && answer.headers.first?.value == type, "\(path)")
    }
    await harness.stop()
  }

  @Test("Each schema that the document refers to is in it")
  func references() throws {
    let document = OpenAPIDocument(APIRoutes.all, components: APIRoutes.components, version: "0").json
    let known = document["components"]?["schemas"]
    for reference in document.text().matches(of: /"\$ref":"#\/components\/schemas\/([^"]*)"/) {
      #expect(known?[String(reference.1)] != nil, "\(reference.1)")
    }
  }

  @Test("docs/api.md has each kind of problem with its status, and no other")
  func documentation() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
    let text = try String(contentsOf: root.appending(path: "docs/api.md"), encoding: .utf8)
    let rows = text.matches(of: /\| `([a-z-]+)` \| ([0-9]+) \| ([^|]*) \|/).map { "\($0.1) \($0.2) \($0.3)" }
    #expect(rows == Problem.Kind.allCases.map { "\($0.rawValue) \($0.status) \($0.title)" })
  }
}
