extension Array {
  /// The elements in order, so many together; the last ones may be fewer.
  func batches(of count: Int) -> [[Element]] {
    stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
  }
}
