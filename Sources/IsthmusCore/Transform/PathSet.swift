/// All paths that a map reads, merged into one tree, so that one walk over a record finds every value
/// and skips what no path names. The cost per record does not grow with the number of rows that share a prefix.
///
/// Immutable after `init`, hence safe to share.
final class PathSet: @unchecked Sendable {
  /// A named member that some path goes through.
  private struct Child {
    var name: UnsafePointer<UInt8>
    var nameLength: Int
    var node: Int
  }

  private struct Node {
    /// The slot that takes the value found here; -1 if no path ends here.
    var slot: Int = -1
    var firstChild = 0
    var childCount = 0
    var elements: [(index: Int, node: Int)] = []
  }

  private let nodes: UnsafeMutablePointer<Node>
  private let nodeCount: Int
  private let children: UnsafeMutablePointer<Child>
  private let names: UnsafeMutablePointer<UInt8>
  /// The number of different paths; slot `n` belongs to the path that got number `n` in `init`.
  let slotCount: Int

  /// - Parameter paths: Different paths; their places are the slots.
  init(_ paths: [SourceExpression.Path]) {
    var building = [Builder()]
    for (slot, path) in paths.enumerated() {
      var node = 0
      for step in path {
        if let next = building[node].next(step) {
          node = next
        } else {
          building.append(Builder())
          building[node].steps.append((step, building.count - 1))
          node = building.count - 1
        }
      }
      building[node].slot = slot
    }
    slotCount = paths.count
    nodeCount = building.count
    nodes = .allocate(capacity: building.count)
    var allNames: [UInt8] = []
    var allChildren: [(offset: Int, length: Int, node: Int)] = []
    for (index, builder) in building.enumerated() {
      var node = Node(slot: builder.slot, firstChild: allChildren.count)
      for (step, target) in builder.steps {
        switch step {
        case .member(let name):
          allChildren.append((allNames.count, name.utf8.count, target))
          allNames.append(contentsOf: name.utf8)
          node.childCount += 1
        case .index(let position): node.elements.append((position, target))
        }
      }
      (nodes + index).initialize(to: node)
    }
    names = .allocate(capacity: max(allNames.count, 1))
    names.initialize(from: allNames, count: allNames.count)
    children = .allocate(capacity: max(allChildren.count, 1))
    for (index, child) in allChildren.enumerated() {
      let placed = Child(name: names + child.offset, nameLength: child.length, node: child.node)
      (children + index).initialize(to: placed)
    }
  }

  deinit {
    nodes.deinitialize(count: nodeCount)
    nodes.deallocate()
    children.deallocate()
    names.deallocate()
  }

  /// Writes the place after that of each path's value into `slots`; 0 stands for a value that is missing.
  func find(in record: JSONSlice, slots: UnsafeMutablePointer<Int32>) {
    slots.update(repeating: 0, count: slotCount)
    visit(nodes, record, slots)
  }

  private func visit(_ node: UnsafePointer<Node>, _ value: JSONSlice, _ slots: UnsafeMutablePointer<Int32>) {
    if node.pointee.slot >= 0 { slots[node.pointee.slot] = Int32(truncatingIfNeeded: value.index + 1) }
    if node.pointee.childCount > 0, value.kind == .object { visitMembers(node, value, slots) }
    if !node.pointee.elements.isEmpty, value.kind == .array { visitElements(node, value, slots) }
  }

  private func visitMembers(_ node: UnsafePointer<Node>, _ value: JSONSlice, _ slots: UnsafeMutablePointer<Int32>) {
    let tape = value.tape
    let end = Int(tape[value.index].end)
    let first = children + node.pointee.firstChild
    let count = node.pointee.childCount
    var cursor = value.index + 1
    while cursor < end {
      let key = tape[cursor]
      if key.hasEscapes {
        var name = value.at(cursor).string ?? ""
        name.withUTF8 { bytes in
          visitMember(named: bytes.baseAddress, bytes.count, among: first, count, at: value.at(cursor + 1), slots)
        }
      } else {
        let name = value.bytes + Int(key.offset)
        visitMember(named: name, Int(key.length), among: first, count, at: value.at(cursor + 1), slots)
      }
      cursor = Int(tape[cursor + 1].end)
    }
  }

  @inline(__always)
  private func visitMember(
    named name: UnsafePointer<UInt8>?, _ length: Int, among first: UnsafePointer<Child>, _ count: Int,
    at value: JSONSlice, _ slots: UnsafeMutablePointer<Int32>
  ) {
    guard let name else { return }
    for index in 0..<count where first[index].nameLength == length {
      let child = first[index]
      if equal(child.name, name, length) {
        visit(nodes + child.node, value, slots)
        return
      }
    }
  }

  private func visitElements(_ node: UnsafePointer<Node>, _ value: JSONSlice, _ slots: UnsafeMutablePointer<Int32>) {
    let places = value.elements.map(\.index)
    for (index, target) in node.pointee.elements {
      let position = index < 0 ? places.count + index : index
      if places.indices.contains(position) { visit(nodes + target, value.at(places[position]), slots) }
    }
  }

  @inline(__always)
  private func equal(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    for offset in 0..<length where a[offset] != b[offset] { return false }
    return true
  }

  private struct Builder {
    var slot = -1
    var steps: [(step: SourceExpression.Step, node: Int)] = []
    func next(_ step: SourceExpression.Step) -> Int? { steps.first { $0.step == step }?.node }
  }
}
