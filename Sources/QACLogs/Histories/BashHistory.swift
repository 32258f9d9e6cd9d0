// Reads the history file of bash.
//
//     #1767225600                      if HISTTIMEFORMAT was set: when the next command was entered
//     cat <<END
//     #123
//     END
//
// Before the first such line every line is a command. After it a command is all lines up to the
// next such line, because bash writes the lines of a command as they are. A line counts as a time
// only if it is `#` and 9 to 19 digits: from 1973 on, in seconds or in a smaller unit, which the
// number of digits tells. So `#123` in a here-document stays in the command.
//
// Cost: O(bytes), and no allocation per entry.
// Source: the GNU History Library, "history_write_timestamps", and lib/readline/histfile.c.

/// Reads bash's history.
package struct BashHistory: HistoryDecoder {
  private var entry = OpenEntry()
  private var hasTimes = false
  private var line = 0

  package init() {}

  package mutating func take<Failure: Error>(
    _ line: LineFeeder.Line, _ body: (HistoryItem) throws(Failure) -> Void
  ) throws(Failure) {
    self.line += 1
    if case .text(let bytes) = line, let stamp = Self.stamp(bytes) {
      try entry.close(through: self.line - 1, body)
      hasTimes = true
      entry.time = stamp
      return
    }
    if entry.isOpen {
      entry.text.append(CollectionOfOne(0x0A))
    } else {
      entry.open(at: self.line)
    }
    switch line {
    case .tooLong: entry.text.markTooLong()
    case .text(let bytes): entry.text.append(bytes)
    }
    if !hasTimes { try finish(body) }
  }

  package mutating func finish<Failure: Error>(
    _ body: (HistoryItem) throws(Failure) -> Void
  ) throws(Failure) {
    try entry.close(through: line, body)
  }

  /// The time in unix seconds that `line` says; nil if it is part of a command.
  static func stamp(_ line: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard line.first == 0x23, let number = HistoryNumber.leading(line.dropFirst()),
      number.digits >= 9, number.digits == line.count - 1
    else { return nil }
    return HistoryNumber.seconds(number.value)
  }
}
