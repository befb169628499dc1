/// `/simulator/…`: what Azure has no counterpart for.
struct ControlEndpoint {
  let state: SimulatorState

  func answer(_ request: SimulatorRequest) -> Answer {
    let name = request.path.dropFirst().joined(separator: "/")
    switch (request.method, name) {
    case ("GET", "truth"): return .json(state.truth.json)
    case ("GET", "requests"): return .json(state.counts.json)
    case ("GET", "day"): return day()
    case ("POST", "day"): return setDay(request.body)
    case ("POST", "faults"): return setFaults(request.body)
    default: return Self.problem(404, "There is no \(request.method) /simulator/\(name).")
    }
  }

  private func day() -> Answer {
    let date = state.tenant.configuration.calendar.text(day: state.day.day, tickOfDay: 0).prefix(10)
    return .json(.bag([("day", .long(Int64(state.day.day))), ("date", .string(String(date)))]))
  }

  private func setDay(_ body: [UInt8]) -> Answer {
    guard case .object(let object)? = JSONTextParser.parse(String(decoding: body, as: UTF8.self)),
      case .long(let day)? = object["day"], TenantConfiguration.dayRange.contains(Int(day))
    else {
      let upper = TenantConfiguration.dayRange.upperBound
      return Self.problem(400, "The body must be {\"day\": N} with N from 0 to \(upper).")
    }
    state.setDay(Int(day))
    return self.day()
  }

  private func setFaults(_ body: [UInt8]) -> Answer {
    guard let json = JSONTextParser.parse(String(decoding: body, as: UTF8.self)) else {
      return Self.problem(400, "The body must be a JSON object of faults; {} clears them.")
    }
    do throws(FaultSyntaxError) {
      try state.setFaults(try FaultSettings(json: json))
      return .json(.bag([]))
    } catch {
      return Self.problem(400, error.description)
    }
  }

  private static func problem(_ status: Int, _ text: String) -> Answer {
    .json(.bag([("error", .string(text))]), status: status)
  }
}
