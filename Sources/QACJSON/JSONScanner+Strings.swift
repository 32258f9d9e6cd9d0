// Reads strings: checks them when it reads past them, and unescapes them only when a caller wants
// the text.
//
// A surrogate escape without its partner becomes U+FFFD and is no error: a front end that sends
// each keystroke may cut a pair in two while its user types.

extension JSONScanner {
  /// Reads past a string and checks all of it; its opening quote comes next.
  @inlinable
  @inline(__always)
  package mutating func string() throws(JSONFault) -> StringToken {
    position += 1
    let start = position
    var hasEscapes = false
    while position < bytes.count {
      let byte = bytes[position]
      if byte == 0x22 {
        position += 1
        return StringToken(start: start, end: position - 1, hasEscapes: hasEscapes)
      }
      if byte == 0x5C {
        hasEscapes = true
        try skipEscape()
      } else if byte < 0x20 {
        guard acceptsAnyText else { throw fault(.controlCharacter) }
        position += 1
      } else if byte < 0x80 {
        position += 1
      } else {
        let length = UTF8Sequence.length(bytes, at: position)
        guard length > 0 || acceptsAnyText else { throw fault(.invalidUTF8) }
        position += max(1, length)
      }
    }
    throw fault(.unexpectedEnd)
  }

  @usableFromInline
  mutating func skipEscape() throws(JSONFault) {
    guard position + 1 < bytes.count else {
      position = bytes.count
      throw fault(.unexpectedEnd)
    }
    switch bytes[position + 1] {
    case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74:
      position += 2
    case 0x75:
      for k in 2..<6 {
        guard position + k < bytes.count else {
          position = bytes.count
          throw fault(.unexpectedEnd)
        }
        guard Self.hexValue(bytes[position + k]) != nil else { throw fault(.invalidEscape) }
      }
      position += 6
    default:
      throw fault(.invalidEscape)
    }
  }

  /// The text of a token that `string` returned.
  ///
  /// - Complexity: O(bytes of the string); one allocation.
  @inlinable
  package func text(_ token: StringToken) -> [UInt8] {
    guard token.hasEscapes else { return Array(bytes[token.start..<token.end]) }
    var output: [UInt8] = []
    output.reserveCapacity(token.end - token.start)
    append(token, to: &output)
    return output
  }

  /// Appends the text of a token that `string` returned.
  ///
  /// - Complexity: O(bytes of the string); no allocation except the output's growth.
  package func append(_ token: StringToken, to output: inout [UInt8]) {
    let content = UnsafeBufferPointer(rebasing: bytes[token.start..<token.end])
    guard token.hasEscapes else {
      output.append(contentsOf: content)
      return
    }
    var i = 0
    while i < content.count {
      guard content[i] == 0x5C else {
        output.append(content[i])
        i += 1
        continue
      }
      // Safe: `string` checked that every backslash starts a whole escape.
      let kind = content[i + 1]
      i += 2
      switch kind {
      case 0x62: output.append(0x08)
      case 0x66: output.append(0x0C)
      case 0x6E: output.append(0x0A)
      case 0x72: output.append(0x0D)
      case 0x74: output.append(0x09)
      case 0x75: Self.unescapeUnit(content, at: &i, into: &output)
      default: output.append(kind)
      }
    }
  }

  /// Appends the scalar that has its four digits at `i`, and moves `i` past them and past the
  /// escape of a low surrogate that belongs to it.
  private static func unescapeUnit(
    _ content: UnsafeBufferPointer<UInt8>, at i: inout Int, into output: inout [UInt8]
  ) {
    let unit = codeUnit(content, at: i)
    i += 4
    guard unit & 0xF800 == 0xD800 else {
      UTF8Sequence.append(unit, to: &output)
      return
    }
    if unit < 0xDC00, i + 6 <= content.count, content[i] == 0x5C, content[i + 1] == 0x75 {
      let low = codeUnit(content, at: i + 2)
      if low & 0xFC00 == 0xDC00 {
        i += 6
        UTF8Sequence.append(0x1_0000 + (unit & 0x3FF) << 10 + (low & 0x3FF), to: &output)
        return
      }
    }
    output.append(contentsOf: UTF8Sequence.replacement)
  }

  private static func codeUnit(_ content: UnsafeBufferPointer<UInt8>, at i: Int) -> UInt32 {
    var unit: UInt32 = 0
    for k in i..<i + 4 {
      unit = unit << 4 | UInt32(hexValue(content[k]) ?? 0)
    }
    return unit
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: return byte - 0x30
    case 0x41...0x46: return byte - 0x41 + 10
    case 0x61...0x66: return byte - 0x61 + 10
    default: return nil
    }
  }

  /// Whether the token's text is `text`.
  @inlinable
  @inline(__always)
  package func matches(_ token: StringToken, _ text: StaticString) -> Bool {
    if token.hasEscapes {
      return self.text(token).elementsEqual(
        UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
    guard token.end - token.start == text.utf8CodeUnitCount else { return false }
    for k in 0..<text.utf8CodeUnitCount where bytes[token.start + k] != text.utf8Start[k] {
      return false
    }
    return true
  }
}
