import AzureSimulator
import Foundation
import IsthmusConnect
import IsthmusCore
import Testing

@testable import DefenderForCloud

@Suite("Parts of packed rows")
struct PackedPartsTests {
  /// Resources of one tenant. Conditions are answered as the service would, by their text.
  private struct Resources {
    var names: [String]
    var groupOf: (String) -> String = { _ in "one" }
    /// Questions that were asked.
    var asked = 0

    private func value(_ name: String, _ key: PackedParts.Key) -> String {
      switch key {
      case .resourceGroup: groupOf(name)
      case .ending(let count): String(name.suffix(count))
      }
    }

    mutating func parts(by key: PackedParts.Key, where condition: String?) -> [PackedParts.Part]? {
      asked += 1
      let looked = condition.map { found(by: $0) } ?? names
      let groups = Dictionary(grouping: looked) { value($0, key) }
      if groups.count > 1000 { return nil }
      return groups.map { PackedParts.Part(key: key, name: $0.key, rows: $0.value.count, resources: $0.value.count) }
    }

    func found(by condition: String) -> [String] {
      if condition == "true" { return names }
      let keys = [PackedParts.Key.resourceGroup] + (1...8).map { .ending($0) }
      let terms = condition.components(separatedBy: " or ").map { term -> (PackedParts.Key, Set<String>) in
        let key = keys.first { term.hasPrefix("\($0.expression) in~ (") } ?? .resourceGroup
        let list = term.dropFirst("\(key.expression) in~ (".count).dropLast()
        return (key, Set(list.split(separator: ", ").map { String($0.dropFirst().dropLast()) }))
      }
      return names.filter { name in terms.contains { $0.1.contains(value(name, $0.0)) } }
    }
  }

  private func conditions(_ resources: inout Resources) async throws -> [String]? {
    var asked = resources
    let parts = try await PackedParts.find { key, condition in asked.parts(by: key, where: condition) }
    resources = asked
    return parts.map(PackedParts.conditions)
  }

  private static let tenants: [(name: String, hosts: Int, groups: Int, mostQuestions: Int)] = [
    ("small groups", 5000, 100, 1), ("one group", 5000, 1, 4), ("more groups than a page tells", 50_000, 5000, 11),
    ("a hundred thousand in one group", 100_000, 1, 11),
  ]

  @Test("Each resource is in one part, and no answer has more than a page", arguments: tenants)
  func parts(name: String, hosts: Int, groups: Int, mostQuestions: Int) async throws {
    var resources = Resources(
      names: (0..<hosts).map { "vm-\($0)" }, groupOf: { "g\((Int($0.dropFirst(3)) ?? 0) % groups)" })
    let conditions = try #require(try await conditions(&resources))
    var found: [String] = []
    for condition in conditions {
      let part = resources.found(by: condition)
      #expect(part.count <= PackedParts.mostResourcesOfPart && !part.isEmpty)
      found += part
    }
    #expect(found.count == hosts && Set(found).count == hosts)
    #expect(conditions.count <= 2 * (hosts / PackedParts.resources) + 1)
    #expect(resources.asked <= mostQuestions, "\(resources.asked)")
  }

  @Test("What can't be told apart is not asked for packed; nothing is one answer")
  func bounds() async throws {
    var same = Resources(names: Array(repeating: "vm", count: 2000))
    #expect(try await conditions(&same) == nil)
    var none = Resources(names: [])
    #expect(try await conditions(&none) == ["true"])
  }
}
