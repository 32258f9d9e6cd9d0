// Any JSON value as a tree. A client reads answers with it, and the daemon writes `status` with it.
//
// The daemon does not use it to read requests.

/// A JSON value.
public enum JSONValue: Sendable, Equatable {
  /// How deep arrays and objects may nest; a deeper text is refused.
  public static let maximumDepth = 32

  /// null
  case null
  /// true or false
  case bool(Bool)
  /// A whole number that fits 64 bits.
  case integer(Int64)
  /// Any other number.
  case double(Double)
  /// A string, as UTF-8.
  case string([UInt8])
  /// An array.
  case array([JSONValue])
  /// An object's members in order. Of members with equal names the last counts.
  case object([Member])

  /// A member of an object.
  public struct Member: Sendable, Equatable {
    /// The member's name as UTF-8.
    public var name: [UInt8]
    /// The member's value.
    public var value: JSONValue

    /// Makes a member.
    public init(name: [UInt8], value: JSONValue) {
      self.name = name
      self.value = value
    }

    /// Makes a member.
    public init(_ name: String, _ value: JSONValue) {
      self.init(name: Array(name.utf8), value: value)
    }
  }

  /// A string value.
  public static func text(_ string: String) -> JSONValue {
    .string(Array(string.utf8))
  }

  /// Reads `bytes` as one JSON value.
  ///
  /// - Throws: `JSONFault`, which says what is wrong and where.
  /// - Complexity: O(`bytes.count`).
  public init(parsing bytes: UnsafeBufferPointer<UInt8>) throws(JSONFault) {
    var scanner = JSONScanner(bytes)
    self = try scanner.value(depth: 0)
    try scanner.end()
  }

  /// Reads `bytes` as one JSON value.
  public init(parsing bytes: [UInt8]) throws(JSONFault) {
    // `withUnsafeBufferPointer` passes typed errors on.
    self = try bytes.withUnsafeBufferPointer { buffer throws(JSONFault) in
      try JSONValue(parsing: buffer)
    }
  }

  /// The value of the last member called `name`, if this is an object that has one.
  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name.elementsEqual(name.utf8) }?.value
  }

  /// The text, if this is a string.
  public var utf8: [UInt8]? {
    if case .string(let bytes) = self { return bytes }
    return nil
  }

  /// The number, if this is a whole one.
  public var wholeNumber: Int64? {
    if case .integer(let value) = self { return value }
    return nil
  }

  /// The number, if this is one.
  public var number: Double? {
    switch self {
    case .integer(let value): return Double(value)
    case .double(let value): return value
    default: return nil
    }
  }

  /// The elements, if this is an array.
  public var elements: [JSONValue]? {
    if case .array(let elements) = self { return elements }
    return nil
  }

  /// Appends the value as JSON without white space.
  public func append(to output: inout [UInt8]) {
    switch self {
    case .null: JSONText.append("null", to: &output)
    case .bool(let value): JSONText.append(value ? "true" : "false", to: &output)
    case .integer(let value): JSONText.append(integer: value, to: &output)
    case .double(let value): JSONText.append(double: value, to: &output)
    case .string(let bytes): JSONText.append(string: bytes, to: &output)
    case .array(let elements):
      output.append(0x5B)
      for (i, element) in elements.enumerated() {
        if i > 0 { output.append(0x2C) }
        element.append(to: &output)
      }
      output.append(0x5D)
    case .object(let members):
      output.append(0x7B)
      for (i, member) in members.enumerated() {
        if i > 0 { output.append(0x2C) }
        JSONText.append(string: member.name, to: &output)
        output.append(0x3A)
        member.value.append(to: &output)
      }
      output.append(0x7D)
    }
  }

  /// The value as JSON without white space.
  public var json: [UInt8] {
    var output: [UInt8] = []
    append(to: &output)
    return output
  }
}

extension JSONScanner {
  /// Reads one value of any kind; `depth` arrays and objects are around it.
  package mutating func value(depth: Int) throws(JSONFault) -> JSONValue {
    switch next() {
    case 0x22:
      return .string(text(try string()))
    case 0x7B:
      try open(depth: depth)
      var members: [JSONValue.Member] = []
      if take(0x7D) { return .object(members) }
      repeat {
        let name = text(try key())
        members.append(.init(name: name, value: try value(depth: depth + 1)))
      } while try hasAnother(closing: 0x7D)
      return .object(members)
    case 0x5B:
      try open(depth: depth)
      var elements: [JSONValue] = []
      if take(0x5D) { return .array(elements) }
      repeat {
        elements.append(try value(depth: depth + 1))
      } while try hasAnother(closing: 0x5D)
      return .array(elements)
    case 0x74:
      try literal("true")
      return .bool(true)
    case 0x66:
      try literal("false")
      return .bool(false)
    case 0x6E:
      try literal("null")
      return .null
    case .some(0x2D), .some(0x30...0x39):
      let token = try number()
      if let integer = token.integer { return .integer(integer) }
      return .double(try double(token))
    default:
      throw unexpected()
    }
  }
}
