/// Answers as they were written, for measuring a client: the same question costs the simulator nothing the second time.
struct AnswerMemory: Sendable {
  struct Key: Hashable, Sendable {
    /// The request as it came.
    var request: [UInt8]
    var tenant: Company
    var generation: Int
  }

  /// Bytes of answers that are kept at most; 0: none. Those that came first stay.
  let capacity: Int
  private var answers: [Key: [UInt8]] = [:]
  private var size = 0

  init(capacity: Int) { self.capacity = capacity }

  subscript(_ key: Key) -> [UInt8]? { answers[key] }

  mutating func keep(_ answer: [UInt8], for key: Key) {
    guard size + answer.count <= capacity, answers[key] == nil else { return }
    answers[key] = answer
    size += answer.count
  }

  /// The tenant has changed.
  mutating func forget() {
    answers = [:]
    size = 0
  }
}
