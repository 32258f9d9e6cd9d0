// Reads the history file of fish.
//
//     - cmd: echo 'a\nb'              a line end is \n, and a backslash is \\
//       when: 1767225600
//       paths:
//         - /etc/passwd               arguments that were files
//
// It looks like YAML and is none: nothing is quoted, and a value goes to the end of its line. Old
// files indent by three spaces. The escapes are undone in one pass, so that `\\n` is a backslash
// and an n. A backslash before anything else stays. The paths are not used: fish does not write the
// working directory.
//
// Cost: O(bytes), and no allocation per entry.
// Source: fish 3.6, src/history_file.cpp (decode_item_fish_2_0, unescape_yaml_fish_2_0).

/// Reads fish's history.
package struct FishHistory: HistoryDecoder {
  private var entry = OpenEntry()
  private var line = 0

  package init() {}

  package mutating func take<Failure: Error>(
    _ line: LineFeeder.Line, _ body: (HistoryItem) throws(Failure) -> Void
  ) throws(Failure) {
    self.line += 1
    guard case .text(let bytes) = line else {
      // Only a command is as long as this.
      try entry.close(through: self.line - 1, body)
      entry.open(at: self.line)
      return entry.text.markTooLong()
    }
    if let command = Self.command(bytes) {
      try entry.close(through: self.line - 1, body)
      entry.open(at: self.line)
      return appendUnescaped(command)
    }
    if LogText.isBlank(bytes) { return }
    guard entry.isOpen, bytes.first == 0x20 else {
      try entry.close(through: self.line - 1, body)
      return try body(.stray(line: self.line))
    }
    let member = bytes.drop { $0 == 0x20 }
    if member.starts(with: Self.when),
      let number = HistoryNumber.leading(member.dropFirst(Self.when.count).drop { $0 == 0x20 })
    {
      entry.time = HistoryNumber.seconds(number.value)
    }
  }

  package mutating func finish<Failure: Error>(
    _ body: (HistoryItem) throws(Failure) -> Void
  ) throws(Failure) {
    try entry.close(through: line, body)
  }

  private static let when = Array("when:".utf8)
  private static let cmd = Array("- cmd:".utf8)

  /// The command that `line` begins, still escaped; nil if it begins none.
  static func command(_ line: UnsafeBufferPointer<UInt8>) -> Slice<UnsafeBufferPointer<UInt8>>? {
    guard line.starts(with: cmd) else { return nil }
    let value = line.dropFirst(cmd.count)
    return value.first == 0x20 ? value.dropFirst() : value
  }

  private mutating func appendUnescaped(_ value: Slice<UnsafeBufferPointer<UInt8>>) {
    entry.text.append(value)
    guard var end = entry.text.bytes.firstIndex(of: 0x5C) else { return }
    var i = end
    while i < entry.text.bytes.count {
      var byte = entry.text.bytes[i]
      if byte == 0x5C, i + 1 < entry.text.bytes.count {
        switch entry.text.bytes[i + 1] {
        case 0x5C: i += 1
        case 0x6E:
          byte = 0x0A
          i += 1
        default: break
        }
      }
      entry.text.bytes[end] = byte
      end += 1
      i += 1
    }
    entry.text.bytes.removeLast(entry.text.bytes.count - end)
  }
}
