// Tables of queries: columns, numbers, quotes.

import QACLogs
import QACTestSupport
import Testing

struct CSVLogTests {
  /// The queries and counts of `text`.
  private func counts(_ text: String, _ options: LogReadOptions = .init()) throws -> [String] {
    words(try read(text, options)).map { String($0.dropFirst(4)) }
  }

  @Test func impressionsAreReadBeforeClicks() throws {
    let text = "Query;Clicks;Impressions\nred;1;7\nblue;0;5\ngreen;2;0\n"
    let log = try read(text)
    #expect(words(log) == ["- > red x7", "- > blue x5"])
    #expect(log.report.omissions == [.zeroCount: 1])
    #expect(log.report.badLines == 0)
    #expect(log.report.description.contains("left out: 1 with a count of 0"))
    var options = LogReadOptions()
    options.columns.count = "Clicks"
    let clicks = try read(text, options)
    #expect(words(clicks) == ["- > red", "- > green x2"])
    #expect(clicks.report.omissions == [.zeroCount: 1])
  }

  @Test(arguments: [
    ("1,234", 1234), ("1.234", 1234), ("1 234", 1234), ("1'234", 1234), ("1\u{A0}234", 1234),
    ("1\u{202F}234", 1234), ("1,234,567", 1_234_567), ("1.234.567", 1_234_567), ("12", 12),
    ("12,0", 12), ("12.0", 12), ("1,23,456", 123_456),
  ])
  func countsOfPeopleAreRead(written: String, count: Int) throws {
    let text = "query;count\nred;\"\(written)\"\nblue;\(written)\n"
    #expect(try counts(text) == ["red x\(count)", "blue x\(count)"])
  }

  @Test func whatIsNoCountIsBad() throws {
    for written in ["1,2,3", "x", "-1", "1.2.3", "1 2", "", "--"] {
      let log = try read("query;count\nred;3\nblue;\(written)\n")
      #expect(log.report.badReasons == [.count: 1], "\(written)")
    }
  }

  @Test func columnsAreNamedByFlags() throws {
    var options = LogReadOptions()
    let text = "when,who,what,where,n\n2026-01-01,a,red,x,3\n2026-01-01,b,blue,y,4\n"
    let error = try #require(try failure(reading: Array(text.utf8)))
    #expect(error.description.contains("--query-column"))
    #expect(error.description.contains("\"what\""), "\(error)")
    options.columns.query = "what"
    #expect(try counts(text, options) == ["red x3", "blue x4"])
    options.columns.query = "3"
    options.columns.session = "who"
    options.columns.time = "When"
    let log = try read(text, options)
    #expect(log.isTimed && log.report.users == 2)
    options.columns.session = "whose"
    let missing = try #require(try failure(reading: Array(text.utf8), options))
    #expect(missing.description.contains("there is no column whose; the columns are \"when\""))
  }

  @Test func columnsWithoutAHeaderAreNumbered() throws {
    var options = LogReadOptions()
    let text = "a,red,10\nb,blue,11\na,green,12\n"
    #expect(try failure(reading: Array(text.utf8)) != nil)
    options.columns.query = "2"
    #expect(try counts(text, options) == ["red x10", "blue x11", "green x12"])
    // A row without numbers is a header, which may have fewer columns than the rows below it.
    #expect(throws: LogError.self) {
      var options = LogReadOptions(format: .csv)
      options.columns.query = "1"
      options.columns.user = "3"
      _ = try read("whatn\twho\nred\t2026-01-01\tu\n", options)
    }
    options.columns.query = "5"
    #expect(try failure(reading: Array(text.utf8), options)?.description.contains("5") == true)
  }

  @Test func peopleAreToldApartByTheUserAndContextsByTheSession() throws {
    let log = try read(
      "user_id,session_id,time,query\nu,1,1767261600,red\nu,2,1767261610,blue\n")
    #expect(log.report.users == 1 && words(log) == ["- > red", "- > blue"])
    #expect(log.report.files[0].firstRecords.map(\.thread) == ["1", "2"])
  }

  @Test func timesWithoutSessionsBelongToNobody() throws {
    let directory = try TemporaryDirectory()
    let text = "time,query\n1767261600,red\n1767261601,blue\n"
    let log = try read(text)
    #expect(log.isTimed && words(log) == ["- > red", "- > blue"])
    #expect(log.report.users == 2, "nobody is known to have asked both")
    let path = try write(Array(text.utf8), in: directory)
    #expect(throws: LogError.noSessions(path: path)) {
      try LogReader.forEachEvent(paths: [path]) { _ in }
    }
  }

  @Test func quotesHoldAnything() throws {
    let log = try read(
      "query,count\n\"a \"\"b\"\" c\",1\n\"a;\n\nb\",2\n\"bad\" text,3\nd,4\n")
    #expect(words(log) == ["- > a b c", "- > a b x2", "- > d x4"])
    #expect(log.report.badReasons == [.quote: 1])
    #expect(log.report.firstBad.map(\.line) == [6])
  }

  @Test func aQuoteThatIsNeverClosedIsAnError() throws {
    let error = try failure(reading: Array("query,count\na,1\n\"b,2\nc,3\n".utf8))
    guard case .openQuote(_, line: 3) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func whatSaysThatThereWasNoQueryIsLeftOut() throws {
    let log = try read(
      "Search term,Event count\nred,3\n(not set),900\n,7\nTotal: account,910\n")
    #expect(words(log) == ["- > red x3"])
    #expect(log.report.omissions == [.noQuery: 2, .total: 1])
  }

  /// Records that cross the pieces in which files are read.
  @Test func longTablesAreReadAsAWhole() throws {
    let rows = (0..<30_000).map { "\"query \($0),\nof two lines\",\($0 + 1)\n" }
    let log = try read("query,count\n" + rows.joined())
    #expect(log.observations.count == 30_000)
    #expect(log.observations.last?.count == 30_000)
    #expect(log.report.badLines == 0)
  }

  @Test func usualNamesInManyLanguages() throws {
    for (query, count) in [
      ("Top queries", "Impressions"), ("Consultas principales", "Impresiones"),
      ("Principais consultas", "Impressões"), ("Query più frequenti", "Impressioni"),
      ("Populairste zoekopdrachten", "Vertoningen"), ("Najczęstsze zapytania", "Wyświetlenia"),
      ("Najčešći upiti", "Pojavljivanja"), ("上位のクエリ", "表示回数"), ("Популярные запросы", "Показы"),
      ("search_term", "event_count"), ("searchTerm", "count"), ("SEARCH TERM", "Searches"),
    ] {
      let log = try read("\(query),x,\(count)\nred,9,3\n")
      #expect(words(log) == ["- > red x3"], "\(query)")
    }
  }
}
