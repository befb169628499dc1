package import IsthmusCore

/// Which recommendations a list holds. There are some hundreds of them: a list reads all, and leaves out.
package struct ControlFilter: Sendable, Hashable {
  /// Words, each of which the title or the key holds, in any case.
  package var text = ""
  /// 1 to 5; empty for all.
  package var severities: Set<Int64> = []
  /// As sources name them, without case; empty for all.
  package var categories: Set<String> = []
  /// Those of a connector; nil for all.
  package var connector: String?
  /// Those that a host fails.
  package var isFailing = false

  package init() {}

  /// - Parameter row: As the inventory lists it.
  package func holds(_ row: JSONValue) -> Bool {
    if isFailing, (row["openFindings"]?.integer ?? 0) == 0 { return false }
    if !severities.isEmpty, !severities.contains(row["severity"]?.integer ?? 0) { return false }
    if let connector, row["connector"]?.string != connector { return false }
    let category = (row["recommendation"]?.string ?? "").lowercased()
    if !categories.isEmpty, !categories.contains(where: { $0.lowercased() == category }) { return false }
    let title = "\(row["findingDescription"]?.string ?? "") \(row["findingName"]?.string ?? "")".lowercased()
    return text.lowercased().split(whereSeparator: \.isWhitespace).allSatisfy { title.contains($0) }
  }
}
