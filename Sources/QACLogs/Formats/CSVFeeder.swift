// Cuts a stream of byte chunks into the records of a CSV file.
//
// Invariant: the records are the same however the bytes are cut into chunks. A record ends at a LF
// outside quotes and loses one CR before it; a value in quotes keeps its line ends. Of a record
// that is longer than the maximum, nothing more is held in memory. A quote within a value that does
// not begin with one is kept as it is. Files with another separator, or without quoting, are cut in
// the same way.
// Source: RFC 4180, §2.
// Cost: every byte is looked at once; the buffers are reused.

/// One record of a CSV file.
struct CSVRecord {
  /// The most columns that a record may have.
  static let mostColumns = 256

  /// Why a record cannot be used.
  enum Fault {
    /// It has more than `mostColumns` columns.
    case columns
    /// It is longer than the maximum.
    case length
    /// Text follows a closing quote.
    case quote
  }

  /// The line at which it begins, from 1.
  fileprivate(set) var line = 1
  /// How many lines it takes.
  fileprivate(set) var lineCount = 1
  /// Why it cannot be used; nil if it can.
  fileprivate(set) var fault: Fault?
  fileprivate(set) var bytes: [UInt8] = []
  fileprivate var ends: [Int] = []

  /// The number of columns.
  var count: Int { ends.count }

  /// Whether the record is an empty line.
  var isEmpty: Bool { ends.count == 1 && bytes.isEmpty && fault == nil }

  /// The place in `bytes` of column `index`, unquoted.
  func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

  /// The value of column `index`, unquoted.
  subscript(index: Int) -> ArraySlice<UInt8> { bytes[range(index)] }
}

/// Splits chunks of bytes into CSV records.
struct CSVFeeder {
  private enum State { case start, plain, quoted, closed }

  private let maximumLength: Int
  private let separator: UInt8
  private let quote: UInt8?
  private var state = State.start
  private var record = CSVRecord()
  private var line = 1
  private var hasBytes = false
  /// Whether the last byte was a CR outside quotes, which belongs to the line end if a LF follows.
  private var hasReturn = false
  private var bytes: Int64 = 0
  /// The number of bytes of all records that have ended.
  private(set) var completeBytes: Int64 = 0

  init(maximumLength: Int, separator: UInt8 = 0x2C, hasQuotes: Bool = true) {
    self.maximumLength = maximumLength
    self.separator = separator
    quote = hasQuotes ? 0x22 : nil
  }

  /// The line at which a record begins that ends within quotes; nil if there is none.
  var openQuote: Int? { state == .quoted ? record.line : nil }

  /// Calls `body` with every record that ends in `chunk`.
  mutating func feed<Failure: Error>(
    _ chunk: UnsafeBufferPointer<UInt8>, _ body: (CSVRecord) throws(Failure) -> Void
  ) throws(Failure) {
    for (i, byte) in chunk.enumerated() {
      hasBytes = true
      if state == .quoted {
        if byte == 0x0A { line += 1 }
        if byte == quote { state = .closed } else { hold(byte) }
        continue
      }
      if byte == 0x0A {
        hasReturn = false
        line += 1
        completeBytes = bytes + Int64(i) + 1
        try end(body)
        continue
      }
      if hasReturn {
        hasReturn = false
        take(0x0D)
      }
      if byte == 0x0D { hasReturn = true } else { take(byte) }
    }
    bytes += Int64(chunk.count)
  }

  /// Calls `body` with the record after the last line end, if there is one that is not within
  /// quotes.
  mutating func finish<Failure: Error>(
    _ body: (CSVRecord) throws(Failure) -> Void
  ) throws(Failure) {
    guard hasBytes, state != .quoted else { return }
    line += 1
    try end(body)
  }

  /// Takes a byte outside quotes that ends no record.
  private mutating func take(_ byte: UInt8) {
    if byte == separator {
      endColumn()
      state = .start
      return
    }
    switch state {
    case .start where byte == quote: state = .quoted
    case .closed where byte == quote:
      hold(byte)
      state = .quoted
    case .closed: fail(.quote)
    default:
      hold(byte)
      state = .plain
    }
  }

  private mutating func hold(_ byte: UInt8) {
    if record.fault != nil { return }
    if record.bytes.count == maximumLength { return fail(.length) }
    record.bytes.append(byte)
  }

  private mutating func fail(_ fault: CSVRecord.Fault) {
    record.fault = record.fault ?? fault
  }

  private mutating func endColumn() {
    if record.ends.count == CSVRecord.mostColumns { return fail(.columns) }
    record.ends.append(record.bytes.count)
  }

  private mutating func end<Failure: Error>(
    _ body: (CSVRecord) throws(Failure) -> Void
  ) throws(Failure) {
    endColumn()
    record.lineCount = line - record.line
    try body(record)
    record.bytes.removeAll(keepingCapacity: true)
    record.ends.removeAll(keepingCapacity: true)
    record.fault = nil
    record.line = line
    state = .start
    hasBytes = false
    hasReturn = false
  }
}
