// Cuts a JSON document into the objects at one depth.
//
// Invariant: the objects are the same however the bytes are cut into pieces. Only brackets and
// quotes are looked at: whether an object is JSON is for its reader to say. Of an object that is
// longer than the maximum, nothing is held in memory.

/// Splits pieces of a document into objects.
struct JSONObjectFeeder {
  /// An object as it is handed out.
  enum Object {
    /// The bytes from bracket to bracket; valid only during the call.
    case text(UnsafeBufferPointer<UInt8>)
    /// The object is longer than the maximum.
    case tooLong
  }

  /// The deepest objects that are found.
  static let deepest = 8

  private let depth: Int
  private let maximumLength: Int
  private var level = 0
  /// For each level up to 63, whether the bracket that opened it is that of an array.
  private var arrays: UInt64 = 0
  private var isInString = false
  private var isEscaped = false
  private var isInObject = false
  private var isTooLong = false
  private var held: [UInt8] = []
  private var lines = 0

  /// Finds objects with `depth` brackets around them, the innermost of which is an array's.
  init(depth: Int, maximumLength: Int) {
    self.depth = depth
    self.maximumLength = maximumLength
  }

  /// Whether an object was begun and not ended.
  var isOpen: Bool { isInObject }

  /// Calls `body` with every object that ends in `piece`, and the number of line ends since the one
  /// before it.
  mutating func feed<Failure: Error>(
    _ piece: UnsafeBufferPointer<UInt8>, _ body: (Object, _ lines: Int) throws(Failure) -> Void
  ) throws(Failure) {
    for byte in piece {
      if byte == 0x0A { lines += 1 }
      if isInString {
        hold(byte)
        if isEscaped {
          isEscaped = false
        } else if byte == 0x5C {
          isEscaped = true
        } else if byte == 0x22 {
          isInString = false
        }
        continue
      }
      switch byte {
      case 0x22: isInString = true
      case 0x7B, 0x5B:
        if byte == 0x7B, level == depth, !isInObject, depth == 0 || isArray(level) {
          isInObject = true
        }
        level += 1
        if level < 64 {
          let bit: UInt64 = 1 << UInt64(level)
          arrays = byte == 0x5B ? arrays | bit : arrays & ~bit
        }
      case 0x7D, 0x5D:
        level = max(0, level - 1)
        if isInObject, level == depth {
          hold(byte)
          try end(body)
          continue
        }
      default: break
      }
      hold(byte)
    }
  }

  private func isArray(_ level: Int) -> Bool { level < 64 && arrays >> UInt64(level) & 1 == 1 }

  private mutating func hold(_ byte: UInt8) {
    guard isInObject, !isTooLong else { return }
    if held.count == maximumLength {
      isTooLong = true
      held.removeAll(keepingCapacity: true)
    } else {
      held.append(byte)
    }
  }

  private mutating func end<Failure: Error>(
    _ body: (Object, _ lines: Int) throws(Failure) -> Void
  ) throws(Failure) {
    if isTooLong {
      try body(.tooLong, lines)
    } else {
      try held.withUnsafeBufferPointer { (text) throws(Failure) in try body(.text(text), lines) }
    }
    held.removeAll(keepingCapacity: true)
    isInObject = false
    isTooLong = false
    lines = 0
  }
}
