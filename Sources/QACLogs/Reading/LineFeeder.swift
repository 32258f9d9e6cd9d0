// Cuts a stream of byte chunks into lines.
//
// Invariant: the lines are the same however the bytes are cut into chunks. A line ends at a LF and
// loses one CR before it; the bytes after the last LF are a line if there are any. Lines longer
// than the maximum are announced but never held in memory.

#if canImport(Glibc)
  import Glibc
#endif

/// Splits chunks of bytes into lines.
package struct LineFeeder {
  /// A line as it is handed out.
  package enum Line {
    /// The bytes without the line's end; valid only during the call.
    case text(UnsafeBufferPointer<UInt8>)
    /// The line is longer than the maximum.
    case tooLong
  }

  package let maximumLength: Int
  /// Whether bytes of a line that has not ended are held, so that the next chunk continues it.
  package var isHolding: Bool { !partial.isEmpty || isOverlong }
  private var partial: [UInt8] = []
  private var isOverlong = false

  package init(maximumLength: Int) { self.maximumLength = maximumLength }

  /// Calls `body` with every line that ends in `chunk`.
  package mutating func feed<Failure: Error>(
    _ chunk: UnsafeBufferPointer<UInt8>, _ body: (Line) throws(Failure) -> Void
  ) throws(Failure) {
    var start = 0
    while start < chunk.count, let base = chunk.baseAddress {
      guard let found = memchr(base + start, 0x0A, chunk.count - start) else { break }
      let end = UnsafeRawPointer(base).distance(to: found)
      let line = UnsafeBufferPointer(rebasing: chunk[start..<end])
      start = end + 1
      if partial.isEmpty, !isOverlong {
        try hand(line, to: body)
      } else {
        hold(line)
        try finishPartial(body)
      }
    }
    hold(UnsafeBufferPointer(rebasing: chunk[start...]))
  }

  /// Calls `body` with the bytes after the last line end, if there are any.
  package mutating func finish<Failure: Error>(_ body: (Line) throws(Failure) -> Void)
    throws(Failure)
  {
    if isHolding { try finishPartial(body) }
  }

  private mutating func hold(_ bytes: UnsafeBufferPointer<UInt8>) {
    if isOverlong { return }
    // Two more than the maximum, for a CR and to know that the line is too long.
    partial.append(contentsOf: bytes.prefix(maximumLength + 2 - partial.count))
    isOverlong = partial.count > maximumLength + 1
  }

  private mutating func finishPartial<Failure: Error>(
    _ body: (Line) throws(Failure) -> Void
  ) throws(Failure) {
    if isOverlong {
      try body(.tooLong)
    } else {
      try partial.withUnsafeBufferPointer { (line) throws(Failure) in try hand(line, to: body) }
    }
    partial.removeAll(keepingCapacity: true)
    isOverlong = false
  }

  private func hand<Failure: Error>(
    _ line: UnsafeBufferPointer<UInt8>, to body: (Line) throws(Failure) -> Void
  ) throws(Failure) {
    let text = line.last == 0x0D ? UnsafeBufferPointer(rebasing: line.dropLast()) : line
    try body(text.count > maximumLength ? .tooLong : .text(text))
  }
}
