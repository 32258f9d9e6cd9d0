// Logs that grow, rotate, are packed and are damaged between two readings.

import Foundation
import QACBinary
import QACLogs
import QACTestSupport
import QACText
import Testing

struct LogSegmenterTests {
  private let segmenter = LogSegmenter(LogReadOptions(), segmentBytes: 1 << 20)

  /// The content of a file's segments, as lines.
  private func read(
    _ path: String, _ known: LogFileState?, _ segments: inout [[UInt8]]
  ) throws -> LogFileState? {
    var new: [[UInt8]] = []
    let change = try segmenter.read(path, known: known) { (bytes) throws(LogError) in
      new.append(bytes)
    }
    switch change {
    case .none:
      #expect(new.isEmpty)
      return known
    case .appended(let state):
      segments += new
      return state
    case .replaced(let state):
      segments = new
      return state
    }
  }

  private func observations(_ segments: [[UInt8]]) throws -> [String] {
    var filters = LogFilters()
    filters.minimumUsers = 1
    filters.robotMinute = 0
    filters.halfTypedSeconds = -1
    let directory = try TemporaryDirectory()
    let aggregation = try EventAggregation(
      try segments.map { try #require(LogSegment(bytes: $0, profile: .search)) },
      window: .min...(.max), filters: filters, memory: 1 << 20, directory: directory.path)
    try aggregation.count(holdingOut: 0)
    return words(try aggregation.log(for: .publication).log)
  }

  @Test func readingPieceByPieceIsReadingAtOnce() throws {
    try withEvery("seed", in: UInt64(0)..<60) { seed in
      var random = SplitMix64(seed: seed)
      let lines = (0..<80).map { i in
        random.below(40) == 0
          ? "bad\n" : "u\(random.below(4))\t\(1000 + i * 7)\tquery \(random.below(12))\n"
      }
      let bytes = Array(lines.joined().utf8)
      let directory = try TemporaryDirectory()
      let path = directory.file("log")
      var segments: [[UInt8]] = []
      var state: LogFileState?
      var end = 0
      while end < bytes.count {
        // Cut anywhere, also within a line.
        end = min(bytes.count, end + 1 + random.below(400))
        let handle = FileHandle(forWritingAtPath: path)
        if let handle {
          handle.seekToEndOfFile()
          let written = Int(handle.offsetInFile)
          handle.write(Data(bytes[written..<end]))
          try handle.close()
        } else {
          try Data(bytes[..<end]).write(to: URL(fileURLWithPath: path))
        }
        state = try read(path, state, &segments)
        // A second look finds nothing new.
        state = try read(path, state, &segments)
      }
      var whole: [[UInt8]] = []
      let atOnce = try #require(try read(path, nil, &whole))
      let (pieces, one) = (try observations(segments), try observations(whole))
      #expect(pieces == one, "seed \(seed)")
      #expect(state == atOnce, "seed \(seed)")
      #expect(atOnce.badCount == lines.filter { $0 == "bad\n" }.count)
    }
  }

  @Test func theFirstReadingDoesNotDecideTheUnit() throws {
    // A file that begins with times in another unit.
    let directory = try TemporaryDirectory()
    let text = "a\t1767261600\tx\n"
    let path = try write(Array(text.utf8), in: directory)
    var segments: [[UInt8]] = []
    var state = try read(path, nil, &segments)
    #expect(state?.unit == .seconds)
    for count in [50, 90, 200] {
      let more = (0..<count).map { "a\t\(1_767_261_600_000 + 1000 * $0)\tq\($0)\n" }
      try Data((text + more.joined()).utf8).write(to: URL(fileURLWithPath: path))
      state = try read(path, state, &segments)
      var whole: [[UInt8]] = []
      #expect(state == (try read(path, nil, &whole)))
      #expect(try observations(segments) == observations(whole))
      #expect(state?.unit == .milliseconds)
      #expect(state?.badLines == [BadLine.Reason.timeUnit.rawValue: 1])
    }
    // A part that is known for certain is not read again.
    let handle = try #require(FileHandle(forWritingAtPath: path))
    handle.seekToEndOfFile()
    handle.write(Data("a\t1767261900000\tlast\n".utf8))
    try handle.close()
    let change = try segmenter.read(path, known: state) { _ throws(LogError) in }
    guard case .appended(let grown) = change else {
      Issue.record("\(change)")
      return
    }
    #expect(grown.unit == .milliseconds && grown.lines == 202)
  }

  @Test func anUnfinishedLineWaitsButNotInPackedFiles() throws {
    let directory = try TemporaryDirectory()
    let text = Array("a\t1\tx\na\t2\ty".utf8)
    var segments: [[UInt8]] = []
    _ = try read(try write(text, to: "plain", in: directory), nil, &segments)
    #expect(try observations(segments) == ["- > x"])
    _ = try read(try write(GzipWriter.pack(text), to: "packed", in: directory), nil, &segments)
    #expect(try observations(segments) == ["- > x", "x > y"])
  }

  @Test func anotherFileOfTheSameNameIsReadWhole() throws {
    let directory = try TemporaryDirectory()
    let path = try write(Array("a\t1\tx\n".utf8), in: directory)
    var segments: [[UInt8]] = []
    var state = try read(path, nil, &segments)
    // A file of the same or a greater length with another beginning, with the same and another
    // inode.
    try Data("b\t1\tz\nb\t2\ty\n".utf8).write(to: URL(fileURLWithPath: path))
    state = try read(path, state, &segments)
    #expect(try observations(segments) == ["- > z", "z > y"])
    let handle = try #require(FileHandle(forWritingAtPath: path))
    handle.write(Data("c\t1\tq\nc\t2\tr\nc\t3\tx\n".utf8))
    try handle.close()
    state = try read(path, state, &segments)
    #expect(try observations(segments) == ["- > q", "q > r", "r > x"])
    // Shorter.
    try Data("d\t1\tq\n".utf8).write(to: URL(fileURLWithPath: path))
    state = try read(path, state, &segments)
    #expect(try observations(segments) == ["- > q"])
  }

  @Test func memoryBoundsSegments() throws {
    let lines = (0..<4000).map { "u\($0 % 7)\t\($0)\tquery number \($0)\n" }
    let directory = try TemporaryDirectory()
    let path = try write(Array(lines.joined().utf8), in: directory)
    var small: [[UInt8]] = []
    _ = try LogSegmenter(LogReadOptions(), segmentBytes: 0).read(path, known: nil) {
      (bytes) throws(LogError) in small.append(bytes)
    }
    #expect(small.count > 2)
    var whole: [[UInt8]] = []
    _ = try LogSegmenter(LogReadOptions(), segmentBytes: 1 << 24).read(path, known: nil) {
      (bytes) throws(LogError) in whole.append(bytes)
    }
    #expect(whole.count == 1)
    #expect(try observations(small) == observations(whole))
  }

  @Test func badFilesAreRefused() throws {
    let directory = try TemporaryDirectory()
    let bad = try write(
      Array((String(repeating: "bad\n", count: 9) + "a\t1\tx\n").utf8), in: directory)
    #expect(throws: LogError.self) {
      try LogSegmenter(LogReadOptions(format: .events), segmentBytes: 1 << 20).read(bad, known: nil)
      {
        _ throws(LogError) in
      }
    }
    let counts = try write(Array("x\t3\n".utf8), to: "counts", in: directory)
    #expect(throws: LogError.notTimed(path: counts, format: .queries)) {
      try segmenter.read(counts, known: nil) { _ throws(LogError) in }
    }
    var none: [[UInt8]] = []
    let empty = try read(try write([], to: "empty", in: directory), nil, &none)
    #expect(empty?.lines == 0 && none.isEmpty)
  }

  @Test func damagedSegmentsAreRefused() throws {
    var segments: [[UInt8]] = []
    let directory = try TemporaryDirectory()
    _ = try read(
      try write(Array("a\t1\tx\nb\t2\tX\na\t3\tyy\n".utf8), in: directory), nil, &segments)
    let bytes = segments[0]
    #expect(LogSegment(bytes: bytes, profile: .search) != nil)
    #expect(LogSegment(bytes: bytes, profile: .verbatim) == nil)
    for i in bytes.indices {
      var damaged = bytes
      damaged[i] ^= 0x40
      #expect(LogSegment(bytes: damaged, profile: .search) == nil, "byte \(i)")
      #expect(LogSegment(bytes: Array(bytes[..<i]), profile: .search) == nil, "\(i) bytes")
      // With a correct checksum the structure must still be valid; a file that passes can be read.
      if i >= 16 {
        let sum = damaged.withUnsafeBytes { CRC32C.of(UnsafeRawBufferPointer(rebasing: $0[16...])) }
        withUnsafeBytes(of: sum.littleEndian) { damaged.replaceSubrange(8..<12, with: $0) }
        if let segment = LogSegment(bytes: damaged, profile: .search) {
          _ = try EventAggregation(
            [segment], window: .min...(.max), filters: LogFilters(), memory: 1 << 20,
            directory: directory.path)
        }
      }
    }
  }

  @Test func patternsFindFiles() throws {
    let directory = try TemporaryDirectory()
    for name in ["b.tsv", "a.tsv", "c.log"] { _ = try write([], to: name, in: directory) }
    let (found, unmatched, obstructed) = LogSegmenter.paths([
      directory.file("*.tsv"), directory.file("a.tsv"), directory.file("none*"),
      directory.file("*/x.tsv"),
    ])
    #expect(found == [directory.file("a.tsv"), directory.file("b.tsv")])
    #expect(unmatched == [directory.file("none*"), directory.file("*/x.tsv")])
    #expect(obstructed.isEmpty)
  }

  @Test func aDirectoryThatCannotBeReadIsNotTakenForAnEmptyOne() throws {
    let directory = try TemporaryDirectory()
    for name in ["open", "shut"] {
      mkdir(directory.file(name), 0o700)
      _ = try write([], to: "\(name)/a.tsv", in: directory)
    }
    chmod(directory.path, 0o755)
    chmod(directory.file("open"), 0o755)
    chmod(directory.file("shut"), 0)
    defer { chmod(directory.file("shut"), 0o700) }
    let (found, unmatched, obstructed) = withoutPrivileges {
      LogSegmenter.paths([directory.file("*/*.tsv"), directory.file("shut/*")])
    }
    #expect(found == [directory.file("open/a.tsv")])
    #expect(obstructed == [directory.file("*/*.tsv"), directory.file("shut/*")])
    #expect(unmatched.isEmpty)
  }

  @Test func aPipeThatAPatternFindsIsRefusedWithoutWaiting() throws {
    let directory = try TemporaryDirectory()
    let pipe = try NamedPipe(path: directory.file("a.tsv"), text: "u\t1\tx\n")
    #expect(throws: LogError.file(.notRegular(path: pipe.path))) {
      try segmenter.read(pipe.path, known: nil) { _ in }
    }
  }
}
