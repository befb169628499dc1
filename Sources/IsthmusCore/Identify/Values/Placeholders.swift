/// What makers and administrators write where there is no value.
enum Placeholders {
  /// Compared by letters and digits alone.
  private static let texts: Set<String> = [
    "na", "nil", "no", "none", "null", "unknown", "unknow", "undefined", "default", "empty", "invalid", "missing",
    "absent", "oem", "defaultstring", "notapplicable", "notavailable", "notdefined", "notpresent", "notset",
    "notspecified", "notspecifiedbyoem", "notused", "noassettag", "noassetinformation", "noserial", "noserialnumber",
    "tobefilledbyoem", "tobefilled", "tobedefined", "tbd", "badindex", "outofspec", "filledbyoem", "serial",
    "serialno", "sernum", "asset", "assettag", "productname", "systemproductname", "systemmanufacturer", "systemname",
  ]

  static func isPlaceholder(_ text: String) -> Bool {
    let folded = fold(text)
    return folded.isEmpty || texts.contains(folded)
  }

  /// Letters and digits in lower case.
  static func fold(_ text: String) -> String {
    var folded = String.UnicodeScalarView()
    for scalar in text.lowercased().unicodeScalars {
      let isKept =
        scalar.isASCII
        ? ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
        : scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      if isKept { folded.append(scalar) }
    }
    return String(folded)
  }
}
