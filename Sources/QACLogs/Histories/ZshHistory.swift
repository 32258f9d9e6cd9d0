// Reads the history file of zsh.
//
//     : 1767225600:3;git status        with the option extended_history: start, seconds, command
//     ls -la                           without it
//     \: > log                         without it, a command that begins with a colon
//
// A line end within a command is written as a backslash and a line end, so a backslash that ends a
// line of the command stands twice. A command that ends with backslashes, or with backslashes and
// spaces, gets one more space. Bytes that zsh uses itself are "metafied": 0x83, and then the byte
// with bit 5 flipped. They must be undone before the text is read as UTF-8.
//
// Invariant: what zsh 5.9 reads from a file that it wrote is what is read here, byte for byte.
// Cost: O(bytes), and no allocation per entry.
// Source: zsh 5.9, Src/hist.c (readhistline, readhistfile, savehistfile) and Src/utils.c (metafy).

/// Reads zsh's history.
package struct ZshHistory: HistoryDecoder {
  private static let meta: UInt8 = 0x83

  private var text = HistoryText()
  private var isContinued = false
  private var line = 0
  private var firstLine = 0

  package init() {}

  package mutating func take<Failure: Error>(
    _ line: LineFeeder.Line, _ body: (HistoryItem) throws(Failure) -> Void
  ) throws(Failure) {
    self.line += 1
    if !isContinued { firstLine = self.line }
    isContinued = false
    switch line {
    case .tooLong: text.markTooLong()
    case .text(let bytes):
      isContinued = bytes.last == 0x5C
      text.append(isContinued ? bytes.dropLast() : bytes[...])
      if isContinued { text.append(CollectionOfOne(0x0A)) }
    }
    if !isContinued { try hand(body) }
  }

  package mutating func finish<Failure: Error>(
    _ body: (HistoryItem) throws(Failure) -> Void
  ) throws(Failure) {
    if isContinued { try hand(body) }
  }

  private mutating func hand<Failure: Error>(
    _ body: (HistoryItem) throws(Failure) -> Void
  ) throws(Failure) {
    let stamp = Self.stamp(text.bytes)
    if let stamp {
      text.bytes.removeFirst(stamp.bytes)
    } else if text.bytes.starts(with: [0x5C, 0x3A]) {
      text.bytes.removeFirst()
    }
    Self.dropAddedSpace(&text.bytes)
    Self.unmetafy(&text.bytes)
    try text.hand(
      stamp?.time, duration: stamp?.duration, line: firstLine, lastLine: line, to: body)
  }

  /// The start and the duration at the beginning of `text`, and how many bytes they take; nil if
  /// there are none.
  static func stamp(
    _ text: some RandomAccessCollection<UInt8>
  ) -> (time: Int64, duration: Double, bytes: Int)? {
    guard text.first == 0x3A else { return nil }
    var rest = text.dropFirst().drop { $0 == 0x20 }
    guard let time = HistoryNumber.leading(rest) else { return nil }
    rest = rest.dropFirst(time.digits)
    guard rest.first == 0x3A, let duration = HistoryNumber.leading(rest.dropFirst()) else {
      return nil
    }
    rest = rest.dropFirst(1 + duration.digits)
    guard rest.first == 0x3B, let seconds = HistoryNumber.seconds(time.value) else { return nil }
    return (seconds, Double(duration.value), text.count - rest.count + 1)
  }

  /// Removes the space that zsh writes after backslashes at the end of a command.
  private static func dropAddedSpace(_ text: inout [UInt8]) {
    guard text.last == 0x20, let last = text.last(where: { $0 != 0x20 }), last == 0x5C else {
      return
    }
    text.removeLast()
  }

  /// Undoes what zsh did to the bytes that it uses itself.
  private static func unmetafy(_ text: inout [UInt8]) {
    guard var end = text.firstIndex(of: meta) else { return }
    var i = end
    while i < text.count {
      if text[i] == meta, i + 1 < text.count {
        i += 1
        text[end] = text[i] ^ 0x20
      } else {
        text[end] = text[i]
      }
      end += 1
      i += 1
    }
    text.removeLast(text.count - end)
  }
}
