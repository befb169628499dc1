import IsthmusCore
import IsthmusStore

/// Schemas of answers that programs rely on. Members may be added in later versions.
extension APIRoutes {
  static let answerSchemas: [String: Schema] = [
    "Run": runSchema, "RunCounters": runCounters, "RunError": runError, "Check": checkSchema,
    "ConnectorKind": kindSchema, "ConnectorStatus": ConnectorStatus.schema, "Change": changeSchema,
    "ConfigurationOutcome": outcomeSchema, "Account": accountSchema, "Token": tokenSchema, "AuditEntry": auditSchema,
  ]

  // MARK: - Runs

  private static let runSchema = Schema.answer(
    .init("run", .text, required: true), .init("connector", .text, required: true),
    .init("profile", .text, required: true),
    .init("result", .text, required: true, "How it ended; running or interrupted if it has not."),
    .init("stage", .text, required: true), .init("transformMap", .text, required: true),
    .init("transformMapVersion", .count, required: true), .init("startedAt", .dateTime, required: true),
    .init("finishedAt", .nullable(.dateTime), required: true), .init("seconds", .number, required: true),
    .init("resumptions", .count, required: true), .init("assets", .count, required: true),
    .init("findings", .count, required: true), .init("created", .count, required: true),
    .init("updated", .count, required: true), .init("fixed", .count, required: true),
    .init("reopened", .count, required: true), .init("rejected", .count, required: true),
    .init("requests", .count, required: true), .init("counters", .reference("RunCounters"), required: true),
    .init("expected", .nullable(.count), required: true, "Records of the listing under way, as far as it is known."),
    .init("error", .nullable(.reference("RunError")), required: true),
    .init(
      "coverage",
      .list(
        .answer(
          .init("stream", .text, required: true), .init("subscription", .text, required: true),
          .init("name", .text, required: true), .init("received", .count, required: true),
          .init("total", .nullable(.count), required: true, "The source's own count."),
          .init("coverage", .text, required: true))), "Of one run: the proof of what it listed."))

  private static let runError = Schema.answer(
    .init("kind", .text, required: true), .init("summary", .text, required: true),
    .init("remedy", .text, required: true))

  private static let streamCounters = Schema.answer(
    .init("fetched", .count), .init("created", .count), .init("updated", .count), .init("unchanged", .count),
    .init("merged", .count), .init("rejected", .count), .init("fixed", .count), .init("reopened", .count),
    .init("gone", .count), .init("droppedValues", .count))

  /// A run that has not come to its first page has none of them.
  private static let runCounters = Schema.answer(
    .init("assets", streamCounters), .init("findings", streamCounters), .init("leftOut", .object([], others: .count)),
    .init("requests", .count), .init("retries", .count), .init("waitedSeconds", .number),
    .init("unexpectedSeverities", .object([], others: .count)))

  static let logLine = Schema.answer(
    .init("at", .dateTime, required: true), .init("level", .text, required: true),
    .init("message", .text, required: true))

  static let rejectSchema = Schema.answer(
    .init("kind", .text, required: true), .init("stream", .text, required: true),
    .init("subscription", .nullable(.text), required: true), .init("recordId", .nullable(.text), required: true),
    .init("target", .nullable(.text), required: true), .init("reason", .text, required: true),
    .init("raw", .text, required: true, "What came, shortened."))

  static let asked = Schema.answer(.init("asked", .boolean, required: true))

  // MARK: - Connectors and configuration

  private static let checkSchema = Schema.answer(
    .init("passed", .boolean, required: true),
    .init(
      "steps",
      .list(
        .answer(
          .init("title", .text, required: true),
          .init("result", .choice(["passed", "warning", "failed", "skipped"]), required: true),
          .init("detail", .text, required: true), .init("remedy", .text, required: true))), required: true),
    .init("hosts", .nullable(.count), required: true), .init("findings", .nullable(.count), required: true),
    .init("requests", .nullable(.count), required: true), .init("seconds", .nullable(.count), required: true))

  private static let kindSchema = Schema.answer(
    .init("name", .text, required: true), .init("productName", .text, required: true),
    .init("vendorName", .text, required: true), .init("description", .text, required: true),
    .init(
      "settings",
      .list(
        .answer(
          .init("key", .text, required: true),
          .init(
            "form", .choice(["text", "url", "guid", "secret", "secretFile", "path", "choice", "listOrAll", "list"]),
            required: true),
          .init("required", .boolean, required: true),
          .init("oneOf", .nullable(.text), required: true, "Of those with the same word here exactly one is given."),
          .init("description", .text, required: true), .init("choices", .list(.text), "Of the form choice."))),
      required: true),
    .init("sourceModel", .text, required: true), .init("defaultMap", .text, required: true))

  private static let outcomeSchema = Schema.answer(
    .init(
      "changes",
      .list(
        .answer(
          .init("kind", .text, required: true), .init("name", .text, required: true),
          .init("action", .choice(["create", "change", "delete"]), required: true),
          .init(
            "differences",
            .list(
              .answer(
                .init("path", .text, required: true), .init("before", .any, required: true),
                .init("after", .any, required: true))), required: true, "Leaf by leaf."))), required: true),
    .init(
      "scores",
      .nullable(
        .answer(
          .init("assets", .count, required: true), .init("changedScores", .count, required: true),
          .init("changedBands", .count, required: true),
          .init(
            "moves",
            .list(
              .answer(
                .init("from", .text, required: true), .init("to", .text, required: true),
                .init("assets", .count, required: true))), required: true))), required: true,
      "null: no score can change by it."),
    .init(
      "tags",
      .answer(.init("changedAssets", .count, required: true), .init("changedScores", .count, required: true)),
      required: true),
    .init("identifiedAssets", .count, required: true),
    .init("deferred", .list(.text), required: true, "Connectors whose run goes on by what it began with."))

  // MARK: - Decisions

  private static let changeSchema = Schema.answer(
    .init("step", .nullable(.count), required: true, "Takes the act back by its number."),
    .init(
      "assets",
      .list(
        .answer(
          .init("id", .text, required: true), .init("mergedInto", .nullable(.text), required: true),
          .init("sources", .list(.text), required: true), .init("truRiskScore", .integer(0...1000), required: true))),
      required: true))

  // MARK: - Accounts

  private static let role = Schema.choice(Role.allCases.map(\.rawValue))

  private static let accountSchema = Schema.answer(
    .init("id", .text, required: true), .init("name", .text, required: true), .init("role", role, required: true),
    .init("status", .choice(["active", "disabled"]), required: true),
    .init("signsInBy", .choice(["password", "identity provider"]), required: true),
    .init("madeAt", .dateTime, required: true), .init("lastSignIn", .nullable(.dateTime), required: true))

  private static let tokenSchema = Schema.answer(
    .init("id", .text, required: true), .init("name", .text, required: true), .init("role", role, required: true),
    .init("madeBy", .text, required: true), .init("madeAt", .dateTime, required: true),
    .init("expiresAt", .dateTime, required: true), .init("lastUsed", .nullable(.dateTime), required: true),
    .init("token", .text, "Its text, in the answer that made it alone."))

  private static let auditSchema = Schema.answer(
    .init("number", .count, required: true), .init("at", .dateTime, required: true),
    .init("actor", .text, required: true), .init("actorKind", .choice(["user", "token", "system"]), required: true),
    .init("address", .nullable(.text), required: true),
    .init("action", .text, required: true), .init("subject", .text, required: true),
    .init("before", .any, required: true, "null: it was not there."),
    .init("after", .any, required: true, "null: it is not there any more."))
}
