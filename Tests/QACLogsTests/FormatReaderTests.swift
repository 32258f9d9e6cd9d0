// What holds of the readers of all formats: pieces, spoiled files, files that grow.

import Foundation
import QACBinary
import QACTestSupport
import Testing

@testable import QACLogs

struct FormatReaderTests {
  /// The entries of `bytes`, fed in pieces of `size` bytes, in words.
  private func entries(_ bytes: [UInt8], size: Int) throws -> [String] {
    var found: [String] = []
    func take(_ entry: LogEntry, _ lines: Int) {
      switch entry {
      case .record(let record): found.append("\(lines) \(RawEvent(record))")
      case .empty: found.append("\(lines) empty")
      case .bad(let reason): found.append("\(lines) \(reason)")
      case .leftOut(let reason): found.append("\(lines) \(reason)")
      }
    }
    let guess = try bytes.withUnsafeBufferPointer {
      try FormatDetector.guess(path: "log", bytes: $0, format: .auto, LogReadOptions())
    }
    var reader = try #require(guess).reader
    for start in stride(from: 0, to: bytes.count, by: size) {
      try bytes[start..<min(start + size, bytes.count)].withUnsafeBufferPointer {
        try reader.read($0, take)
      }
    }
    try reader.finish(take)
    return found
  }

  @Test(arguments: LogSample.all)
  func entriesAreTheSameHoweverTheBytesAreCut(_ sample: LogSample) throws {
    let bytes = Array(sample.text.utf8)
    let whole = try entries(bytes, size: bytes.count)
    for size in [1, 2, 3, 7, 64] { #expect(try entries(bytes, size: size) == whole) }
  }

  /// A reader says where it can go on, and going on there finds the rest.
  @Test(arguments: LogSample.all)
  func aFileThatGrewIsReadFromWhereItEnded(_ sample: LogSample) throws {
    let bytes = Array(sample.text.utf8)
    let whole = try entries(bytes, size: bytes.count)
    for cut in 0...bytes.count {
      let guess = try bytes.withUnsafeBufferPointer {
        try FormatDetector.guess(path: "log", bytes: $0, format: .auto, LogReadOptions())
      }
      var first = try #require(guess).reader
      var second = first
      var count = 0
      try bytes[..<cut].withUnsafeBufferPointer { try first.read($0) { _, _ in count += 1 } }
      guard let end = first.completeBytes, end > 0 else { continue }
      second.skipBeginning()
      try bytes[Int(end)...].withUnsafeBufferPointer {
        try second.read($0) { _, _ in count += 1 }
      }
      try second.finish { _, _ in count += 1 }
      #expect(count == whole.count, "cut at \(cut)")
    }
  }

  @Test(arguments: LogSample.all)
  func spoiledFilesAreReadOrRefused(_ sample: LogSample) throws {
    try withEvery("seed", in: UInt64(0)..<60) { seed in
      var random = SplitMix64(seed: seed)
      var bytes = Array((0..<3).map { _ in sample.text }.joined().utf8)
      for _ in 0...random.below(6) {
        let i = random.below(bytes.count)
        switch random.below(4) {
        case 0: bytes[i] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.insert(bytes[random.below(bytes.count)], at: i)
        case 2: bytes.removeSubrange(i..<min(bytes.count, i + random.below(20)))
        default: bytes[i] = Array("\"\t,;{}[]\\\n\r%?&=".utf8)[random.below(15)]
        }
        if bytes.isEmpty { bytes = [0x78] }
      }
      for format in [LogFormat.auto, sample.format] {
        let options = LogReadOptions(format: format, maximumBadShare: 1)
        do {
          let report = try read(bytes, options).report
          #expect(report.badLines + report.emptyLines <= report.lines, "seed \(seed)")
        } catch let error as LogError {
          #expect(!error.description.contains("\n"), "seed \(seed)")
        }
      }
    }
  }

  /// What the files of a format should look like is said wherever they are refused.
  @Test func refusalsNameTheExpectedColumns() throws {
    for (format, text) in [
      (LogFormat.events, "a b c\n"), (.pairs, "a\tb\n"), (.queries, "x\n"), (.aol, "x\ty\n"),
      (.csv, "x\n"), (.access, "x\n"), (.json, "x\n"), (.jsonl, "x\n"),
    ] {
      let error = try #require(
        try failure(reading: Array(text.utf8), LogReadOptions(format: format)))
      let expected = try #require(format.expected)
      #expect(error.description.contains(expected), "\(error)")
    }
  }

  @Test func whatIsTooLongIsLeftOutAndNoError() throws {
    let long = String(repeating: "x", count: LogReader.maximumLineLength)
    let lines = (0..<20).map { "s\t\($0)\t\(long)\n" }.joined()
    let log = try read("s\t100\tshort\n" + lines, LogReadOptions(format: .events))
    #expect(log.observations.count == 1)
    #expect(log.report.badReasons == [.length: 20])
    #expect(log.report.description.contains("longer than 64 KiB"))
    var options = LogReadOptions(format: .events)
    options.longestQuery = 4
    let text = "s\t100\tfits\n" + (0..<20).map { "s\t\($0)\tdoes not fit\n" }.joined()
    #expect(try read(text, options).report.badReasons == [.longQuery: 20])
  }

  @Test func theReadingIsShownInOneLinePerFile() throws {
    let log = try read("query,count\n\"red\nshoes\",3\nblue shoes,4\n")
    let shown = log.report.files[0].reading
    #expect(shown.contains("csv") && shown.contains("query = \"query\""))
    #expect(shown.hasSuffix("[red shoes | 3] [blue shoes | 4]"))
    #expect(!shown.contains("\n"))
    // So are names of columns and members.
    for text in [
      "\"que\nries\",clicks\nred shoes,3\nblue shoes,4\n",
      "[{\"\\nquery\":\"red\",\"count\":3},{\"\\nquery\":\"blue\",\"count\":4}]",
    ] {
      var options = LogReadOptions()
      options.columns.query = text.hasPrefix("[") ? "\nquery" : "que\nries"
      let reading = try read(text, options).report.files[0].reading
      #expect(reading.contains("que ries") || reading.contains(" query"), "\(reading)")
      #expect(!reading.contains("\n"))
    }
    // Reports hold text only where they say so.
    #expect(!log.report.description.contains("shoes"))
    #expect(log.report.descriptionWithRecords.contains("shoes"))
    let events = try read("s\t-1\tx\n").report.files[0].reading
    #expect(events.hasSuffix("[s | 1969-12-31 23:59:59 | x]"))
  }

  @Test(arguments: UInt64(0)..<50)
  func timesAreShownAsTheyAreRead(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let time = Int64(random.below(90_000_000_000)) - 30_000_000_000
    let text = Array(UTCTime.text(time).utf8)
    #expect(text.withUnsafeBufferPointer(NumberParser.date) == time, "seed \(seed)")
  }
}
