/// A choice of a form's field.
struct FormOption: Sendable {
  let value: String
  let title: String
  let isChosen: Bool

  static func list(_ choices: [(value: String, title: String)], chosen: String) -> [FormOption] {
    choices.map { FormOption(value: $0.value, title: $0.title, isChosen: $0.value == chosen) }
  }
}
