// Finds the outer members of a request object, and checks the object as JSON. It does not interpret
// the parameters.

internal import QACJSON

/// The outer members of one request.
struct Envelope {
  /// The id, if there is a valid one.
  var id: RequestID?
  /// The method's name, if it is a string.
  var method: JSONScanner.StringToken?
  /// The position of `params`, if it is an object.
  var params: Int?
  /// The first thing that is wrong with the object as a request.
  var fault: ProtocolFault?

  /// Whether it is a request without an id, whatever else is wrong with it; it gets no answer.
  var isNotification: Bool { !hasID && isVersionRight && method != nil }

  private var hasVersion = false
  private var isVersionRight = false
  private var hasID = false
  private var hasMethod = false
  private var hasParams = false

  /// Reads the object that comes next and checks it as JSON to its end.
  init(_ scanner: inout JSONScanner, depth: Int) throws(JSONFault) {
    try scanner.open(depth: depth)
    if !scanner.take(0x7D) {
      repeat {
        let key = try scanner.key()
        try readMember(key, &scanner, depth: depth + 1)
      } while try scanner.hasAnother(closing: 0x7D)
    }
    if !hasVersion { note(.invalidMember(name: "jsonrpc", expected: "\"2.0\"")) }
  }

  private mutating func note(_ fault: ProtocolFault) {
    if self.fault == nil { self.fault = fault }
  }

  private mutating func readMember(
    _ key: JSONScanner.StringToken, _ scanner: inout JSONScanner, depth: Int
  ) throws(JSONFault) {
    if scanner.matches(key, "jsonrpc") {
      if hasVersion { note(.repeatedMember(name: "jsonrpc")) }
      hasVersion = true
      try readVersion(&scanner, depth: depth)
    } else if scanner.matches(key, "id") {
      if hasID { note(.repeatedMember(name: "id")) }
      hasID = true
      try readID(&scanner, depth: depth)
    } else if scanner.matches(key, "method") {
      if hasMethod { note(.repeatedMember(name: "method")) }
      hasMethod = true
      if scanner.next() == 0x22 {
        method = try scanner.string()
      } else {
        try scanner.skipValue(depth: depth)
      }
    } else if scanner.matches(key, "params") {
      if hasParams { note(.repeatedMember(name: "params")) }
      hasParams = true
      try readParams(&scanner, depth: depth)
    } else {
      try scanner.skipValue(depth: depth)
    }
  }

  private mutating func readVersion(
    _ scanner: inout JSONScanner, depth: Int
  ) throws(JSONFault) {
    if scanner.next() == 0x22 {
      let token = try scanner.string()
      if scanner.matches(token, "2.0") {
        isVersionRight = true
        return
      }
    } else {
      try scanner.skipValue(depth: depth)
    }
    note(.invalidMember(name: "jsonrpc", expected: "\"2.0\""))
  }

  private mutating func readID(_ scanner: inout JSONScanner, depth: Int) throws(JSONFault) {
    let storage: RequestID.Storage?
    switch scanner.next() {
    case 0x6E:
      try scanner.literal("null")
      storage = .null
    case 0x22:
      let token = try scanner.string()
      storage = Self.token(scanner, token.start - 1..<token.end + 1)
    case .some(0x2D), .some(0x30...0x39):
      let token = try scanner.number()
      if let integer = token.integer {
        storage = .integer(integer)
      } else {
        storage = token.isWhole ? Self.token(scanner, token.start..<token.end) : nil
      }
    default:
      try scanner.skipValue(depth: depth)
      storage = nil
    }
    if let storage {
      id = RequestID(storage: storage)
    } else {
      note(.invalidMember(name: "id", expected: "a string, a whole number or null, and short"))
    }
  }

  private static func token(
    _ scanner: JSONScanner, _ range: Range<Int>
  ) -> RequestID.Storage? {
    guard range.count <= ProtocolLimits.maximumIDBytes else { return nil }
    return .token(Array(scanner.bytes[range]))
  }

  private mutating func readParams(_ scanner: inout JSONScanner, depth: Int) throws(JSONFault) {
    switch scanner.next() {
    case 0x7B:
      params = scanner.position
    case 0x6E:
      break
    default:
      note(.invalidMember(name: "params", expected: "an object"))
    }
    try scanner.skipValue(depth: depth)
  }
}
