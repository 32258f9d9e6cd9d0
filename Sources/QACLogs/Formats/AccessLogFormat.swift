// The format `access`: access logs of web servers, common or combined.
//
// The query is the value of a parameter of the address. A session is an address and an agent, hashed
// with a salt (`LogReadOptions.salt`): the address itself is not kept. Requests of robots, requests
// that failed and pages beyond the first are left out and counted.

internal import QACBinary

/// Access logs.
enum AccessLogFormat: LogFormatDefinition {
  static let format = LogFormat.access
  static let expected =
    "a web server's access log, common or combined, with the query in a parameter of the address"

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    let sureness = head.share { AccessLine($0) != nil }
    if sureness == 0, let guess = jsonGuess(head) { return guess }
    guard sureness > 0 || head.isNamed else { throw LogMismatch() }
    var layout = LogLayout(format)
    layout.hasTimes = true
    layout.hasSessions = true
    let parameter = head.columns.parameter ?? usualParameter(head)
    return LogGuess(
      sureness: sureness, layout: layout, detail: detail(parameter),
      reader: LineReader(Parser(parameter: parameter, salt: head.salt)))
  }

  private static func detail(_ parameter: String?) -> String {
    parameter.map { "the query is the parameter \($0)" }
      ?? "the query is the first parameter found of "
      + RequestQuery.usualParameters.joined(separator: ", ")
  }

  /// The guess for JSON lines with the address of a request and no field of a query.
  private static func jsonGuess(_ head: LogHead) -> LogGuess? {
    let fields = JSONLayout(head.lines, head.columns)
    let isWanted = head.columns.parameter != nil || head.isNamed || fields.count(.query) == 0
    guard isWanted, fields.count(.target) > 0, fields.count(.time) > 0,
      fields.count(.address) > 0
    else { return nil }
    var layout = LogLayout(format)
    layout.hasTimes = true
    layout.hasSessions = true
    layout.unit = TimeUnit.most(of: fields.times)
    let names = [JSONRole.target, .time, .address].compactMap { fields.used[$0] }
    return LogGuess(
      sureness: Double(fields.count(.target)) / Double(max(1, head.lines.count)), layout: layout,
      detail: "JSON with \(names.joined(separator: ", ")); \(detail(head.columns.parameter))",
      reader: LineReader(
        JSONParser(
          fields: JSONFields(fields.paths), unit: layout.unit,
          requests: SearchRequests(parameter: head.columns.parameter, salt: head.salt))))
  }

  /// The usual parameter that most requests at the beginning of the file have; nil if none has one.
  private static func usualParameter(_ head: LogHead) -> String? {
    var counts: [String: Int] = [:]
    for line in head.bytes.split(separator: 0x0A) {
      guard let line = AccessLine(.init(rebasing: line)) else { continue }
      RequestQuery.forEachParameter(line.target) { name, value in
        if let name = RequestQuery.usual(name), !value.isEmpty { counts[name, default: 0] += 1 }
      }
    }
    return RequestQuery.usualParameters.filter { counts[$0] != nil }
      .max { counts[$0, default: 0] < counts[$1, default: 0] }
  }

  private struct Parser: LogLineParser {
    private var requests: SearchRequests

    init(parameter: String?, salt: [UInt8]) {
      requests = SearchRequests(parameter: parameter, salt: salt)
    }

    mutating func parse(
      _ line: UnsafeBufferPointer<UInt8>, isFirst: Bool,
      _ body: (LogEntry) throws(LogError) -> Void
    ) throws(LogError) {
      // Comments begin the logs of some servers.
      if line[0] == 0x23 { return try body(.empty) }
      guard let line = AccessLine(line) else { return try body(.bad(.request)) }
      try requests.take(line, body)
    }
  }
}

/// A parser of lines of JSON that describe requests.
private struct JSONParser: LogLineParser {
  var fields: JSONFields
  let unit: TimeUnit
  var requests: SearchRequests

  mutating func parse(
    _ line: UnsafeBufferPointer<UInt8>, isFirst: Bool,
    _ body: (LogEntry) throws(LogError) -> Void
  ) throws(LogError) {
    guard fields.parse(line) else { return try body(.bad(.json)) }
    guard !fields[.target].isEmpty else { return try body(.leftOut(.noQuery)) }
    let time = fields[.time].withUnsafeBufferPointer { text in
      NumberParser.accessTime(text).map { .success($0) } ?? unit.time(text)
    }
    guard case .success(let seconds) = time else { return try body(.bad(.time)) }
    let status = fields[.status].withUnsafeBufferPointer(NumberParser.time) ?? 200
    try fields[.address].withUnsafeBufferPointer { (address) throws(LogError) in
      try fields[.agent].withUnsafeBufferPointer { (agent) throws(LogError) in
        try fields[.method].withUnsafeBufferPointer { (method) throws(LogError) in
          try fields[.target].withUnsafeBufferPointer { (target) throws(LogError) in
            let line = AccessLine(
              address: address, time: seconds, method: method, request: target, status: status,
              agent: agent)
            try requests.take(line, body)
          }
        }
      }
    }
  }
}

/// Makes records of requests. Its buffers are reused.
struct SearchRequests {
  private var query: RequestQuery?
  private let hash: SipHash
  private var key: [UInt8] = []
  private var person: [UInt8] = []

  /// Makes a reader of the values of `parameter`; if it is nil, of the first usual one that a
  /// request has.
  init(parameter: String?, salt: [UInt8]) {
    query = parameter.map { RequestQuery($0) }
    hash = SipHash(salt: salt)
  }

  /// Hands the entry of `line` to `body`.
  mutating func take(
    _ line: AccessLine, _ body: (LogEntry) throws(LogError) -> Void
  ) throws(LogError) {
    if query == nil { query = Self.usual(in: line.target) }
    // Without a query nothing else about a request matters.
    guard let none = query?.read(line.target) ?? (query == nil ? .noQuery : nil) else {
      if let omission = RequestKind.omission(
        method: line.method, status: line.status, agent: line.agent)
      {
        return try body(.leftOut(omission))
      }
      name(line)
      return try key.withUnsafeBufferPointer { (key) throws(LogError) in
        guard let query else { return }
        try query.text.withUnsafeBufferPointer { (text) throws(LogError) in
          try body(.record(LogRecord(key: key, query: text, time: line.time)))
        }
      }
    }
    try body(.leftOut(none))
  }

  /// Makes the session's name: 16 hexadecimal digits.
  private mutating func name(_ line: AccessLine) {
    person.removeAll(keepingCapacity: true)
    person.append(contentsOf: line.address)
    person.append(0)
    person.append(contentsOf: line.agent)
    let number = person.withUnsafeBufferPointer { hash.hash($0) }
    key.removeAll(keepingCapacity: true)
    for i in 0..<16 {
      let digit = UInt8(truncatingIfNeeded: number >> UInt64(60 - 4 * i)) & 15
      key.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
    }
  }

  private static func usual(in target: UnsafeBufferPointer<UInt8>) -> RequestQuery? {
    var found: String?
    RequestQuery.forEachParameter(target) { name, value in
      if found == nil, !value.isEmpty { found = RequestQuery.usual(name) }
    }
    return found.map { RequestQuery($0) }
  }
}

extension RequestQuery {
  /// The usual parameter with this name.
  static func usual(_ name: UnsafeBufferPointer<UInt8>) -> String? {
    usualParameters.first { name.elementsEqual($0.utf8) }
  }
}
