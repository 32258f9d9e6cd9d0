// Turns the bytes of a terminal in raw mode into keys, however reads cut the bytes.
//
// Sources: ECMA-48, §5.4 (control sequences: parameters 0x30-0x3F, intermediates 0x20-0x2F, a final
// byte 0x40-0x7E); xterm's "Control Sequences" (cursor keys, modifiers; bracketed paste, mode 2004;
// the wheel, mode 1006).
// Invariant: `pending` holds the start of at most one sequence, with a bounded length. Of a pasted
// text a bounded length is kept; the rest is dropped.

/// A key of the terminal.
public enum Key: Sendable, Equatable {
  /// One scalar of text.
  case text(Unicode.Scalar)
  /// A whole pasted text.
  case paste(String)
  /// Control and a letter; the letter is in lower case.
  case control(Character)
  /// The key of that name.
  case enter, tab, backTab, escape, backspace, delete
  /// A cursor key.
  case left, right, up, down, home, end, pageUp, pageDown
  /// A cursor key with control or alt, which moves by words.
  case wordLeft, wordRight
  /// The wheel of the mouse, turned away from the person and towards them.
  case wheelUp, wheelDown
}

/// Decodes keys from bytes.
public struct KeyDecoder: Sendable {
  /// The maximum length of a control sequence in bytes; longer sequences are dropped.
  static let maximumSequence = 64
  /// The maximum number of bytes that are kept of a pasted text.
  static let maximumPaste = 16 * 1024

  private var pending: [UInt8] = []
  private var pasted: [UInt8]?
  /// How many bytes of the end marker of a pasted text have just arrived.
  private var endMatched = 0

  /// Makes a decoder.
  public init() {}

  /// Whether an escape may begin a sequence: call `flush` if nothing follows for a moment.
  public var isWaiting: Bool { pasted == nil && !pending.isEmpty }

  /// Takes the next bytes; returns the keys that they complete.
  public mutating func receive(_ bytes: some Sequence<UInt8>) -> [Key] {
    var keys: [Key] = []
    for byte in bytes { receive(byte, &keys) }
    return keys
  }

  /// Ends the waiting: a lone escape becomes the key; any other start is dropped.
  public mutating func flush() -> [Key] {
    guard isWaiting else { return [] }
    let isEscape = pending == [0x1B] || pending == [0x1B, 0x1B]
    pending.removeAll()
    return isEscape ? [.escape] : []
  }

  private mutating func receive(_ byte: UInt8, _ keys: inout [Key]) {
    if pasted != nil {
      receivePasted(byte, &keys)
    } else if pending.first == 0x1B {
      receiveEscaped(byte, &keys)
    } else if !pending.isEmpty {
      receiveTail(byte, &keys)
    } else if byte == 0x1B {
      pending = [byte]
    } else if byte >= 0x80 {
      if (0xC2...0xF4).contains(byte) { pending = [byte] }
    } else if byte >= 0x20 && byte != 0x7F {
      keys.append(.text(Unicode.Scalar(byte)))
    } else if let key = Self.control(byte) {
      keys.append(key)
    }
  }

  private static func control(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x0D, 0x0A: return .enter
    case 0x09: return .tab
    case 0x7F, 0x08: return .backspace
    case 0x01...0x1A: return .control(Character(Unicode.Scalar(0x60 + byte)))
    default: return nil
    }
  }

  /// Takes a byte after the lead of a scalar of several bytes.
  private mutating func receiveTail(_ byte: UInt8, _ keys: inout [Key]) {
    guard byte & 0xC0 == 0x80 else {
      pending.removeAll()
      receive(byte, &keys)
      return
    }
    pending.append(byte)
    let length = pending[0] < 0xE0 ? 2 : pending[0] < 0xF0 ? 3 : 4
    guard pending.count == length else { return }
    // Overlong forms and surrogates decode to several replacement characters and are dropped.
    let scalars = String(decoding: pending, as: UTF8.self).unicodeScalars
    if let scalar = scalars.first, scalars.count == 1, !Self.isControl(scalar) {
      keys.append(.text(scalar))
    }
    pending.removeAll()
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
  }

  /// Takes a byte after an escape.
  private mutating func receiveEscaped(_ byte: UInt8, _ keys: inout [Key]) {
    if pending.count == 1 {
      switch byte {
      case 0x5B, 0x4F: pending.append(byte)
      case 0x1B: keys.append(.escape)
      case 0x7F:
        pending.removeAll()
        keys.append(.control("w"))
      case 0x62, 0x66:
        pending.removeAll()
        keys.append(byte == 0x62 ? .wordLeft : .wordRight)
      default:
        // Alt and another key: the escape is dropped, the key is kept.
        pending.removeAll()
        receive(byte, &keys)
      }
      return
    }
    if byte == 0x1B {
      pending = [byte]
      return
    }
    if byte < 0x20 {
      // A control character within a sequence takes effect at once, as in terminals.
      if let key = Self.control(byte) { keys.append(key) }
      return
    }
    if pending.count < Self.maximumSequence { pending.append(byte) }
    guard pending[1] == 0x4F || (0x40...0x7E).contains(byte) else { return }
    let sequence = pending
    pending.removeAll()
    if sequence == Array("\u{1B}[200~".utf8) {
      pasted = []
    } else if sequence.count < Self.maximumSequence, let key = Self.key(sequence) {
      keys.append(key)
    }
  }

  /// The key of a whole sequence: two introducing bytes, parameters, a final byte.
  private static func key(_ sequence: [UInt8]) -> Key? {
    let parameters = sequence[2..<(sequence.count - 1)]
    if parameters.first == 0x3C { return wheel(parameters.dropFirst(), sequence.last) }
    let isByWords =
      parameters.count >= 3 && parameters.dropLast().last == 0x3B
      && parameters.last != 0x32
    switch sequence[sequence.count - 1] {
    case 0x41: return .up
    case 0x42: return .down
    case 0x43: return isByWords ? .wordRight : .right
    case 0x44: return isByWords ? .wordLeft : .left
    case 0x48: return .home
    case 0x46: return .end
    case 0x5A: return .backTab
    case 0x4D where sequence[1] == 0x4F: return .enter
    case 0x7E:
      let number = parameters.prefix { $0 != 0x3B }
      switch String(decoding: number, as: UTF8.self) {
      case "1", "7": return .home
      case "4", "8": return .end
      case "3": return .delete
      case "5": return .pageUp
      case "6": return .pageDown
      default: return nil
      }
    default: return nil
    }
  }

  /// The turn of the wheel that a report of the mouse tells: ESC [ < button ; column ; row M. Other
  /// reports are no key.
  private static func wheel(_ parameters: ArraySlice<UInt8>, _ final: UInt8?) -> Key? {
    let modifiers = 0b1_1100
    let number = String(decoding: parameters.prefix { $0 != 0x3B }, as: UTF8.self)
    guard final == 0x4D, let button = Int(number) else { return nil }
    switch button & ~modifiers {
    case 64: return .wheelUp
    case 65: return .wheelDown
    default: return nil
    }
  }

  /// Takes a byte of a pasted text, which ends with ESC [ 201 ~.
  private mutating func receivePasted(_ byte: UInt8, _ keys: inout [Key]) {
    let end = Self.pasteEnd
    if byte == end[endMatched] {
      endMatched += 1
      guard endMatched == end.count else { return }
      keys.append(.paste(String(decoding: pasted ?? [], as: UTF8.self)))
      endMatched = 0
      pasted = nil
      return
    }
    // Only the first byte of the marker is an escape, so a failed match hides no shorter one.
    keep(end[..<endMatched])
    endMatched = byte == end[0] ? 1 : 0
    if endMatched == 0 { keep(CollectionOfOne(byte)) }
  }

  private mutating func keep(_ bytes: some Collection<UInt8>) {
    guard let count = pasted?.count, count + bytes.count <= Self.maximumPaste else { return }
    pasted?.append(contentsOf: bytes)
  }

  private static let pasteEnd = Array("\u{1B}[201~".utf8)
}
