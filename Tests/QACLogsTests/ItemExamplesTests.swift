// Examples are read alike from each format, pairs as well as events.

import Foundation
import QACLogs
import QACTestSupport
import Testing

struct ItemExamplesTests {
  @Test
  func pairsMayHaveCounts() throws {
    let text = "extract an archive\ttar\n Extract \ttar\t3\nlist\tls\t\nlist\tls\n"
    let read = try examples(text)
    #expect(
      read.words == [
        "extract an archive|tar|1.0|-1|0", "Extract|tar|3.0|-1|0", "list|ls|1.0|-1|0",
        "list|ls|1.0|-1|0",
      ])
    let csv = try examples(
      "ID,count,Query\ntar,,extract an archive\ntar,3,Extract\n", name: "a.csv")
    #expect(csv.words == Array(read.words[..<2]))
    let json = try examples(
      "{\"query\":\"extract an archive\",\"id\":\"tar\"}\n"
        + "{\"query\":\"Extract\",\"id\":\"tar\",\"count\":3}\n", name: "a.jsonl")
    #expect(json.words == csv.words)
  }

  @Test
  func eventsHaveSessionsTimesAndKinds() throws {
    let text =
      "anna\t1767571200\tmug\tp1\tclick\nbob\t1767571201000\tmug\tp1\tcart\n"
      + "anna\t2026-01-05 00:00:02\tpot\tp2\tpurchase\n\t\tpot\tp2\tclick\n"
    let expected = [
      "mug|p1|1.0|0|1767571200", "mug|p1|2.0|1|1767571201", "pot|p2|4.0|0|1767571202",
      "pot|p2|1.0|-1|0",
    ]
    #expect(try examples(text).words == expected)
    #expect(try examples(text, name: "no-ending").words == expected)
    let csv = try examples(
      "kind,id,query,time,session\nclick,p1,mug,1767571200,anna\ncart,p1,mug,1767571201000,bob\n",
      name: "a.csv")
    #expect(csv.words == Array(expected[..<2]))
    let json = try examples(
      #"{"session":7,"time":1767571200,"query":"mug","id":"p1","kind":"click","count":5}"#,
      name: "a.jsonl")
    #expect(json.words == ["mug|p1|5.0|0|1767571200"])
  }

  @Test
  func kindsWeighWhatIsAskedFor() throws {
    let text = "s\t1\tmug\tp1\tclick\ns\t2\tmug\tp1\tcart\ns\t3\tmug\tp1\tpurchase\n"
    let read = try examples(text, weights: .init(click: 0, cart: 0.5, purchase: 10))
    #expect(read.examples.map(\.weight) == [0.5, 10])
    #expect(read.report.words == ["noWeight x1 at 1"])
  }

  @Test
  func sessionsAreNumberedOverAllFiles() throws {
    let directory = try TemporaryDirectory()
    let paths = try [
      ("1.tsv", "a\t1\tq\ti\tclick\nb\t1\tq\ti\tclick\n"), ("2.tsv", "b\t1\tq\ti\tclick\n"),
    ]
    .map { try write(Array($1.utf8), to: $0, in: directory) }
    #expect(try ItemExamples(contentsOf: paths).examples.map(\.session) == [0, 1, 1])
  }

  @Test
  func badRowsAreCountedByReason() throws {
    let canary = "canaryquery"
    let rows = [
      "s\t1\tmug\tp1\tclick", "s\t1\tmug\tp1\tview", "s\t1\tmug\tp1\tCLICK",
      "s\tnoon\tmug\tp1\tcart",
      "s\t1\t \tp1\tclick", "s\t1\t\(canary)\t\tclick", "s\t1\t\(canary)\tp1", "mug\tp1",
      "s\t1\t\(String(repeating: "q", count: 2049))\tp1\tclick",
      "s\t1\texport AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY\tp1\tclick",
      "s\t1\tmug\t\(String(repeating: "i", count: 257))\tclick",
    ]
    let read = try examples(rows.joined(separator: "\n"))
    #expect(read.words == ["mug|p1|1.0|0|1"])
    #expect(
      read.report.words == [
        "columns x2 at 7", "id x2 at 6", "query x1 at 5", "queryLength x1 at 9", "secret x1 at 10",
        "time x1 at 4", "kind x2 at 2",
      ])
    #expect(!read.report.description.contains(canary))
    let pairs = try examples("a\tb\t0\na\tb\t1.5\na\tb\t-1\na\tb\tx\na\tb\t2\na\n")
    #expect(pairs.report.words == ["columns x1 at 6", "count x4 at 1"])
  }

  @Test
  func aFileWithoutAGoodRowSaysWhichColumnsAreExpected() throws {
    for (name, text) in [("a.tsv", "just a query\n"), ("a.csv", "query,title\nx,y\n")] {
      #expect {
        try examples(text, name: name)
      } throws: { error in
        "\(error)".contains("give query and id, and optionally a count")
          && !"\(error)".contains("\n")
      }
    }
  }
}
