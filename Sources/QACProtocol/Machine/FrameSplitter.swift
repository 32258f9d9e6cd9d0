// Cuts a stream of bytes into lines; the lines do not depend on how the stream is cut into reads.
//
// Invariant: `pending` holds the bytes of one unfinished line, at most `limit` of them, and no
// "\n"; while `isSkipping` it is empty. A line that is complete in one read is handed out without a
// copy.
// Cost: every byte is looked at once, and copied at most once.

/// Splits a byte stream at "\n" into frames of a bounded length.
public struct FrameSplitter: Sendable {
  /// The content of a stream between two newlines.
  public enum Frame {
    /// A line without its "\n" and without a "\r" before it; valid only during the call.
    case line(UnsafeBufferPointer<UInt8>)
    /// A line of more than `limit` bytes: reported once, as soon as this is known, and skipped to
    /// its end.
    case oversized
  }

  /// The greatest length of a line in bytes.
  public let limit: Int
  private var pending: [UInt8] = []
  private var isSkipping = false

  /// Makes a splitter of lines of at most `limit` bytes.
  public init(limit: Int = ProtocolLimits.maximumFrameBytes) {
    precondition(limit > 0, "a frame limit of \(limit) bytes would skip every line")
    self.limit = limit
  }

  /// Whether the bytes so far end within a line; if the stream ends here, that line is lost.
  public var isMidFrame: Bool { isSkipping || !pending.isEmpty }

  /// The number of bytes that are kept of an unfinished line.
  public var pendingByteCount: Int { pending.count }

  /// Takes the next bytes of the stream and calls `body` with every line that they complete, in
  /// order.
  ///
  /// - Parameters:
  ///   - bytes: The next bytes of the stream; any number of them.
  ///   - body: Receives each frame.
  /// - Complexity: O(`bytes.count`).
  public mutating func receive(
    _ bytes: UnsafeBufferPointer<UInt8>, _ body: (Frame) -> Void
  ) {
    var start = 0
    while start < bytes.count {
      guard let newline = Self.newline(in: bytes, from: start) else {
        keep(UnsafeBufferPointer(rebasing: bytes[start...]), body)
        return
      }
      let piece = UnsafeBufferPointer(rebasing: bytes[start..<newline])
      start = newline + 1
      if isSkipping {
        isSkipping = false
      } else if pending.isEmpty {
        emit(piece, body)
      } else if pending.count + piece.count > limit {
        drop()
        body(.oversized)
      } else {
        pending.append(contentsOf: piece)
        pending.withUnsafeBufferPointer { emit($0, body) }
        drop()
      }
    }
  }

  /// Keeps the start of a line that is not complete yet.
  private mutating func keep(_ piece: UnsafeBufferPointer<UInt8>, _ body: (Frame) -> Void) {
    if isSkipping { return }
    if pending.count + piece.count > limit {
      drop()
      isSkipping = true
      body(.oversized)
    } else {
      pending.append(contentsOf: piece)
    }
  }

  /// Overwrites and empties `pending`, because it may hold what a person typed, and frees the
  /// memory of a long line.
  private mutating func drop() {
    for i in pending.indices { pending[i] = 0 }
    pending.removeAll(keepingCapacity: pending.capacity <= 4096)
  }

  private func emit(_ line: UnsafeBufferPointer<UInt8>, _ body: (Frame) -> Void) {
    if line.count > limit {
      body(.oversized)
    } else if line.last == 0x0D {
      body(.line(UnsafeBufferPointer(rebasing: line.dropLast())))
    } else {
      body(.line(line))
    }
  }

  /// The position of the first "\n" at or after `start`; it compares eight bytes at a time.
  private static func newline(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    let raw = UnsafeRawBufferPointer(bytes)
    var i = start
    while i + 8 <= raw.count {
      // A byte of `x` is zero where the text has "\n"; the expression below finds the lowest such
      // byte (Warren, "Hacker's Delight", 2nd edition, §6-1).
      let x =
        UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: i, as: UInt64.self))
        ^ 0x0A0A_0A0A_0A0A_0A0A
      let zeros = (x &- 0x0101_0101_0101_0101) & ~x & 0x8080_8080_8080_8080
      if zeros != 0 { return i + zeros.trailingZeroBitCount / 8 }
      i += 8
    }
    while i < raw.count {
      if raw[i] == 0x0A { return i }
      i += 1
    }
    return nil
  }
}
