// One entry of a shell's history, and what the readers of histories have in common.
//
// A history is a list of commands, oldest first. What else a shell writes about a command differs,
// so everything except the command is optional.

/// One command of a history. Its texts are borrowed and valid only during the call that hands it
/// out.
package struct HistoryEntry {
  /// The command as it was typed, perhaps of several lines; UTF-8 unless something else was typed.
  package var command: UnsafeBufferPointer<UInt8>
  /// When it was started, in unix seconds; nil if the history does not say.
  package var time: Int64?
  /// How many seconds it took; nil if the history does not say.
  package var duration: Double?
  /// Its exit status; nil if the history does not say.
  package var exitStatus: Int64?
  /// The working directory; nil if the history does not say.
  package var directory: UnsafeBufferPointer<UInt8>?
  /// The terminal's session in which it was typed; nil if the history does not say.
  package var thread: UnsafeBufferPointer<UInt8>?
  /// The number of its first line in the file, or of its row in a database, from 1.
  package var line: Int
  /// The number of its last line.
  package var lastLine: Int

  /// Makes an entry.
  package init(
    command: UnsafeBufferPointer<UInt8>, time: Int64? = nil, line: Int, lastLine: Int
  ) {
    self.command = command
    self.time = time
    self.line = line
    self.lastLine = lastLine
  }
}

/// What a reader of a history finds.
package enum HistoryItem {
  /// A command.
  case entry(HistoryEntry)
  /// A line that belongs to no entry.
  case stray(line: Int)
  /// An entry that is meant to be left out: too long, deleted, or given by a program.
  case leftOut(LogOmission, line: Int, lastLine: Int)
}

/// Cuts the lines of a history into entries.
///
/// Invariant: no input makes a decoder hold more than `HistoryText.maximumBytes` bytes of text.
package protocol HistoryDecoder {
  /// Makes a decoder at the beginning of a file.
  init()

  /// Takes the next line of the file; calls `body` with what it completes.
  mutating func take<Failure: Error>(
    _ line: LineFeeder.Line, _ body: (HistoryItem) throws(Failure) -> Void
  ) throws(Failure)

  /// Ends the file; calls `body` with what was not complete yet.
  mutating func finish<Failure: Error>(
    _ body: (HistoryItem) throws(Failure) -> Void
  ) throws(Failure)
}

extension HistoryDecoder {
  /// Decodes the whole file `bytes`.
  package static func decode<Failure: Error>(
    _ bytes: UnsafeBufferPointer<UInt8>, _ body: (HistoryItem) throws(Failure) -> Void
  ) throws(Failure) {
    var decoder = Self()
    var feeder = LineFeeder(maximumLength: LogReader.maximumLineLength)
    try feeder.feed(bytes) { (line) throws(Failure) in try decoder.take(line, body) }
    try feeder.finish { (line) throws(Failure) in try decoder.take(line, body) }
    try decoder.finish(body)
  }
}

/// The text of an entry while its lines come.
struct HistoryText {
  /// The most bytes of an entry; as many as a line of a log may have.
  static let maximumBytes = LogReader.maximumLineLength

  /// The text so far; empty if it is too long.
  var bytes: [UInt8] = []
  private(set) var isTooLong = false

  /// Appends `more`.
  mutating func append(_ more: some Collection<UInt8>) {
    if bytes.count + more.count > Self.maximumBytes { markTooLong() }
    if !isTooLong { bytes.append(contentsOf: more) }
  }

  /// Gives the text up: no more of it is kept.
  mutating func markTooLong() {
    isTooLong = true
    bytes.removeAll(keepingCapacity: true)
  }

  /// Starts the next entry's text.
  mutating func clear() {
    isTooLong = false
    bytes.removeAll(keepingCapacity: true)
  }

  /// Hands the text out as an entry, unless it is blank, and starts the next one.
  mutating func hand<Failure: Error>(
    _ time: Int64?, duration: Double? = nil, line: Int, lastLine: Int,
    to body: (HistoryItem) throws(Failure) -> Void
  ) throws(Failure) {
    defer { clear() }
    if isTooLong { return try body(.leftOut(.longQuery, line: line, lastLine: lastLine)) }
    if bytes.allSatisfy({ $0 == 0x20 || $0 &- 0x09 < 5 }) { return }
    try bytes.withUnsafeBufferPointer { (text) throws(Failure) in
      var entry = HistoryEntry(command: text, time: time, line: line, lastLine: lastLine)
      entry.duration = duration
      try body(.entry(entry))
    }
  }
}

/// The entry that has begun, in a history of which an entry ends where the next one begins.
struct OpenEntry {
  var text = HistoryText()
  /// Unix seconds; may be known before the entry begins.
  var time: Int64?
  /// Whether an entry has begun.
  private(set) var isOpen = false
  private var firstLine = 0

  /// Begins an entry at `line`.
  mutating func open(at line: Int) {
    isOpen = true
    firstLine = line
  }

  /// Hands out the entry, if one has begun, whose last line is `last`.
  mutating func close<Failure: Error>(
    through last: Int, _ body: (HistoryItem) throws(Failure) -> Void
  ) throws(Failure) {
    if isOpen { try text.hand(time, line: firstLine, lastLine: last, to: body) }
    isOpen = false
    time = nil
  }
}

/// Numbers in histories.
enum HistoryNumber {
  /// The whole number at the beginning of `text`, of 1 to 19 digits, and how many digits it has.
  static func leading(_ text: some Collection<UInt8>) -> (value: Int64, digits: Int)? {
    var value: Int64 = 0
    var digits = 0
    for byte in text {
      guard byte &- 0x30 < 10 else { break }
      let (tens, isTooMuch) = value.multipliedReportingOverflow(by: 10)
      let (sum, isTooLarge) = tens.addingReportingOverflow(Int64(byte - 0x30))
      if isTooMuch || isTooLarge { return nil }
      value = sum
      digits += 1
    }
    return digits == 0 ? nil : (value, digits)
  }

  /// `number` as unix seconds; its size tells its unit.
  static func seconds(_ number: Int64) -> Int64? { TimeUnit.of(number).seconds(number) }
}
