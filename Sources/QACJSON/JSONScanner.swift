// The one JSON reader: a strict pull parser (RFC 8259) over bytes in memory, for requests, answers
// and logs.
//
// It accepts no comments, no trailing commas and no number without digits. By default it also
// refuses raw control characters and invalid UTF-8 in strings, and deep nesting. Logs turn these
// two checks off (`acceptsAnyText`, `maximumDepth`): a log is read as it was written, and what is
// not UTF-8 in it becomes U+FFFD later, in every format. The scanner builds nothing: callers ask
// for the next value or skip it, so a request costs only the text it carries.
// Invariant: `position` never passes `bytes.count`.
// Cost: every byte is looked at once; only reading a `JSONValue` recurses. The functions that a
// request needs are inlinable, so they cost no more in another module than in this one.

/// Reads JSON from bytes, front to back.
package struct JSONScanner {
  /// The bytes that are read; borrowed.
  package let bytes: UnsafeBufferPointer<UInt8>
  /// The position of the next byte to read.
  package var position = 0
  /// Whether strings may hold raw control characters and bytes that are not UTF-8.
  @usableFromInline let acceptsAnyText: Bool
  /// How deep arrays and objects may nest; bounded by `JSONValue.maximumDepth` unless the caller
  /// only skips nested values.
  @usableFromInline let maximumDepth: Int

  /// Makes a scanner at the first of `bytes`.
  @inlinable
  package init(
    _ bytes: UnsafeBufferPointer<UInt8>, acceptsAnyText: Bool = false,
    maximumDepth: Int = JSONValue.maximumDepth
  ) {
    self.bytes = bytes
    self.acceptsAnyText = acceptsAnyText
    self.maximumDepth = maximumDepth
  }

  /// A string that was read: the position of its content, and whether that must be unescaped.
  package struct StringToken {
    /// The position after the opening quote.
    package var start: Int
    /// The position of the closing quote.
    package var end: Int
    /// Whether the content holds a backslash.
    package var hasEscapes: Bool

    @usableFromInline
    init(start: Int, end: Int, hasEscapes: Bool) {
      self.start = start
      self.end = end
      self.hasEscapes = hasEscapes
    }
  }

  @usableFromInline
  func fault(_ kind: JSONFault.Kind) -> JSONFault {
    JSONFault(kind: kind, offset: position)
  }

  @usableFromInline
  func unexpected() -> JSONFault {
    fault(position < bytes.count ? .unexpectedByte : .unexpectedEnd)
  }

  /// Skips white space and returns the byte after it, which is not read yet, or nil at the end.
  @inlinable
  @inline(__always)
  package mutating func next() -> UInt8? {
    while position < bytes.count {
      let byte = bytes[position]
      if byte != 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D { return byte }
      position += 1
    }
    return nil
  }

  /// Reads the byte `byte`, with any white space before it.
  @inlinable
  @inline(__always)
  package mutating func expect(_ byte: UInt8) throws(JSONFault) {
    guard next() == byte else { throw unexpected() }
    position += 1
  }

  /// Reads the byte `byte` if it comes next, and returns whether it did.
  @inlinable
  @inline(__always)
  package mutating func take(_ byte: UInt8) -> Bool {
    guard next() == byte else { return false }
    position += 1
    return true
  }

  /// Checks that only white space is left.
  @inlinable
  package mutating func end() throws(JSONFault) {
    guard next() == nil else { throw fault(.trailingBytes) }
  }

  /// Reads the name of an object's next member and its colon.
  @inlinable
  @inline(__always)
  package mutating func key() throws(JSONFault) -> StringToken {
    guard next() == 0x22 else { throw unexpected() }
    let token = try string()
    try expect(0x3A)
    return token
  }

  /// Reads the comma or the closing byte after a member or an element, and returns whether another
  /// one follows.
  @inlinable
  @inline(__always)
  package mutating func hasAnother(closing: UInt8) throws(JSONFault) -> Bool {
    if take(0x2C) { return true }
    try expect(closing)
    return false
  }

  /// Reads the literal `text`.
  @inlinable
  package mutating func literal(_ text: StaticString) throws(JSONFault) {
    for k in 0..<text.utf8CodeUnitCount {
      guard position < bytes.count, bytes[position] == text.utf8Start[k] else {
        throw unexpected()
      }
      position += 1
    }
  }

  /// Enters an object or array at `depth`: reads its opening byte.
  @inlinable
  package mutating func open(depth: Int) throws(JSONFault) {
    guard depth < maximumDepth else { throw fault(.tooDeep) }
    position += 1
  }

  /// Reads past one value of any kind and checks all of it; `depth` arrays and objects are around
  /// it.
  ///
  /// - Complexity: O(bytes of the value); no recursion, and no allocation within 64 levels.
  @inlinable
  package mutating func skipValue(depth: Int) throws(JSONFault) {
    switch next() {
    case 0x22: _ = try string()
    case 0x7B, 0x5B: try skipNested(depth: depth)
    default: try skipScalar()
    }
  }

  /// Reads past a number or a constant.
  @usableFromInline
  mutating func skipScalar() throws(JSONFault) {
    switch next() {
    case 0x74: try literal("true")
    case 0x66: try literal("false")
    case 0x6E: try literal("null")
    case .some(0x2D), .some(0x30...0x39): _ = try number()
    default: throw unexpected()
    }
  }

  /// Reads past an object or array; its opening byte comes next.
  @usableFromInline
  mutating func skipNested(depth: Int) throws(JSONFault) {
    var open = OpenBrackets()
    repeat {
      // A value comes next.
      switch next() {
      case 0x7B:
        try self.open(depth: depth + open.count)
        if !take(0x7D) {
          open.push(isObject: true)
          _ = try key()
          continue
        }
      case 0x5B:
        try self.open(depth: depth + open.count)
        if !take(0x5D) {
          open.push(isObject: false)
          continue
        }
      case 0x22: _ = try string()
      default: try skipScalar()
      }
      // The value is complete; so may be those around it.
      while let isObject = open.last {
        if try hasAnother(closing: isObject ? 0x7D : 0x5D) {
          if isObject { _ = try key() }
          break
        }
        open.pop()
      }
    } while open.count > 0
  }
}

/// Which kinds of brackets are open, outermost first: one bit each.
private struct OpenBrackets {
  /// The number of open brackets.
  private(set) var count = 0
  /// The bits of the innermost brackets, the last one lowest; a full word moves to `outer`.
  private var inner: UInt64 = 0
  private var outer: [UInt64] = []

  /// Whether the innermost bracket is an object's; nil if none is open.
  var last: Bool? { count == 0 ? nil : inner & 1 == 1 }

  mutating func push(isObject: Bool) {
    if count > 0, count % UInt64.bitWidth == 0 { outer.append(inner) }
    inner = inner << 1 | (isObject ? 1 : 0)
    count += 1
  }

  mutating func pop() {
    count -= 1
    inner >>= 1
    if count > 0, count % UInt64.bitWidth == 0 { inner = outer.removeLast() }
  }
}
