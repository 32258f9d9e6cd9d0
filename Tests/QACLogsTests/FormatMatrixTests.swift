// Each sample of a format is taken for its format and no other, and read as a person expects.

import Foundation
import QACLogs
import QACTestSupport
import Testing

/// A file that people have, and how it should be read.
struct LogSample: Sendable, CustomTestStringConvertible {
  let name: String
  let format: LogFormat
  let text: String
  /// Each record as `session | time | query | count`, with `-` for what the file has not.
  let records: [String]

  var testDescription: String { name }

  init(_ name: String, _ format: LogFormat, _ text: String, _ records: [String]) {
    self.name = name
    self.format = format
    self.text = text
    self.records = records
  }
}

struct FormatMatrixTests {
  @Test(arguments: LogSample.all)
  func samplesAreTakenForTheirFormat(_ sample: LogSample) throws {
    for text in [sample.text, sample.text.replacingOccurrences(of: "\n", with: "\r\n")] {
      for bytes in [Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8)] {
        let log = try read(bytes)
        #expect(log.report.files.map(\.format) == [sample.format])
        #expect(log.report.badLines == 0, "\(log.report.description)")
        #expect(log.report.files.map(shown) == [Array(sample.records.prefix(3))])
        let left = log.report.omissions.values.reduce(0, +)
        #expect(
          log.report.observations + log.report.repeatsDropped
            == sample.records.count, "\(left) left out")
      }
    }
  }

  @Test(arguments: LogSample.all)
  func theEndOfTheFileMayLackItsLineEnd(_ sample: LogSample) throws {
    let text = sample.text.hasSuffix("\n") ? String(sample.text.dropLast()) : sample.text + "\n"
    let log = try read(text)
    #expect(log.report.files.map(\.format) == [sample.format])
    #expect(log.observations == (try read(sample.text)).observations)
  }

  /// Half a file of one kind and half of another is refused in one line.
  @Test func mixturesAreRefused() throws {
    let kinds: Set<LogFormat> = [.events, .pairs, .queries, .aol, .jsonl, .access]
    for first in LogSample.all where kinds.contains(first.format) {
      for second in LogSample.all where kinds.contains(second.format) {
        if first.format == second.format || second.text.first == " " { continue }
        let text = Self.long(first) + Self.long(second)
        let error = try #require(
          try failure(reading: Array(text.utf8)), "\(first.name) and \(second.name)")
        #expect(!error.description.contains("\n"))
        #expect(error.description.contains("--format"), "\(error)")
      }
    }
  }

  /// `sample` with its last line 60 times.
  private static func long(_ sample: LogSample) -> String {
    let last = sample.text.split(separator: "\n").last ?? ""
    return sample.text + String(repeating: last + "\n", count: 60)
  }

  @Test func garbageIsRefusedInOneLine() throws {
    let files = [
      "<!DOCTYPE html>\n<html><body>\n<p>x</p>\n</body></html>\n", "{\"a\": 1}\n{\"a\": 2}\n",
      "a\tb\tc\td\te\tf\n", "a,b,c\nd,e,f\ng,h,i\nj,k,l\nm,n,o\n", "[1, 2, 3]\n",
      "\u{1}\u{2}\u{3}\n\u{4}\n", "name;street;town\nx;y;z\na;b;c\nd;e;f\ng;h;i\n",
    ]
    for text in files {
      let error = try #require(try failure(reading: Array(text.utf8)), "\(text)")
      #expect(!error.description.contains("\n"))
      #expect(error.description.contains("--"), "\(error) names the remedy")
    }
  }

  /// The first records in the words of `LogSample.records`.
  private func shown(_ file: LogReport.File) -> [String] {
    file.firstRecords.map { record in
      let layout = file.layout
      let parts = [
        layout.hasSessions || layout.hasPrevious ? session(of: record, file) : "-",
        layout.hasTimes ? "\(record.time)" : "-", record.query,
        layout.hasCounts ? "\(record.count)" : "-",
      ]
      // A line end within quotes is part of the text.
      return parts.joined(separator: " | ").replacingOccurrences(of: "\r\n", with: "\n")
    }
  }

  /// The session; that of an access log is a hash, of which only the shape is known.
  private func session(of record: RawEvent, _ file: LogReport.File) -> String {
    guard file.format == .access else { return record.session }
    return record.session.count == 16 && record.session.allSatisfy(\.isHexDigit)
      ? "hash" : "no hash"
  }
}
