// The lines of a file as they are, unpacked: for files that are no logs of a known format.

/// Reads lines.
package enum LogLines {
  /// Calls `body` with every line of the file at `path` that is not blank; nil stands for a line
  /// that is longer than `LogReader.maximumLineLength`.
  package static func forEach(
    of path: String, _ body: (UnsafeBufferPointer<UInt8>?) -> Void
  ) throws(LogError) {
    let input = try LogInput(path: path, acceptsPipes: false)
    var feeder = LineFeeder(maximumLength: LogReader.maximumLineLength)
    func take(_ line: LineFeeder.Line) {
      switch line {
      case .tooLong: body(nil)
      case .text(let text): if !LogText.isBlank(text) { body(text) }
      }
    }
    while true {
      let piece = try input.next()
      if piece.isEmpty { break }
      feeder.feed(piece, take)
    }
    feeder.finish(take)
  }

  /// The first line of the file at `path`, as bytes; nil if its beginning has no line.
  package static func first(of path: String) throws(LogError) -> [UInt8]? {
    let input = try LogInput(path: path, acceptsPipes: false)
    // The piece is the input's memory.
    defer { withExtendedLifetime(input) {} }
    let line = try input.next().prefix(LogReader.maximumLineLength).prefix { $0 != 0x0A }
    return line.isEmpty ? nil : Array(line)
  }
}
