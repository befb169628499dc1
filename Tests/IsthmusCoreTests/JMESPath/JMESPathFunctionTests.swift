import IsthmusCore
import Testing

@Suite("JMESPath's functions")
struct JMESPathFunctionTests {
  @Test("Each function's example gives what it says", arguments: JMESPathFunction.allCases)
  func example(_ function: JMESPathFunction) throws {
    let example = function.example
    #expect(example.expression.contains("\(function.rawValue)("))
    #expect(function.signature.hasPrefix("\(function.rawValue)("))
    #expect(!function.summary.isEmpty)
    let result = try JMESPath(example.expression).evaluate(JSONValue(parsing: example.value))
    #expect(result.text() == example.result)
  }
}
