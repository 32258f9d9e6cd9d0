// Reads parts of logs: a range of a file's bytes, or lines that say where they stood in which file.
//
// A file whose every line is an entry may be cut anywhere: a line belongs to the range in which it
// begins. The beginning of the file tells its layout in every range. A file that cannot be cut (one
// that is packed, or whose entries may span lines) belongs as a whole to the range with its first
// byte. So ranges that together cover a file have all of its entries, each once.

import QACText

extension LogScan {
  /// Calls `body` with every record of the file at `path` that begins within `range`, or with all of
  /// them if that is nil.
  mutating func part(_ path: String, _ range: Range<Int64>?, _ body: Body) throws(LogError) {
    guard let range, range != 0..<Int64.max else { return try file(path, body) }
    let input = try LogInput(path: path, acceptsPipes: false, encoding: options.encoding)
    var file = OpenFile(path: path)
    let head = try input.next()
    if !head.isEmpty { try open(&file, head: head, format: options.format) }
    if input.isPacked || file.reader?.isByLine != true {
      if range.lowerBound == 0 { return try self.file(path, body) }
      close(file)
      return
    }
    try lines(of: input, &file, in: range, body)
    close(file)
  }

  private mutating func close(_ file: OpenFile) {
    report.files.append(
      .init(
        path: file.path, layout: file.layout, detail: file.detail, isNotUTF8: file.isNotUTF8,
        firstRecords: file.firstRecords))
  }

  /// Reads the lines of a file that begin within `range`.
  private mutating func lines(
    of input: LogInput, _ file: inout OpenFile, in range: Range<Int64>, _ body: Body
  ) throws(LogError) {
    guard var reader = file.reader, !range.isEmpty else { return }
    // A line begins at 0, and behind each line end.
    var offset = max(0, range.lowerBound - 1)
    var isInside = range.lowerBound == 0
    try input.skip(to: offset)
    if isInside {
      file.base = 0
    } else {
      reader.skipBeginning()
    }
    var isDone = false
    while !isDone {
      var piece = try input.next()
      if piece.isEmpty { break }
      let start = offset
      offset += Int64(piece.count)
      if !isInside {
        guard let end = piece.firstIndex(of: 0x0A) else { continue }
        isInside = true
        file.base = start + Int64(end) + 1
        piece = .init(rebasing: piece[(end + 1)...])
        if file.base >= range.upperBound { return }
      } else if start == 0, piece.starts(with: [0xEF, 0xBB, 0xBF]) {
        file.base = 3
        piece = .init(rebasing: piece.dropFirst(3))
      }
      // The last line ends at the first line end at the last byte of the range, or behind it.
      let first = max(0, Int(range.upperBound - 1 - (offset - Int64(piece.count))))
      if first < piece.count, let end = piece[first...].firstIndex(of: 0x0A) {
        piece = .init(rebasing: piece[...end])
        isDone = true
      }
      try reader.read(piece) { (entry, lines) throws(LogError) in
        try take(entry, lines: lines, of: &file, body)
      }
    }
    try reader.finish { (entry, lines) throws(LogError) in
      try take(entry, lines: lines, of: &file, body)
    }
  }

  /// Receives a record, and the number of its log file.
  typealias PlacedBody = (LogRecord, LogLayout, UInt32) throws(LogError) -> BadLine.Reason?

  /// Calls `body` with every record of the file at `path`, whose lines have the number of a log
  /// file, a position in it and the line that stood there, with tabs between them. The positions
  /// count as numbers of lines.
  ///
  /// The lines come in any order, so their layout cannot be told from the first of them: the format
  /// must be named.
  mutating func placedLines(_ path: String, _ body: PlacedBody) throws(LogError) {
    let input = try LogInput(path: path, acceptsPipes: true)
    var file = OpenFile(path: path)
    var feeder = LineFeeder(maximumLength: LogReader.maximumLineLength + 64)
    var line: [UInt8] = []
    var reader: (any LogStreamReader)?
    while true {
      let piece = try input.next()
      if reader == nil, !piece.isEmpty {
        let head = Self.unplaced(piece)
        try head.withUnsafeBufferPointer { (head) throws(LogError) in
          try open(&file, head: head, format: options.format)
        }
        reader = file.reader
        if reader?.isByLine != true {
          throw .wrongFormat(
            path: path, format: options.format, reason: "its entries may span lines")
        }
        // A header is a line of a file like others, and none of these lines need be the first.
        reader?.skipBeginning()
      }
      func take(_ text: LineFeeder.Line) throws(LogError) {
        guard case .text(let bytes) = text, let place = PlacedLine(bytes) else {
          return try self.take(.bad(.columns), lines: 1, of: &file) { _, _ in nil }
        }
        line.removeAll(keepingCapacity: true)
        line.append(contentsOf: place.rest)
        line.append(0x0A)
        try line.withUnsafeBufferPointer { (line) throws(LogError) in
          try reader?.read(line) { (entry, lines) throws(LogError) in
            try self.take(entry, lines: lines, of: &file) { (record, layout) throws(LogError) in
              var record = record
              record.position = .line(place.position)
              return try body(record, layout, place.file)
            }
          }
        }
      }
      if piece.isEmpty {
        try feeder.finish(take)
        break
      }
      try feeder.feed(piece, take)
    }
    close(file)
  }

  /// Lines without the numbers before them.
  private static func unplaced(_ piece: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var head: [UInt8] = []
    var feeder = LineFeeder(maximumLength: LogReader.maximumLineLength + 64)
    feeder.feed(piece) { line in
      guard case .text(let bytes) = line, let place = PlacedLine(bytes) else { return }
      head.append(contentsOf: place.rest)
      head.append(0x0A)
    }
    return head
  }
}

/// A line that says where it stood.
private struct PlacedLine {
  var file: UInt32
  var position: Int64
  var rest: UnsafeBufferPointer<UInt8>

  /// Takes the two numbers off `line`; nil if they are not there.
  init?(_ line: UnsafeBufferPointer<UInt8>) {
    guard let first = line.firstIndex(of: 0x09),
      let second = line[(first + 1)...].firstIndex(of: 0x09),
      let file = UInt32(String(decoding: line[..<first], as: UTF8.self)),
      let position = Int64(String(decoding: line[(first + 1)..<second], as: UTF8.self)),
      position >= 0
    else { return nil }
    self.file = file
    self.position = position
    rest = .init(rebasing: line[(second + 1)...])
  }
}
