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

  /// ``DetailTemplate`` in SQL; in PL/pgSQL, which keeps what it has made ready from row to row.
  private static let details = [
    #"""
    CREATE FUNCTION qql_marked(text) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT CASE WHEN $1 COLLATE "C" ~ '[\u0001-\u0004]' THEN 1 ELSE 0 END $$
    """#,
    // All but unreserved characters (RFC 3986), by the given digits.
    """
    CREATE FUNCTION percent_encoded(plain text, digits text) RETURNS text \(procedure)
    BEGIN
      IF plain COLLATE "C" ~ '^[A-Za-z0-9._~/-]*$' THEN RETURN replace(plain, '/', '%2' || substr(digits, 16, 1)); END IF;
      RETURN (SELECT string_agg(CASE WHEN b.byte < 128 AND chr(b.byte) COLLATE "C" ~ '[A-Za-z0-9._~-]' THEN chr(b.byte)
          ELSE '%' || substr(digits, (b.byte >> 4) + 1, 1) || substr(digits, (b.byte & 15) + 1, 1) END, '' ORDER BY b.place)
        FROM (SELECT place, get_byte(convert_to(plain, 'UTF8'), place) AS byte
          FROM generate_series(0, octet_length(plain) - 1) place) b);
    END $$
    """,
    """
    CREATE FUNCTION qql_expand(folded text, resource text) RETURNS text \(procedure)
    BEGIN
      IF left(folded, 1) = chr(4) THEN RETURN substr(folded, 2); END IF;
      IF resource = '' THEN RETURN folded; END IF;
      IF strpos(folded, chr(2)) > 0 THEN
        folded := replace(folded, chr(2), percent_encoded(resource, '0123456789ABCDEF'));
      END IF;
      IF strpos(folded, chr(3)) > 0 THEN
        folded := replace(folded, chr(3), percent_encoded(resource, '0123456789abcdef'));
      END IF;
      RETURN replace(folded, chr(1), resource);
    END $$
    """,
  ]

  private static let procedure = "LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$"
}
