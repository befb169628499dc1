/// A choice of a form's field.
struct FormOption: Sendable {
  let value: String
  let title: String
  let isSelected: Bool

  static func list(_ choices: [(value: String, title: String)], selected: String) -> [FormOption] {
    choices.map { FormOption(value: $0.value, title: $0.title, isSelected: $0.value == selected) }
  }
}
