// JSON with fields by path, and documents.

import QACBinary
import QACLogs
import QACTestSupport
import Testing

struct JSONLogTests {
  @Test func fieldsAreNamedByPath() throws {
    let text =
      #"{"a":{"b":{"text":"red"}},"who":{"name":"u"},"t":"2026-01-01T10:00:00Z"}"# + "\n"
      + #"{"a":{"b.text":"blue"},"who.name":"u","t":"2026-01-01T11:00:10+01:00"}"# + "\n"
    let error = try #require(try failure(reading: Array(text.utf8)))
    #expect(error.description.contains("\"a.b.text\"") && error.description.contains("--query"))
    var options = LogReadOptions()
    options.columns.query = "a.b.text"
    #expect(words(try read(text, options)) == ["- > red", "- > blue"])
    options.columns.user = "who.name"
    options.columns.time = "t"
    let log = try read(text, options)
    #expect(words(log) == ["- > red", "red > blue"])
    #expect(log.observations.map(\.time) == [1_767_261_600, 1_767_261_610])
  }

  @Test func nestedNamesAreGuessedOnlyWhereThereIsNoOther() throws {
    let log = try read(
      #"{"user":"u","ts":1767261600,"q":"red","filter":{"query":"no"}}"# + "\n"
        + #"{"filter":{"query":"no"},"user":"u","ts":1767261601,"q":"blue"}"# + "\n")
    #expect(words(log) == ["- > red", "red > blue"])
  }

  @Test(arguments: [1, 1_000, 1_000_000, 1_000_000_000])
  func timesAreInAnyUnit(perSecond: Int) throws {
    let log = try read(
      #"{"@timestamp":\#(1_767_261_600 * perSecond),"user":{"id":1},"search":{"query":"red"}}"#)
    #expect(log.observations.map(\.time) == [1_767_261_600])
  }

  @Test func actionsOfABulkAreNoRecords() throws {
    let log = try read(
      #"{"index":{}}"# + "\n" + #"{"ts":1767261600,"user":"u","query":"red"}"# + "\n"
        + #"{ "create": {"_id": "2"}}"# + "\n" + #"{"ts":1767261601,"user":"u","query":"blue"}"#)
    #expect(words(log) == ["- > red", "red > blue"])
    #expect(log.report.emptyLines == 2 && log.report.badLines == 0)
  }

  @Test func linesWithoutTimesAreALists() throws {
    let log = try read(#"{"query":"red","count":"1,234"}"# + "\n" + #"{"query":"blue","count":2}"#)
    #expect(!log.isTimed && words(log) == ["- > red x1234", "- > blue x2"])
  }

  @Test func documentsAreReadObjectByObject() throws {
    let hits = (0..<3_000).map {
      #"{"_id":"\#($0)","_source":{"ts":\#(1_767_261_600 + $0),"user":"u","query":"q \#($0)"}}"#
    }
    let answer =
      #"{"took":3,"_shards":{"total":1},"hits":{"total":{"value":3000},"max_score":null,"hits":["#
      + hits.joined(separator: ",") + "]}}"
    let log = try read(answer)
    #expect(log.observations.count == 3_000)
    #expect(log.report.files.map(\.format) == [.json])
    // The last object is cut off.
    let cut = try read(String(answer.dropLast(20)))
    #expect(cut.observations.count == 2_999 && cut.report.badReasons == [.json: 1])
  }

  @Test func objectsThatAreTooLongAreLeftOut() throws {
    let long = String(repeating: "x", count: LogReader.maximumLineLength)
    let log = try read(
      "[\n" + #"{"query":"red"},"# + "\n" + #"{"query":"\#(long)"},"# + "\n" + #"{"query":"blue"}]"#
    )
    #expect(words(log) == ["- > red", "- > blue"])
    #expect(log.report.badReasons == [.length: 1])
  }
}
