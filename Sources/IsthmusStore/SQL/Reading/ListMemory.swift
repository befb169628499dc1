/// What a process remembers of an inventory between two looks at its lists.
final class ListMemory: Sendable {
  let numbers = ListNumbers()
  let packs = PackMemory()
  let findings = ListFinds<PackedFindings?>()
  /// Their numbers, and whether they are all that there are.
  let assets = ListFinds<(numbers: [Int64], areAll: Bool)>()
}
