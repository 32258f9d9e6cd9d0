// Reads the few fields of interest out of one JSON object, in one pass over its bytes.
//
// Strings are unescaped; other values of unknown keys are skipped without recursion, so nesting cannot
// exhaust the stack. Where a key appears twice, or two names of one field, the last wins.
// Source: RFC 8259. We differ in what we skip: there, brackets must balance but what stands between
// them is not checked, and a lone surrogate becomes U+FFFD rather than an error.

/// A reusable parser of one line of a JSON-lines log.
struct JSONLine {
  /// The session or user; empty if there is none.
  private(set) var session: [UInt8] = []
  /// The query; empty if there is none.
  private(set) var query: [UInt8] = []
  private var time: [UInt8] = []
  private var key: [UInt8] = []
  private var scratch: [UInt8] = []
  private var position = 0

  private enum Field { case session, time, query }

  /// The time as a number of the log's unit; nil where it is none.
  func timeNumber() -> Int64? { time.withUnsafeBufferPointer(NumberParser.time) }

  /// The time in unix seconds where it is a date.
  func timeOfDate() -> Int64? { time.withUnsafeBufferPointer(NumberParser.date) }

  /// Reads `line`; false if it is not an object.
  mutating func parse(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    session.removeAll(keepingCapacity: true)
    query.removeAll(keepingCapacity: true)
    time.removeAll(keepingCapacity: true)
    position = 0
    guard next(line) == 0x7B else { return false }
    if next(line) != 0x7D {
      position -= 1
      repeat {
        guard next(line) == 0x22, readString(line) else { return false }
        swap(&key, &scratch)
        guard next(line) == 0x3A, readValue(line) else { return false }
        switch Self.field(key) {
        case .session: swap(&session, &scratch)
        case .time: swap(&time, &scratch)
        case .query: swap(&query, &scratch)
        case nil: break
        }
      } while next(line) == 0x2C
      position -= 1
      guard next(line) == 0x7D else { return false }
    }
    return next(line) == nil
  }

  private static func field(_ key: [UInt8]) -> Field? {
    switch String(decoding: key, as: UTF8.self) {
    case "session", "session_id", "user", "user_id": return .session
    case "time", "timestamp", "at", "ts": return .time
    case "query", "q": return .query
    default: return nil
    }
  }

  /// The next byte that is not white space, consumed; nil at the end, where a step is counted too.
  private mutating func next(_ line: UnsafeBufferPointer<UInt8>) -> UInt8? {
    while position < line.count {
      let byte = line[position]
      position += 1
      if byte != 0x20, byte &- 0x09 >= 5 { return byte }
    }
    position += 1
    return nil
  }

  /// Reads a value into `scratch`: a string unescaped, a number or word as it stands, else nothing.
  private mutating func readValue(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = next(line) else { return false }
    switch first {
    case 0x22: return readString(line)
    case 0x7B, 0x5B:
      return skipNested(line)
    default:
      scratch.removeAll(keepingCapacity: true)
      position -= 1
      while position < line.count, Self.isWord(line[position]) {
        scratch.append(line[position])
        position += 1
      }
      return isNumberOrConstant()
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2D || byte == 0x2B || byte == 0x2E
  }

  /// Whether `scratch` is a number or constant; `null` and the booleans count as no text.
  private mutating func isNumberOrConstant() -> Bool {
    switch String(decoding: scratch, as: UTF8.self) {
    case "null", "true", "false":
      scratch.removeAll(keepingCapacity: true)
      return true
    default:
      return scratch.first.map { $0 &- 0x30 < 10 || $0 == 0x2D } ?? false
    }
  }

  /// Skips an object or array whose first bracket is consumed.
  private mutating func skipNested(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    var depth = 1
    while depth > 0 {
      guard let byte = next(line) else { return false }
      switch byte {
      case 0x22: guard readString(line) else { return false }
      case 0x7B, 0x5B: depth += 1
      case 0x7D, 0x5D: depth -= 1
      default: break
      }
    }
    scratch.removeAll(keepingCapacity: true)
    return true
  }

  /// Reads a string, whose first quote is consumed, into `scratch`.
  private mutating func readString(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    scratch.removeAll(keepingCapacity: true)
    while position < line.count {
      let byte = line[position]
      position += 1
      if byte == 0x22 { return true }
      if byte == 0x5C {
        guard readEscape(line) else { return false }
      } else {
        scratch.append(byte)
      }
    }
    return false
  }

  private mutating func readEscape(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    guard position < line.count else { return false }
    let byte = line[position]
    position += 1
    switch byte {
    case 0x22, 0x5C, 0x2F: scratch.append(byte)
    case 0x62: scratch.append(0x08)
    case 0x66: scratch.append(0x0C)
    case 0x6E: scratch.append(0x0A)
    case 0x72: scratch.append(0x0D)
    case 0x74: scratch.append(0x09)
    case 0x75: return readUnicodeEscape(line)
    default: return false
    }
    return true
  }

  private mutating func readUnicodeEscape(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    guard var value = readHex(line) else { return false }
    if value & 0xFC00 == 0xD800, position + 1 < line.count, line[position] == 0x5C,
      line[position + 1] == 0x75
    {
      let start = position
      position += 2
      guard let low = readHex(line) else { return false }
      if low & 0xFC00 == 0xDC00 {
        value = 0x10000 + (value & 0x3FF) << 10 + (low & 0x3FF)
      } else {
        position = start
      }
    }
    let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
    scratch.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    return true
  }

  private mutating func readHex(_ line: UnsafeBufferPointer<UInt8>) -> UInt32? {
    guard line.count - position >= 4 else { return nil }
    var value: UInt32 = 0
    for i in position..<(position + 4) {
      let byte = line[i]
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x41 + 10
      case 0x61...0x66: digit = byte - 0x61 + 10
      default: return nil
      }
      value = value << 4 | UInt32(digit)
    }
    position += 4
    return value
  }
}
