// Finds the fields of JSON objects: by what the user said, by names that are always read, and by the
// usual names among the fields at the beginning of a file.

internal import QACJSON

/// The fields of a file.
struct JSONLayout {
  /// The paths that are read.
  private(set) var paths: [JSONPath]
  /// The paths of the values at the beginning of the file, in the order in which they appear.
  private(set) var seen: [String] = []
  /// By role, the path that has a value most often, and the number of the examined objects that have
  /// one.
  private(set) var used: [JSONRole: String] = [:]
  private var counts: [JSONRole: Int] = [:]
  /// The number of examined texts that are objects.
  private(set) var objects = 0
  /// The numbers that times are.
  private(set) var times: [Int64] = []

  /// Examines `texts`, most of which should be JSON objects.
  init(_ texts: [UnsafeBufferPointer<UInt8>], _ columns: LogColumns) {
    paths = []
    for text in texts.prefix(LogHead.examinedLines) {
      var found: [String] = []
      if Self.collect(text, into: &found) {
        objects += 1
        for path in found where !seen.contains(path) && seen.count < 1_000 { seen.append(path) }
      }
    }
    paths = Self.paths(columns, seen)
    examine(texts)
  }

  /// The number of examined objects that have a value of `role`.
  func count(_ role: JSONRole) -> Int { counts[role, default: 0] }

  /// The names of the fields for a message.
  var list: String { seen.prefix(12).map { "\"\($0.prefix(40))\"" }.joined(separator: ", ") }

  private mutating func examine(_ texts: [UnsafeBufferPointer<UInt8>]) {
    // Each path alone, to know which one is used.
    var fields = JSONFields(paths)
    for text in texts.prefix(LogHead.examinedLines) where fields.parse(text) {
      for role in JSONRole.allCases where !fields[role].isEmpty {
        counts[role, default: 0] += 1
      }
      if let number = fields[.time].withUnsafeBufferPointer(NumberParser.time) {
        times.append(number)
      }
    }
    for path in paths.sorted(by: { $0.rank < $1.rank }) where used[path.role] == nil {
      let name = String(decoding: path.rests[0], as: UTF8.self)
      if seen.contains(name) { used[path.role] = name }
    }
  }

  // MARK: Paths

  private static func paths(_ columns: LogColumns, _ seen: [String]) -> [JSONPath] {
    var paths: [JSONPath] = []
    let flags: [(JSONRole, String?)] = [
      (.query, columns.query), (.time, columns.time), (.session, columns.session),
      (.user, columns.user), (.count, columns.count),
    ]
    for case (let role, let flag?) in flags { paths.append(JSONPath(role, flag, rank: 0)) }
    var free = Set(JSONRole.allCases).subtracting(paths.map(\.role))
    for (role, names) in known where free.contains(role) {
      paths += names.map { JSONPath(role, $0, rank: 1) }
      // Other fields are only guessed where there is none of these.
      if names.contains(where: seen.contains) { free.remove(role) }
    }
    var more: [JSONPath] = []
    for path in seen {
      guard let (role, rank) = meaning(of: path), free.contains(role) else { continue }
      more.append(JSONPath(role, path, rank: rank))
    }
    // The sort is stable in effect: paths of equal rank keep the order in which they were seen.
    let order = more.indices.sorted { (more[$0].rank, $0) < (more[$1].rank, $1) }
    return Array((paths + order.map { more[$0] }).prefix(JSONFields.mostPaths))
  }

  /// Fields that are read wherever they appear in a file.
  private static let known: [(JSONRole, [String])] = [
    (.session, ["session", "session_id"]), (.user, ["user", "user_id"]),
    (.time, ["time", "timestamp", "at", "ts"]), (.query, ["query", "q"]),
    (.thread, ["thread"]), (.place, ["place"]), (.outcome, ["outcome"]), (.item, ["item"]),
    (.kind, ["kind"]), (.typed, ["prefixes", "typed"]),
  ]

  /// What the value at `path` usually is, and its rank: shallow paths and usual names come first.
  private static func meaning(of path: String) -> (JSONRole, Int)? {
    let parts = path.utf8.split(separator: 0x2E)
    guard let last = parts.last else { return nil }
    // `user.id` is a user, and so is `context.user.id`.
    let two = parts.suffix(2).joined()
    let depth = parts.count - 1
    if let role = requestNames[UsualNames.key(of: last)] { return (role, 10 + depth) }
    for name in [Array(two), Array(last)] {
      guard let (role, rank) = UsualNames.meaning(of: name), rank < UsualNames.vagueRank else {
        continue
      }
      switch role {
      case .query: return (.query, 10 + 4 * rank + depth)
      case .time: return (.time, 10 + 4 * rank + depth)
      case .session: return (.session, 10 + depth)
      case .user: return (.user, 10 + depth)
      case .count: return rank < 2 ? (.count, 10 + 4 * rank + depth) : nil
      case .previous: return nil
      }
    }
    return nil
  }

  private static let requestNames: [String: JSONRole] = [
    "requesturi": .target, "uri": .target, "request": .target, "url": .target, "path": .target,
    "requesturl": .target, "originalurl": .target, "requestpath": .target,
    "method": .method, "requestmethod": .method, "verb": .method,
    "status": .status, "statuscode": .status, "responsecode": .status,
    "remoteaddr": .address, "remoteip": .address, "clientip": .address, "ip": .address,
    "remotehost": .address, "clientaddr": .address, "remoteaddress": .address,
    "httpuseragent": .agent, "useragent": .agent, "agent": .agent,
    "timelocal": .time, "msec": .time,
  ]

  // MARK: What is there

  /// Appends the paths of all values in `text` that are no objects; false if it is no object.
  private static func collect(
    _ text: UnsafeBufferPointer<UInt8>, into paths: inout [String]
  ) -> Bool {
    var scanner = JSONScanner(text, acceptsAnyText: true, maximumDepth: .max)
    do throws(JSONFault) {
      guard scanner.next() == 0x7B else { return false }
      try collect(&scanner, "", depth: 0, into: &paths)
      try scanner.end()
      return true
    } catch {
      return false
    }
  }

  private static func collect(
    _ scanner: inout JSONScanner, _ prefix: String, depth: Int, into paths: inout [String]
  ) throws(JSONFault) {
    try scanner.open(depth: depth)
    if scanner.take(0x7D) { return }
    repeat {
      let name = prefix + String(decoding: scanner.text(try scanner.key()), as: UTF8.self)
      if scanner.next() == 0x7B, depth < 6 {
        try collect(&scanner, name + ".", depth: depth + 1, into: &paths)
      } else {
        if paths.count < 200 { paths.append(name) }
        try scanner.skipValue(depth: depth + 1)
      }
    } while try scanner.hasAnother(closing: 0x7D)
  }
}
