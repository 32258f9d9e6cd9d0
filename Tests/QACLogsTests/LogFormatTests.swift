// The meaning of each format's lines, and how formats are told apart.

import QACLogs
import QACTestSupport
import QACText
import Testing

struct LogFormatTests {
  @Test
  func eventsAreCutIntoSessions() throws {
    let log = try read(
      """
      a\t1000\tRunning Shoes
      b\t1001.9\tpizza
      a\t1002\trunning  shoes
      a\t1003\trunning shoes women
      a\t2803\tsocks
      a\t4604\trunning shoes
      """)
    #expect(
      words(log) == [
        "- > running shoes", "- > pizza", "running shoes > running shoes women",
        "running shoes women > socks", "- > running shoes",
      ])
    #expect(log.isTimed)
    #expect(log.observations.map(\.time) == [1000, 1001, 1003, 2803, 4604])
    #expect(log.observations.map(\.session) == [0, 1, 0, 0, 2])
    #expect(log.observations.map(\.user) == [0, 1, 0, 0, 0])
    #expect(log.report.sessions == 3)
    #expect(log.report.users == 2)
    #expect(log.report.repeatsDropped == 1)
    #expect(log.report.observations == 5)
    #expect(log.report.lines == 6)
  }

  @Test
  func eventsMayHavePlaces() throws {
    let log = try read("a\t1000\t/srv\tls -l\nb\t1001\t\tcd\na\t1002\t/srv\tpwd\n")
    #expect(words(log) == ["- > ls l", "- > cd", "ls l > pwd"])
    #expect(log.places == [Array("/srv".utf8)])
    #expect(log.observations.map(\.place) == [0, QueryTable.none, 0])
    #expect(log.report.files.first?.format == .places)
  }

  @Test
  func repeatsCanBeKept() throws {
    var options = LogReadOptions()
    options.dropsImmediateRepeats = false
    let log = try read("a\t1\tx\na\t2\tx\na\t3\ty\n", options)
    #expect(words(log) == ["- > x", "x > x", "x > y"])
    #expect(log.report.repeatsDropped == 0)
  }

  @Test
  func aRepeatIsDroppedOnlyWithinItsSession() throws {
    let log = try read("a\t1\tx\na\t1801\tx\na\t3602\tx\n")
    // The second event is dropped and prolongs the session; the third is beyond the gap.
    #expect(words(log) == ["- > x", "- > x"])
    #expect(log.report.sessions == 2)
  }

  @Test
  func pairsCarryCounts() throws {
    let log = try read("Streets\tstreets of SF\t37\n\tbike\t2.6\nbike\tBicycle\t0.2\n")
    #expect(
      words(log) == ["streets > streets of sf x37", "- > bike x3", "bike > bicycle"])
    #expect(!log.isTimed)
    #expect(log.observations.map(\.session) == [0, 1, 2])
    #expect(log.observations.map(\.user) == [0, 1, 2])
    #expect(log.observations.allSatisfy { $0.time == 0 })
  }

  @Test
  func countsAreScaledRoundedAndCapped() throws {
    var options = LogReadOptions()
    options.countScale = 0.1
    options.countCap = 300
    let log = try read("a\tb\t1\na\tc\t14\na\td\t15\na\te\t99999999999\n", options)
    #expect(log.observations.map(\.count) == [1, 1, 2, 300])
    options.countScale = 1
    options.countCap = .max
    #expect(try read("a\tb\t999999999999999\n", options).observations[0].count == .max)
  }

  @Test
  func queryListsHaveNoContext() throws {
    let log = try read("coronavirus\t90734\nCorona Virus\t13601\n")
    #expect(words(log) == ["- > coronavirus x90734", "- > corona virus x13601"])
  }

  @Test
  func jsonLinesHaveManySpellings() throws {
    let log = try read(
      #"""
      {"session": "a", "time": 1000, "query": "x \"quoted\" \u00e9\ud83c\udf55"}
      {"ts":"1970-01-01T00:16:41Z","user_id":7,"q":"y","extra":{"query":["no", {"a": "}"}]}}
      { "query" : "z" , "timestamp" : "1970-01-01 01:16:42.9+01:00" , "user" : "a", "n": null }
      {"session_id":"a","at":1003.5,"query":"w","flag":true}
      """#)
    #expect(
      words(log) == ["- > x quoted é🍕", "- > y", "x quoted é🍕 > z", "z > w"])
    #expect(log.observations.map(\.time) == [1000, 1001, 1002, 1003])
  }

  @Test
  func aolColumnsWithAndWithoutHeader() throws {
    let lines =
      "142\trentdirect.com\t2006-03-01 07:17:12\t\t\n"
      + "142\t-\t2006-03-01 07:18:00\t\t\n"
      + "142\twestchester\t2006-03-01 07:19:12\t1\thttp://www.example.org\n"
      + "217\tlottery\t2006-03-01 07:20:00\n"
    for header in ["", "AnonID\tQuery\tQueryTime\tItemRank\tClickURL\n"] {
      let log = try read(header + lines)
      #expect(
        words(log) == ["- > rentdirect com", "rentdirect com > westchester", "- > lottery"])
      #expect(log.observations[0].time == 1_141_197_432)
      #expect(log.report.badLines == 0)
      #expect(log.report.emptyLines == (header.isEmpty ? 1 : 2))
      #expect(log.report.files.map(\.format) == [.aol])
    }
  }

  @Test(
    arguments: [
      ("s\t1291191960\twhite lantern", LogFormat.events),
      // A query of digits; the size of the time decides.
      ("s\t1291191960\t404", .events),
      ("1984\t1985\t12", .pairs),
      ("streets\troads\t30", .pairs),
      ("\troads\t30", .pairs),
      ("roads\t30", .queries),
      (" {\"session\":\"s\",\"time\":1,\"query\":\"x\"}", .jsonl),
      ("1\tx\t2006-03-01 07:17:12\t\t", .aol),
    ])
  func formatsAreTold(line: String, format: LogFormat) throws {
    for text in [line, line + "\n", "\n\n" + line + "\r\n", "\u{FEFF}" + line] {
      let log = try read(text)
      #expect(log.report.files.map(\.format) == [format])
      #expect(log.observations.count == 1)
    }
  }

  @Test
  func theMajorityOfLinesTellsTheFormat() throws {
    let log = try read("session\ttime\tquery\na\t1\tx\na\t2\ty\nb\tbroken\n")
    #expect(log.report.files.map(\.format) == [.events])
    #expect(log.report.badLines == 1 && log.report.emptyLines == 1, "a header is no bad line")
    #expect(log.observations.count == 2)
  }

  @Test
  func theFormatCanBeNamed() throws {
    var options = LogReadOptions()
    options.format = .pairs
    #expect(words(try read("1\t1291191960\t5\n", options)) == ["1 > 1291191960 x5"])
    #expect(LogFormat(rawValue: "jsonl") == .jsonl)
    #expect(LogFormat(rawValue: "tsv") == nil)
  }

  @Test
  func theMostFrequentFormIsShown() throws {
    let log = try read("\tUSB cable\t3\n\tusb cable\t2\n\tUsb  Cable \t3\nusb-cable\tx\t1\n")
    // Of "USB cable" and "Usb  Cable", of equal weight, the first in byte order.
    #expect(log.queries.surface.map { String(decoding: $0, as: UTF8.self) } == ["USB cable", "x"])
    #expect(log.queries.count == 2)
  }

  @Test
  func verbatimKeepsWhatSearchFolds() throws {
    var options = LogReadOptions()
    options.profile = .verbatim
    let log = try read("a\t1\t  ls -L\na\t2\tls -l\na\t3\tls -l \n", options)
    #expect(words(log) == ["- > ls -L", "ls -L > ls -l", "ls -l > ls -l "])
    #expect(log.queries.surface == log.queries.normalized)
  }

  @Test
  func lineEndsDoNotMatter() throws {
    let plain = try read("a\t1\tx\na\t2\ty\n")
    for text in [
      "a\t1\tx\r\na\t2\ty\r\n", "a\t1\tx\na\t2\ty", "\u{FEFF}a\t1\tx\n\n \r\na\t2\ty\n\n",
    ] {
      let log = try read(text)
      #expect(log.observations == plain.observations)
      #expect(log.queries.normalized == plain.queries.normalized)
      #expect(log.report.badLines == 0)
    }
  }

  @Test
  func manyFilesMakeOneLog() throws {
    let directory = try TemporaryDirectory()
    let paths = [
      try write(Array("a\t30\tz\na\t10\tx\n".utf8), to: "1", in: directory),
      try write(
        GzipWriter.pack(Array(#"{"user":"a","ts":20,"q":"y"}"#.utf8)), to: "2", in: directory),
      try write([], to: "3", in: directory),
    ]
    let log = try LogReader.read(paths: paths)
    #expect(words(log) == ["- > x", "x > y", "y > z"])
    #expect(log.report.files.map(\.format) == [.events, .jsonl, .auto])
    #expect(log.report.files.map(\.path) == paths)
  }
}
