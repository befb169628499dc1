import Testing

@testable import AzureSimulator

@Suite("Scalar functions")
struct ScalarFunctionTests {
  static let texts: [(String, String)] = [
    (#"tolower("AbÇ")"#, #""abç""#),
    (#"toupper("ab")"#, #""AB""#),
    (#"strlen("añb")"#, "3"),
    (#"strcat("a", 1, true, "b")"#, #""a1trueb""#),
    (#"strcat_delim("-", "a", "b", "c")"#, #""a-b-c""#),
    (#"strcat_array(dynamic(["a", 2]), "; ")"#, #""a; 2""#),
    (#"strcmp("a", "b")"#, "-1"),
    (#"substring("abcdef", 2)"#, #""cdef""#),
    (#"substring("abcdef", 2, 3)"#, #""cde""#),
    (#"substring("abcdef", -2, 1)"#, #""e""#),
    (#"substring("abc", 9)"#, #""""#),
    (#"indexof("abcabc", "c")"#, "2"),
    (#"indexof("abcabc", "c", 3)"#, "5"),
    (#"indexof("abcabc", "x")"#, "-1"),
    (#"indexof("abcabc", "c", 0, -1, 2)"#, "5"),
    (#"split("a/b/c", "/")"#, #"["a","b","c"]"#),
    (#"split("a/b/c", "/")[-1]"#, #""c""#),
    (#"split("a/b/c", "/", 1)"#, #"["b"]"#),
    (#"split("", "/")"#, #"[""]"#),
    (#"replace_string("a.b.c", ".", "-")"#, #""a-b-c""#),
    (#"replace(@"b+", "x", "abbbc")"#, #""axc""#),
    (#"replace_regex("a1b22", @"(\d+)", @"<\1>")"#, #""a<1>b<22>""#),
    (#"trim(" ", "  a b ")"#, #""a b""#),
    (#"trim(@"[^\w]+", "--ab--")"#, #""ab""#),
    (#"trim_start("x", "xxaxx")"#, #""axx""#),
    (#"trim_end("x", "xxaxx")"#, #""xxa""#),
    (#"extract(@"/subscriptions/([^/]+)", 1, "/subscriptions/abc/x")"#, #""abc""#),
    (#"extract("(\\d+)", 1, "a12", typeof(long))"#, "12"),
    (#"extract("z(.)", 1, "abc")"#, #""""#),
    (#"extract_all(@"(\d)", "a1b2")"#, #"["1","2"]"#),
    (#"extract_all(@"(\w)(\d)", "a1b2")"#, #"[["a","1"],["b","2"]]"#),
    (#"extract_all(@"(\w)(\d)", dynamic([2]), "a1b2")"#, #"["1","2"]"#),
    (#"url_decode("a%20b%2Fc")"#, #""a b/c""#),
    (#"url_encode_component("a b/c")"#, #""a%20b%2fc""#),
    (#"countof("a,b,c", ",")"#, "2"),
    (#"base64_encode_tostring("Hello!!")"#, #""SGVsbG8hIQ==""#),
    (#""a" "b" 'c'"#, #""abc""#),
    (#"@"c:\x""y" "#, #""c:\\x\"y""#),
    (#"h"secret""#, #""secret""#),
    (#"'it\'s \u0041\t'"#, #""it's A\t""#),
  ]

  static let conversions: [(String, String)] = [
    ("tostring(5)", #""5""#),
    ("tostring(1.5)", #""1.5""#),
    ("tostring(true)", #""true""#),
    ("tostring(dynamic(null))", #""""#),
    (#"tostring(dynamic({"a": [1, "x"], 'b': null}))"#, #""{\"a\":[1,\"x\"],\"b\":null}""#),
    ("tostring(datetime(2024-10-16))", #""2024-10-16T00:00:00.0000000Z""#),
    ("tostring(1d + 2h)", #""1.02:00:00""#),
    (#"toint("12")"#, "12"),
    (#"tolong("x")"#, "null"),
    ("tolong(3.9)", "3"),
    (#"todouble("2.50")"#, "2.5"),
    (#"tobool("TRUE")"#, "true"),
    (#"todatetime("2024-10-16T07:25:23.1360003Z")"#, #""2024-10-16T07:25:23.1360003Z""#),
    (#"todatetime("2024-10-16T02:00:00+02:00")"#, #""2024-10-16T00:00:00.0000000Z""#),
    (#"todatetime("10/16/2024 1:02:03 PM")"#, #""2024-10-16T13:02:03.0000000Z""#),
    (#"todatetime("2023-02-29")"#, "null"),
    (#"toguid("0A0B0C0D0E0F01020304050607080910")"#, #""0a0b0c0d-0e0f-0102-0304-050607080910""#),
    (#"parse_json("{\"a\":1}").a"#, "1"),
    (#"parse_json("plain text")"#, #""plain text""#),
    ("gettype(1)", #""long""#),
    ("gettype(dynamic([1]))", #""array""#),
    (#"gettype(parse_json("{}"))"#, #""dictionary""#),
    ("isnull(dynamic(null))", "true"),
    (#"isnull("")"#, "false"),
    (#"isempty("")"#, "true"),
    ("isempty(dynamic(null))", "true"),
    (#"isnotempty("a")"#, "true"),
    (#"coalesce("", "b")"#, #""b""#),
    ("coalesce(long(null), 3)", "3"),
    (#"iff(1 < 2, "y", "n")"#, #""y""#),
    (#"case(false, "a", true, "b", "c")"#, #""b""#),
    (#"case(false, 1, 2.5)"#, "2.5"),
    ("not(bool(null))", "null"),
  ]

  static let numbersAndDates: [(String, String)] = [
    ("1 + 2 * 3 - 4 / 2", "5"),
    ("(1 + 2) * 3", "9"),
    ("7 / 2", "3"),
    ("7 / 2.0", "3.5"),
    ("-7 % 4", "-3"),
    ("1 / 0", "null"),
    ("0x1F", "31"),
    ("9223372036854775807 + 1", "null"),
    ("round(2.345, 2)", "2.35"),
    ("round(100.0 * 1 / 3, 1)", "33.3"),
    ("bin(17, 5)", "15"),
    ("floor(-1, 5)", "-5"),
    ("bin(datetime(2024-10-16T07:25:23Z), 1h)", #""2024-10-16T07:00:00.0000000Z""#),
    ("bin(datetime(2024-10-16), 7d)", #""2024-10-14T00:00:00.0000000Z""#),
    ("max_of(1, 5, 3)", "5"),
    ("now()", #""2025-01-02T03:04:05.0000000Z""#),
    ("ago(1d)", #""2025-01-01T03:04:05.0000000Z""#),
    ("now(-30m)", #""2025-01-02T02:34:05.0000000Z""#),
    ("datetime(2024-03-01) - datetime(2024-02-28)", #""2.00:00:00""#),
    ("datetime(2024-03-01) - 1tick", #""2024-02-29T23:59:59.9999999Z""#),
    ("1d / 1h", "24.0"),
    (
      #"format_datetime(datetime(2024-03-09T05:06:07.89Z), "yyyy-MM-dd HH:mm:ss.fff tt")"#,
      #""2024-03-09 05:06:07.890 AM""#
    ),
    (#"datetime_diff("day", datetime(2024-03-01), datetime(2024-02-28))"#, "2"),
    (#"datetime_diff("month", datetime(2024-03-01), datetime(2023-12-31))"#, "3"),
    (#"datetime_diff('hour', datetime(2024-03-01T01:00:00Z), datetime(2024-03-01T02:59:00Z))"#, "-1"),
    (#"datetime_add("month", 1, datetime(2024-01-31))"#, #""2024-02-29T00:00:00.0000000Z""#),
    (#"datetime_part("year", datetime(2024-01-31))"#, "2024"),
    ("startofweek(datetime(2024-10-16))", #""2024-10-13T00:00:00.0000000Z""#),
    ("endofmonth(datetime(2024-02-10))", #""2024-02-29T23:59:59.9999999Z""#),
    ("todatetime(\"1969-12-31T23:59:59Z\") < datetime(1970-01-01)", "true"),
  ]

  static let dynamics: [(String, String)] = [
    ("array_length(dynamic([1, 2]))", "2"),
    ("array_length(dynamic({}))", "null"),
    ("array_concat(dynamic([1]), dynamic([2, 3]))", "[1,2,3]"),
    ("array_slice(dynamic([1, 2, 3, 4]), 1, -2)", "[2,3]"),
    (#"pack_array(1, "a")"#, #"[1,"a"]"#),
    (#"pack("a", 1, "b", dynamic([2]))"#, #"{"a":1,"b":[2]}"#),
    (#"bag_pack("a", datetime(2024-01-01))"#, #"{"a":"2024-01-01T00:00:00.0000000Z"}"#),
    (#"bag_keys(dynamic({"x": 1, "y": 2}))"#, #"["x","y"]"#),
    (#"set_has_element(dynamic(["a", "b"]), "b")"#, "true"),
    ("set_has_element(dynamic([1]), 2)", "false"),
    (#"dynamic({"a": {"b": [10, 20]}}).a["b"][-1]"#, "20"),
    (#"dynamic({"a": 1})["A"]"#, "null"),
    (#"dynamic({"odata.type": "t"}).['odata.type']"#, #""t""#),
    ("dynamic([1, -2.5, true, null])", "[1,-2.5,true,null]"),
    ("array_sort_asc(dynamic([3, 1, null, 2]))", "[1,2,3,null]"),
  ]

  @Test("Functions give what the language's reference says", arguments: texts + conversions)
  func functionOfText(expression: String, expected: String) throws {
    #expect(try KQLFixture().evaluate(expression) == expected)
  }

  @Test("Numbers, dates and dynamic values likewise", arguments: numbersAndDates + dynamics)
  func functionOfNumber(expression: String, expected: String) throws {
    #expect(try KQLFixture().evaluate(expression) == expected)
  }

  static let extremes: [(String, String)] = [
    ("datetime(9999-12-31T23:59:59Z) + 1d", "null"), ("datetime(0001-01-01) - 1tick", "null"),
    ("bin(datetime(0001-01-01), 3650d)", #""0001-01-01T00:00:00.0000000Z""#),
    ("datetime_add('day', -9223372036854775807 - 1, now())", "null"),
    ("endofday(now(), 9223372036854775807)", "null"), ("round(1.5, -9223372036854775807 - 1)", "0.0"),
    ("indexof('abc', 'c', 9223372036854775807)", "-1"), ("substring('abc', -9223372036854775807 - 1)", #""abc""#),
    ("(-9223372036854775807 - 1) / -1", "null"), ("(-9223372036854775807 - 1) % -1", "null"),
    ("tolong(1e300)", "null"), ("unixtime_seconds_todatetime(1e300)", "null"),
    ("array_slice(dynamic([1, 2]), -9223372036854775807, 9223372036854775807)", "[1,2]"),
    ("abs(-9223372036854775807 - 1)", "null"), ("1d * 1e300", "null"),
  ]

  @Test("Values out of range are null or clamped, never a trap", arguments: extremes)
  func extreme(expression: String, expected: String) throws {
    #expect(try KQLFixture().evaluate(expression) == expected)
  }

  @Test("A function computed from a column gives what it gives for a constant")
  func columnsAndConstantsAgree() throws {
    let fixture = KQLFixture()
    let query = "where name == 'vm-a' | project a = toupper(name), b = strcat(name, '/', properties.vmId), "
    let rest = "c = substring(name, 3), d = array_length(properties.networkProfile.networkInterfaces)"
    #expect(try fixture.json(query + rest) == #"[{"a":"VM-A","b":"vm-a/A1","c":"a","d":2}]"#)
  }
}
