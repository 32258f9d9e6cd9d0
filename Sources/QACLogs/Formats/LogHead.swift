// The beginning of a file, by which formats are told apart.

/// The first lines of a file. The bytes are borrowed and valid only while the format is told.
struct LogHead {
  /// How many lines that are not blank are looked at, and within how many bytes at most.
  static let examinedLines = 100
  static let examinedBytes = 1 << 16

  /// The file's path.
  let path: String
  /// The first bytes: at least `examinedBytes` unless the file is shorter. A byte order mark is left
  /// out.
  let bytes: UnsafeBufferPointer<UInt8>
  /// The first lines that are not blank, without their ends. A beginning without a line end is one
  /// line.
  let lines: [UnsafeBufferPointer<UInt8>]
  /// What the user said about the columns.
  let columns: LogColumns
  /// With what names are hashed that must not be kept, such as network addresses.
  let salt: [UInt8]
  /// Whether the user named the format.
  let isNamed: Bool

  init(
    path: String, bytes: UnsafeBufferPointer<UInt8>, columns: LogColumns = LogColumns(),
    salt: [UInt8] = [], isNamed: Bool = false
  ) {
    self.path = path
    self.bytes = bytes
    self.columns = columns
    self.salt = salt
    self.isNamed = isNamed
    var lines: [UnsafeBufferPointer<UInt8>] = []
    let examined = UnsafeBufferPointer(rebasing: bytes.prefix(Self.examinedBytes))
    var start = 0
    while start < examined.count, lines.count < Self.examinedLines {
      let end = examined[start...].firstIndex(of: 0x0A)
      // A line that goes on is one only if there is no other.
      guard let end = end ?? (lines.isEmpty || bytes.count == examined.count ? examined.count : nil)
      else { break }
      var line = UnsafeBufferPointer(rebasing: examined[start..<end])
      if line.last == 0x0D { line = UnsafeBufferPointer(rebasing: line.dropLast()) }
      if !LogText.isBlank(line), line.count <= LogReader.maximumLineLength { lines.append(line) }
      start = end + 1
    }
    self.lines = lines
  }

  /// The share of the lines for which `isOwn` holds, from 0 to 1; the first line also counts if it
  /// is a header.
  func share(
    header isHeader: (UnsafeBufferPointer<UInt8>) -> Bool = { _ in false },
    _ isOwn: (UnsafeBufferPointer<UInt8>) -> Bool
  ) -> Double {
    guard let first = lines.first else { return 0 }
    let own = lines.count { isOwn($0) }
    let header = own > 0 && !isOwn(first) && isHeader(first) ? 1 : 0
    return Double(own + header) / Double(lines.count)
  }

  /// The unit of most of the numbers that `time` finds in the lines; the larger unit at a tie;
  /// seconds if there is none.
  func unit(_ time: (UnsafeBufferPointer<UInt8>) -> Int64?) -> TimeUnit {
    TimeUnit.most(of: lines.compactMap(time))
  }
}

/// What the user says about the columns, fields or parameters of a log; nil where they are guessed.
public struct LogColumns: Sendable, Equatable {
  /// The column or field of the query.
  public var query: String?
  /// That of the time.
  public var time: String?
  /// That of the session.
  public var session: String?
  /// That of the user. If there are both, people are told apart by the user.
  public var user: String?
  /// That of the count.
  public var count: String?
  /// The parameter of a request's address that holds the query.
  public var parameter: String?

  /// Makes columns; those that are nil are guessed.
  public init(
    query: String? = nil, time: String? = nil, session: String? = nil, user: String? = nil,
    count: String? = nil, parameter: String? = nil
  ) {
    self.query = query
    self.time = time
    self.session = session
    self.user = user
    self.count = count
    self.parameter = parameter
  }
}
