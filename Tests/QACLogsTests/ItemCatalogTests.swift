// Items are read alike from each format, and what is wrong with them is counted.

import Foundation
import QACBinary
import QACLogs
import QACTestSupport
import Testing

struct ItemCatalogTests {
  private let expected = [
    #"p1|Mug|blue, "big"|2.5|{"price": 3}"#, "p2|p2|a text alone|1.0|", "p3|Tea pot||1.0|[1,2]",
  ]

  @Test
  func tabSeparatedItemsHaveTheirColumnsInOrder() throws {
    let catalog = try items(
      "p3\tTea pot\t\t\t[1,2]\r\n\n p1 \t Mug\tblue, \"big\"\t2.5\t{\"price\": 3}\np2\t\ta text alone"
    )
    #expect(catalog.words == expected)
    #expect(catalog.report.rows == 3 && catalog.report.used == 3)
    #expect(catalog.report.notes.isEmpty)
    #expect(catalog.report.files.map(\.format) == [.tsv])
  }

  @Test
  func csvHasAHeaderInAnyOrder() throws {
    let text =
      "\u{FEFF}Payload,other,TEXT, title ,weight,ID\r\n"
      + "\"[1,2]\",x,,Tea pot,,p3\r\n"
      + "\"{\"\"price\"\": 3}\",\"a\nb\",\"blue, \"\"big\"\"\",\"Mug\",2.5,p1\r\n\r\n"
      + ",,a text alone,,,\"p2\""
    #expect(try items(text, name: "items.csv").words == expected)
    #expect(try items(text, name: "items").report.files.map(\.format) == [.csv])
  }

  @Test
  func jsonLinesHaveMembersOfTheseNames() throws {
    let text = #"""
      {"payload":[1,2],"title":"Tea pot","id":"p3","other":{"id":[[]]},"weight":null}

      {"id":"p1","title":"old","title":"M\u0075g","text":"blue, \"big\"","weight":2.5,"payload":{"price": 3}}
      {"text":"a text alone","id":"p2","payload":null}
      """#
    #expect(try items(text, name: "items.jsonl").words == expected)
    #expect(try items(text, name: "items").report.files.map(\.format) == [.jsonl])
    #expect(try items(#"{"id":7,"title":8}"#, name: "a.json").words == ["7|8||1.0|"])
  }

  @Test
  func packedFilesAreUnpacked() throws {
    let directory = try TemporaryDirectory()
    let packed = GzipWriter.pack(Array("id,title\n\"a\",\"x\ty\"\n".utf8))
    for name in ["items.csv.gz", "ITEMS.CSV", "items.txt"] {
      // The name of the last one says nothing, and its first line has no tab.
      let path = try write(packed, to: name, in: directory)
      #expect(try ItemCatalog(contentsOf: [path]).words == ["a|x\ty||1.0|"], "\(name)")
    }
  }

  @Test
  func theOrderIsThatOfTheBytesWhateverTheFiles() throws {
    let directory = try TemporaryDirectory()
    let first = try write(Array("b\tB\nab\tAB\nB\tb\n".utf8), to: "1.tsv", in: directory)
    let second = try write(Array("a\tA\nb\tagain\né\tE\n".utf8), to: "2.tsv", in: directory)
    let catalog = try ItemCatalog(contentsOf: [first, second])
    #expect(
      catalog.items.map { String(decoding: $0.id, as: UTF8.self) } == ["B", "a", "ab", "b", "é"])
    #expect(catalog.items[3].title == Array("B".utf8))
    #expect(catalog.report.words == ["repeatedID x1 at 2"])
    #expect(catalog.report.faults[.repeatedID]?.path == second)
  }

  @Test
  func badRowsAreCountedByReason() throws {
    let long = { (count: Int) in String(repeating: "x", count: count) }
    let rows = [
      "good\tGood", "one column", "a\tb\tc\t1\t{}\tsix", "\tno id", "\(long(257))\tlong id",
      "con\u{1}trol\tx", "none\t", "nor\t \t ", "good\tagain", "w0\tx\t\t0", "w1\tx\t\t-1",
      "w2\tx\t\tnan", "w3\tx\t\t1e400", "j1\tx\t\t\tnope", "j2\tx\t\t\t{} {}",
      "j3\tx\t\t\t[\"\(long(1 << 14))\"]", "t1\t\(long(1025))", "t2\t\(long(1024))",
      "w4\tx\t\t1e-05", "huge\tx\t\(long(1 << 18))",
    ]
    let catalog = try items(rows.joined(separator: "\n"))
    #expect(
      catalog.items.map { String(decoding: $0.id, as: UTF8.self) } == [
        "good", "none", "nor", "t2", "w4",
      ])
    #expect(catalog.items[1].title == Array("none".utf8))
    #expect(
      catalog.report.words == [
        "columns x2 at 2", "length x1 at 20", "id x3 at 4", "repeatedID x1 at 9", "noText x2 at 7",
        "title x1 at 17", "weight x4 at 10", "payload x2 at 14", "payloadLength x1 at 16",
      ])
    #expect(catalog.report.rows == 20 && catalog.report.used == 5)
    #expect(catalog.report.notes.count == catalog.report.faults.count)
    #expect(catalog.report.notes[0].hasSuffix("items.tsv:2"))
    #expect(catalog.report.notes[0].hasPrefix("2 rows are left out: wrong number of columns"))
  }

  @Test
  func whatIsNotUTF8IsRefusedInEachFormat() throws {
    let rows: [(name: String, text: [UInt8])] = [
      ("a.tsv", Array("a\tx\nb\ty\u{7F}".utf8)), ("a.csv", Array("id,title\na,x\nb,y\u{7F}".utf8)),
      (
        "a.jsonl",
        Array("{\"id\":\"a\",\"title\":\"x\"}\n{\"id\":\"b\",\"title\":\"y\u{7F}\"}".utf8)
      ),
    ]
    for (name, text) in rows {
      let directory = try TemporaryDirectory()
      let spoiled = text.map { $0 == 0x7F ? 0xFF : $0 }
      let path = try write(spoiled, to: name, in: directory)
      let catalog = try ItemCatalog(contentsOf: [path])
      #expect(catalog.words == ["a|x||1.0|"], "\(name)")
      #expect(catalog.report.faults[.encoding]?.count == 1, "\(name)")
    }
  }

  @Test
  func longTextsAreCutAtAScalar() throws {
    // Each é has two bytes, so the limit falls within one behind an odd number of bytes.
    let text = "x" + String(repeating: "é", count: 9_000)
    let catalog = try items("a\tA\t\(text)\n")
    #expect(catalog.items[0].text.count == ItemRecord.longestText - 1)
    #expect(text.utf8.starts(with: catalog.items[0].text))
    #expect(String(validating: catalog.items[0].text, as: UTF8.self) != nil)
    #expect(catalog.report.words == ["text x1 at 1"] && catalog.report.used == 1)
    #expect(catalog.report.notes[0].hasPrefix("1 row is used all the same: "))
  }

  @Test
  func payloadsNeverBreakALine() throws {
    let catalog = try items(
      "id,title,payload\na,x,\"{\n \"\"k\"\":\t[1,\r\n 2]\n}\"\n", name: "a.csv")
    #expect(catalog.words == [#"a|x||1.0|{ "k":[1, 2]}"#])
    #expect(catalog.report.notes.isEmpty)
  }

  @Test
  func aTitleOfTenMegabytesIsOneCountedLine() throws {
    let huge = String(repeating: "t", count: 10 << 20)
    let files = [
      ("a.tsv", "big\t\(huge)\nok\tfine\n"), ("a.csv", "id,title\nbig,\"\(huge)\"\nok,fine\n"),
      ("a.csv", "id,title\nbig,\(huge)\nok,fine\n"),
      ("a.jsonl", "{\"id\":\"big\",\"title\":\"\(huge)\"}\n{\"id\":\"ok\",\"title\":\"fine\"}\n"),
    ]
    for (name, text) in files {
      let catalog = try items(text, name: name)
      #expect(catalog.words == ["ok|fine||1.0|"], "\(name)")
      #expect(catalog.report.notes.count == 1, "\(name)")
      #expect(catalog.report.faults[.length]?.line == (name == "a.csv" ? 2 : 1), "\(name)")
    }
  }

  @Test
  func filesWithoutAGoodRowAreNamedInOneLine() throws {
    let canary = "canarytitle"
    let cases: [(name: String, text: String, says: String)] = [
      ("a.tsv", "", "there is no row"), ("a.tsv", canary, "wrong number of columns"),
      (
        "a.tsv", "x\t\(canary)\t\t0\n\t\(canary)", "none of 2 rows can be used, the first at line 1"
      ),
      ("a.csv", "", "there is no row"), ("a.csv", "id,title\n", "there is no row"),
      ("a.csv", "name,\(canary)\n1,2\n", "does not name the columns"),
      ("a.csv", "id,title,ID\na,b,c\n", "does not name the columns once each"),
      ("a.csv", "id;title\na;b\n", "does not name the columns"),
      ("a.csv", "id,title\na,\"\(canary)\nb,c\n", "a.csv:2: a quote is opened and never closed"),
      ("a.jsonl", "[{\"id\":\"a\",\"title\":\"\(canary)\"}]", "not a JSON object"),
      ("a", canary, "does not name the columns"),
    ]
    for (name, text, says) in cases {
      let error = try #require(try itemFailure(Array(text.utf8), name: name), "\(text)")
      #expect(error.description.contains(says), "\(error)")
      #expect(!error.description.contains(canary) && !error.description.contains("\n"), "\(error)")
      #expect(error.description.contains("; "), "\(error) has no remedy")
    }
    #expect(try itemFailure([0xFF, 0xFE, 0x61, 0])?.description.contains("UTF-16") == true)
    #expect(try itemFailure(Array("PK\u{3}\u{4}".utf8))?.description.contains("zip") == true)
    #expect(throws: LogError.noFiles) { try ItemCatalog(contentsOf: []) }
    #expect(throws: LogError.self) { try ItemCatalog(contentsOf: ["/nowhere/items.tsv"]) }
  }

  /// One file that is bad fails the whole, so a catalogue is never half of what was asked for.
  @Test
  func eachFileNeedsAGoodRow() throws {
    let directory = try TemporaryDirectory()
    let good = try write(Array("a\tA\n".utf8), to: "1.tsv", in: directory)
    let bad = try write(Array("b\n".utf8), to: "2.tsv", in: directory)
    #expect {
      try ItemCatalog(contentsOf: [good, bad])
    } throws: { error in
      "\(error)".hasPrefix("\(bad): its one row cannot be used, the first at line 1")
    }
  }
}
