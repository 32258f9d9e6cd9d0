// A strict pull parser for JSON (RFC 8259) over bytes in memory.
//
// It accepts JSON and nothing else: no comments, no trailing commas, no raw control characters in
// strings, no invalid UTF-8, no number without digits, nesting to a fixed depth. It builds nothing:
// callers ask for the next value or skip it, so that a request costs only the text it carries.
// Cost: every byte is looked at once; recursion is bounded by the depth limit.

/// Reads JSON from bytes, front to back.
struct JSONScanner {
  /// What is read.
  let bytes: UnsafeBufferPointer<UInt8>
  /// How far it was read.
  var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  /// A scanned string: where its content stands, and whether that must be unescaped.
  struct StringToken {
    var start: Int
    var end: Int
    var hasEscapes: Bool
  }

  func fault(_ kind: JSONFault.Kind) -> JSONFault {
    JSONFault(kind: kind, offset: position)
  }

  func unexpected() -> JSONFault {
    fault(position < bytes.count ? .unexpectedByte : .unexpectedEnd)
  }

  /// Passes white space and returns the byte after it, or nil at the end.
  @inline(__always)
  mutating func next() -> UInt8? {
    while position < bytes.count {
      let byte = bytes[position]
      if byte != 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D { return byte }
      position += 1
    }
    return nil
  }

  /// Passes the byte `byte`, white space before it allowed.
  @inline(__always)
  mutating func expect(_ byte: UInt8) throws(JSONFault) {
    guard next() == byte else { throw unexpected() }
    position += 1
  }

  /// Passes the byte `byte` if it comes next.
  @inline(__always)
  mutating func take(_ byte: UInt8) -> Bool {
    guard next() == byte else { return false }
    position += 1
    return true
  }

  /// Checks that only white space is left.
  mutating func end() throws(JSONFault) {
    guard next() == nil else { throw fault(.trailingBytes) }
  }

  /// Passes the key of an object's next member and its colon.
  @inline(__always)
  mutating func key() throws(JSONFault) -> StringToken {
    guard next() == 0x22 else { throw unexpected() }
    let token = try string()
    try expect(0x3A)
    return token
  }

  /// After a member or an element: whether another follows. Passes the comma or the closing byte.
  @inline(__always)
  mutating func hasAnother(closing: UInt8) throws(JSONFault) -> Bool {
    if take(0x2C) { return true }
    try expect(closing)
    return false
  }

  /// Passes the literal `text`.
  mutating func literal(_ text: StaticString) throws(JSONFault) {
    for k in 0..<text.utf8CodeUnitCount {
      guard position < bytes.count, bytes[position] == text.utf8Start[k] else {
        throw unexpected()
      }
      position += 1
    }
  }

  /// Passes one value of any kind, checking all of it; `depth` arrays and objects are around it.
  mutating func skipValue(depth: Int) throws(JSONFault) {
    switch next() {
    case 0x22: _ = try string()
    case 0x7B: try skipObject(depth: depth)
    case 0x5B: try skipArray(depth: depth)
    case 0x74: try literal("true")
    case 0x66: try literal("false")
    case 0x6E: try literal("null")
    case .some(0x2D), .some(0x30...0x39): _ = try number()
    default: throw unexpected()
    }
  }

  /// Enters an object or array at `depth`, passing its opening byte.
  mutating func open(depth: Int) throws(JSONFault) {
    guard depth < ProtocolLimits.maximumDepth else { throw fault(.tooDeep) }
    position += 1
  }

  private mutating func skipObject(depth: Int) throws(JSONFault) {
    try open(depth: depth)
    if take(0x7D) { return }
    repeat {
      _ = try key()
      try skipValue(depth: depth + 1)
    } while try hasAnother(closing: 0x7D)
  }

  private mutating func skipArray(depth: Int) throws(JSONFault) {
    try open(depth: depth)
    if take(0x5D) { return }
    repeat {
      try skipValue(depth: depth + 1)
    } while try hasAnother(closing: 0x5D)
  }
}
