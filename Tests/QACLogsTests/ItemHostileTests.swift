// Files about items of random and spoiled bytes, cut into pieces anywhere.

import Foundation
import QACBinary
import QACTestSupport
import Testing

@testable import QACLogs

struct ItemHostileTests {
  /// The records of `text`, fed in pieces of `size` bytes.
  private func records(_ text: [UInt8], size: Int, maximum: Int = 64) -> [String] {
    var feeder = CSVFeeder(maximumLength: maximum)
    var found: [String] = []
    func take(_ record: CSVRecord) {
      let columns = (0..<record.count).map { String(decoding: record[$0], as: UTF8.self) }
      found.append("\(record.line) \(record.fault.map { "\($0)" } ?? "\(columns)")")
    }
    for start in stride(from: 0, to: text.count, by: size) {
      text[start..<min(start + size, text.count)].withUnsafeBufferPointer { feeder.feed($0, take) }
    }
    feeder.finish(take)
    if let line = feeder.openQuote { found.append("\(line) open") }
    return found
  }

  @Test
  func recordsFollowTheRFC() {
    let cases: [(String, [String])] = [
      ("", []), ("a", ["1 [\"a\"]"]), ("a,b\nc,d\r\n", ["1 [\"a\", \"b\"]", "2 [\"c\", \"d\"]"]),
      ("\"a\nb\",c\n,\n", ["1 [\"a\\nb\", \"c\"]", "3 [\"\", \"\"]"]),
      ("\"a\"\"b\"\r\nx\"y", ["1 [\"a\\\"b\"]", "2 [\"x\\\"y\"]"]),
      ("\"a\" ,b\nc\n", ["1 quote", "2 [\"c\"]"]), ("x\n\"a\nb", ["1 [\"x\"]", "2 open"]),
      ("a\rb\n", ["1 [\"a\\rb\"]"]),
      (String(repeating: "x", count: 65) + "\ny", ["1 length", "2 [\"y\"]"]),
      (String(repeating: ",", count: 256) + "\ny", ["1 columns", "2 [\"y\"]"]),
    ]
    for (text, expected) in cases {
      #expect(records(Array(text.utf8), size: 1_000) == expected, "\(text)")
    }
  }

  @Test(arguments: UInt64(0)..<200)
  func recordsAreTheSameHoweverTheBytesAreCut(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let letters = Array("aé,,\"\"\"\n\n\r ".utf8)
    let text = (0..<(1 + random.below(300))).map { _ in letters[random.below(letters.count)] }
    let whole = records(text, size: text.count)
    for size in [1, 2, 3, 7, 64] {
      #expect(records(text, size: size) == whole, "seed \(seed), pieces of \(size)")
    }
  }

  /// Whatever is read keeps the invariants, and rows add up.
  @Test(arguments: UInt64(0)..<60)
  func spoiledFilesKeepTheInvariants(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let directory = try TemporaryDirectory()
    let texts = [
      ("a.tsv", "a\tx\ty\t2\t{}\nb\tx\n"), ("a.csv", "id,title,payload\na,x,{}\nb,\"y\",\"[1]\"\n"),
      (
        "a.jsonl",
        "{\"id\":\"a\",\"title\":\"x\",\"payload\":{\"a\":[1]}}\n{\"id\":\"b\",\"text\":\"é\"}\n"
      ),
      ("a", "id,title\na,x\n"),
    ]
    for (name, text) in texts {
      var bytes = Array(String(repeating: text, count: 8).utf8)
      for _ in 0..<random.below(40) {
        bytes[random.below(bytes.count)] = UInt8(random.below(256))
      }
      let path = try write(bytes, to: name, in: directory)
      if let catalog = try? ItemCatalog(contentsOf: [path]) {
        let report = catalog.report
        let refused = report.faults.filter(\.key.isRefusal).reduce(0) { $0 + $1.value.count }
        #expect(report.used + refused == report.rows, "seed \(seed), \(name)")
        #expect(report.used == catalog.items.count, "seed \(seed), \(name)")
        for item in catalog.items {
          var again = item
          #expect(again.tidy() == nil && again == item, "seed \(seed), \(name)")
        }
        for (a, b) in zip(catalog.items, catalog.items.dropFirst()) {
          #expect(a.id.lexicographicallyPrecedes(b.id), "seed \(seed), \(name)")
        }
      }
      if let read = try? ItemExamples(contentsOf: [path]) {
        #expect(read.examples.allSatisfy { $0.weight > 0 && !$0.query.isEmpty }, "seed \(seed)")
        #expect(read.report.used == read.examples.count, "seed \(seed)")
      }
    }
  }
}
