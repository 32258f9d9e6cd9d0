// Reads the few fields of interest out of one JSON object, in one pass over its bytes.
//
// A field is named by a path: `user.id` is the member `id` of the object `user`, or a member whose
// name is `user.id`. It reads by the rules of `JSONScanner`, with two exceptions: strings may hold
// raw control characters and bytes that are not UTF-8, because the other formats accept these too,
// and values may nest to any depth. If several paths of one field have a value, that of the lowest
// rank counts, and of equal ranks the last one. `null`, true, false, arrays and objects count as no text;
// in an agent, an array counts as its first text, as some servers write headers; a number counts as the text that it is
// written as.
// Cost: every byte is looked at once, and those of the fields twice; the buffers are reused. Only
// objects on a path are entered, so nesting is bounded by the paths.

internal import QACJSON

/// What a field of an object holds.
enum JSONRole: Int, CaseIterable {
  case query, time, session, user, count
  // Of requests to a web server.
  case target, method, status, address, agent
  // Of what a daemon exports.
  case thread, place, outcome, item, kind
  /// What stood in the box: one text, or an array of texts, which are read with line ends between
  /// them.
  case typed
}

/// A place in an object.
struct JSONPath: Equatable {
  let role: JSONRole
  let rank: Int
  let parts: [[UInt8]]
  /// For each part, the name of a member that stands for it and all after it: `user.id`.
  let rests: [[UInt8]]

  /// Makes a path of parts with points between them.
  init(_ role: JSONRole, _ text: String, rank: Int) {
    self.role = role
    self.rank = rank
    let parts = text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
      .map { Array($0) }
    self.parts = parts
    rests = parts.indices.map { i in Array(parts[i...].joined(separator: [0x2E])) }
  }
}

/// A reusable reader of objects.
struct JSONFields {
  /// The most paths.
  static let mostPaths = 64

  private let paths: [JSONPath]
  /// By role.
  private var values = [[UInt8]](repeating: [], count: JSONRole.allCases.count)
  private var ranks = [Int](repeating: .max, count: JSONRole.allCases.count)
  /// The number of values that the last object had.
  private(set) var found = 0

  /// Makes a reader of the first `mostPaths` of `paths`.
  init(_ paths: [JSONPath]) { self.paths = Array(paths.prefix(Self.mostPaths)) }

  /// The value of a field in the last object; empty if it has none.
  subscript(role: JSONRole) -> [UInt8] { values[role.rawValue] }

  /// Reads `object`; false if it is not a JSON object.
  mutating func parse(_ object: UnsafeBufferPointer<UInt8>) -> Bool {
    for i in values.indices {
      values[i].removeAll(keepingCapacity: true)
      ranks[i] = .max
    }
    found = 0
    var scanner = JSONScanner(object, acceptsAnyText: true, maximumDepth: .max)
    do throws(JSONFault) {
      guard scanner.next() == 0x7B else { return false }
      let all = paths.count == 64 ? UInt64.max : 1 << UInt64(paths.count) - 1
      try readObject(&scanner, depth: 0, alive: all)
      try scanner.end()
      return true
    } catch {
      return false
    }
  }

  private mutating func readObject(
    _ scanner: inout JSONScanner, depth: Int, alive: UInt64
  ) throws(JSONFault) {
    try scanner.open(depth: depth)
    if scanner.take(0x7D) { return }
    repeat {
      let name = try scanner.key()
      let (leaf, deeper) = match(name, scanner, depth: depth, alive: alive)
      if deeper != 0, scanner.next() == 0x7B {
        try readObject(&scanner, depth: depth + 1, alive: deeper)
      } else if let leaf, paths[leaf].rank <= ranks[paths[leaf].role.rawValue] {
        try readValue(&scanner, of: paths[leaf])
      } else {
        try scanner.skipValue(depth: depth + 1)
      }
    } while try scanner.hasAnother(closing: 0x7D)
  }

  /// The path that ends at a member, and those that lead into it.
  @inline(__always)
  private func match(
    _ name: JSONScanner.StringToken, _ scanner: JSONScanner, depth: Int, alive: UInt64
  ) -> (leaf: Int?, deeper: UInt64) {
    if name.hasEscapes {
      return scanner.text(name).withUnsafeBufferPointer { match($0, depth: depth, alive: alive) }
    }
    let bytes = UnsafeBufferPointer(rebasing: scanner.bytes[name.start..<name.end])
    return match(bytes, depth: depth, alive: alive)
  }

  private func match(
    _ name: UnsafeBufferPointer<UInt8>, depth: Int, alive: UInt64
  ) -> (leaf: Int?, deeper: UInt64) {
    var leaf: Int?
    var deeper: UInt64 = 0
    var rest = alive
    while rest != 0 {
      let i = rest.trailingZeroBitCount
      rest &= rest - 1
      if Self.equals(paths[i].rests[depth], name) {
        if leaf.map({ paths[$0].rank > paths[i].rank }) ?? true { leaf = i }
      } else if Self.equals(paths[i].parts[depth], name) {
        deeper |= 1 << UInt64(i)
      }
    }
    return (leaf, deeper)
  }

  @inline(__always)
  private static func equals(_ part: [UInt8], _ name: UnsafeBufferPointer<UInt8>) -> Bool {
    part.count == name.count && part.elementsEqual(name)
  }

  private mutating func readValue(
    _ scanner: inout JSONScanner, of path: JSONPath
  ) throws(JSONFault) {
    switch scanner.next() {
    case 0x22:
      let token = try scanner.string()
      set(path) { scanner.append(token, to: &$0) }
    case .some(0x2D), .some(0x30...0x39):
      let number = try scanner.number()
      set(path) { $0.append(contentsOf: scanner.bytes[number.start..<number.end]) }
    case 0x5B where path.role == .agent:
      // `["Mozilla/5.0"]`
      let start = scanner.position
      var inner = scanner
      inner.position += 1
      if inner.next() == 0x22 {
        let token = try inner.string()
        set(path) { inner.append(token, to: &$0) }
      }
      scanner.position = start
      try scanner.skipValue(depth: 1)
    case 0x5B where path.role == .typed:
      try readTexts(&scanner, of: path)
    default:
      try scanner.skipValue(depth: 1)
    }
  }

  /// Reads the texts of an array; whatever else is in it is left out.
  private mutating func readTexts(
    _ scanner: inout JSONScanner, of path: JSONPath
  ) throws(JSONFault) {
    set(path) { _ in }
    try scanner.open(depth: 0)
    if scanner.take(0x5D) { return }
    repeat {
      if scanner.next() == 0x22 {
        let i = path.role.rawValue
        if !values[i].isEmpty { values[i].append(0x0A) }
        scanner.append(try scanner.string(), to: &values[i])
      } else {
        try scanner.skipValue(depth: 1)
      }
    } while try scanner.hasAnother(closing: 0x5D)
  }

  private mutating func set(_ path: JSONPath, _ append: (inout [UInt8]) -> Void) {
    let i = path.role.rawValue
    values[i].removeAll(keepingCapacity: true)
    append(&values[i])
    ranks[i] = path.rank
    found += 1
  }
}
