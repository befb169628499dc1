/// What a process remembers of an inventory between two looks at its lists.
final class ListMemory: Sendable {
  let numbers = ListNumbers()
  let packs = PackMemory()
}
