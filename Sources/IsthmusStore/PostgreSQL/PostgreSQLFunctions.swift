/// What the store's SQL calls and PostgreSQL does not have, or has with another meaning: made in the store's schema, which
/// stands before PostgreSQL's own in the search path.
enum PostgreSQLFunctions {
  static let statements =
    [
      // In the order of code points, wherever texts come from a function's rows.
      "CREATE DOMAIN ctext AS text COLLATE \"C\"",
      "CREATE FUNCTION instr(text, text) RETURNS integer \(pure) AS $$ SELECT strpos($1, $2) $$",
      // Of two numbers: null if either is.
      """
      CREATE FUNCTION max(bigint, bigint) RETURNS bigint \(pure)
      AS $$ SELECT CASE WHEN $1 >= $2 THEN $1 WHEN $2 > $1 THEN $2 END $$
      """,
      // Half up; PostgreSQL's own goes to the even number. Scores are not negative.
      "CREATE FUNCTION round(double precision) RETURNS double precision \(pure) AS $$ SELECT floor($1 + 0.5) $$",
      """
      CREATE FUNCTION swiftLowercaseString(text) RETURNS text \(pure)
      AS $$ SELECT CASE WHEN octet_length($1) = length($1) THEN lower($1 COLLATE "C")
        ELSE translate(replace($1, '\u{130}', 'i\u{307}'), '\(letters.upper)', '\(letters.lower)') END $$
      """,
    ] + json + details

  private static let pure = "LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE"

  /// Lower case letter by letter, as ``WordRules`` folds: lower() knows what the database's locale does.
  private static let letters: (upper: String, lower: String) = {
    var (upper, lower) = (String.UnicodeScalarView(), String.UnicodeScalarView())
    for value in UInt32(0)...0x1FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let mapped = scalar.properties.lowercaseMapping.unicodeScalars
      guard mapped.count == 1, let first = mapped.first, first != scalar else { continue }
      upper.append(scalar)
      lower.append(first)
    }
    return (String(upper), String(lower))
  }()

  // MARK: - JSON

  /// JSON may hold a null character, which PostgreSQL's texts may not: see ``PostgreSQLValues``.
  private static let document = #"replace($1, '\u0000', '\ufdd0')::json"#

  private static let json = [
    // Of paths `$.name` only.
    "CREATE FUNCTION json_extract(text, text) RETURNS text \(pure) AS $$ SELECT \(document) ->> substr($2, 3) $$",
    "CREATE FUNCTION json_list(text) RETURNS text \(pure) AS $$ SELECT json_build_array($1)::text $$",
    // Elements of a list or members of an object. A boolean's type is its value.
    """
    CREATE FUNCTION json_each(text) RETURNS TABLE (id bigint, key ctext, value ctext, type text) \(pure) ROWS 4
    AS $$ SELECT e.id, e.key, e.value #>> '{}', CASE WHEN json_typeof(e.value) = 'boolean' THEN e.value #>> '{}'
        ELSE json_typeof(e.value) END
      FROM (SELECT \(document) AS document) d CROSS JOIN LATERAL (
        SELECT m.id, m.key, m.value FROM pg_catalog.json_each(
          CASE WHEN json_typeof(d.document) = 'object' THEN d.document END) WITH ORDINALITY m (key, value, id)
        UNION ALL
        SELECT l.id, (l.id - 1)::text, l.value FROM json_array_elements(
          CASE WHEN json_typeof(d.document) = 'array' THEN d.document END) WITH ORDINALITY l (value, id)) e
    $$
    """,
    """
    CREATE FUNCTION json_each(text, text) RETURNS TABLE (id bigint, key ctext, value ctext, type text) \(pure) ROWS 4
    AS $$ SELECT * FROM json_each(json_extract($1, $2)) $$
    """,
  ]

  // MARK: - Details of findings

  /// ``DetailTemplate`` in SQL.
  private static let details = [
    // All but unreserved characters (RFC 3986); digits of 15 or more in the case of the second text.
    """
    CREATE FUNCTION percent_encoded(text, text) RETURNS text \(pure)
    AS $$ SELECT CASE WHEN $1 COLLATE "C" ~ '^[A-Za-z0-9._~/-]*$' THEN replace($1, '/', '%2' || substr($2, 16, 1))
      ELSE (SELECT string_agg(CASE WHEN chr(byte) COLLATE "C" ~ '[A-Za-z0-9._~-]' AND byte < 128 THEN chr(byte)
          ELSE '%' || substr($2, (byte >> 4) + 1, 1) || substr($2, (byte & 15) + 1, 1) END, '' ORDER BY place)
        FROM (SELECT place, get_byte(convert_to($1, 'UTF8'), place) AS byte
          FROM generate_series(0, octet_length($1) - 1) place WHERE get_byte(convert_to($1, 'UTF8'), place) > 0) b) END $$
    """,
    """
    CREATE FUNCTION qql_expand(text, text) RETURNS text \(pure)
    AS $$ SELECT CASE WHEN left($1, 1) = chr(4) THEN substr($1, 2) WHEN $2 = '' THEN $1
      ELSE replace(replace(replace($1, chr(1), $2), chr(2), percent_encoded($2, '0123456789ABCDEF')),
        chr(3), percent_encoded($2, '0123456789abcdef')) END $$
    """,
  ]
}
