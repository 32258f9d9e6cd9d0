// What the report of a rebuild says of the use of suggestions.

import Foundation
import QACSessions
import Testing

@testable import QACPipeline

@Suite struct UseTests {
  private func choice(
    _ query: String, typed: String?, taken: Int, source: String? = nil
  ) -> StoredChoice {
    StoredChoice(
      query: Array(query.utf8), typed: typed.map { Array($0.utf8) }, taken: taken,
      source: source.map { Array($0.utf8) })
  }

  @Test func sharesPlacesAndSavingsAreCounted() throws {
    var count = UseCount(sources: ["session", "index"])
    #expect(count.use == nil)
    count.add(choice("öl wechseln", typed: "öl", taken: 2, source: "index"))
    count.add(choice("öl wechseln", typed: nil, taken: 1, source: "session"))
    count.add(choice("rot", typed: "rot", taken: 0))
    count.add(choice("geheim", typed: "g", taken: 3, source: "secret name"))
    let use = try #require(count.use)
    #expect(use.all.submissions == 4)
    #expect(use.all.taken == 3)
    #expect(use.all.meanPlace == 2)
    #expect(use.all.saved == 9 + 11 + 5)
    #expect(use.byLength.map(\.name) == ["0", "1-2", "3-5"])
    #expect(use.byLength.map(\.submissions) == [1, 2, 1])
    #expect(use.bySource.map(\.name) == ["index", "other", "session"])
    #expect(use.bySource.map(\.taken) == [1, 1, 1])
  }

  @Test func thePageHasFiguresAndNoText() throws {
    var report = RebuildReport()
    #expect(!report.page([]).contains("Use of suggestions"))
    var count = UseCount(sources: ["session"])
    count.add(choice("private words", typed: "priv", taken: 4, source: "what a client says"))
    report.use = count.use
    let page = report.page([])
    #expect(page.contains("Use of suggestions"))
    #expect(page.contains("4.00") && page.contains("100.0 %") && page.contains("9.0"))
    for text in ["private", "priv<", "what a client says"] { #expect(!page.contains(text)) }
    let json = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(RebuildReport.self, from: json).use == report.use)
    #expect(!String(decoding: json, as: UTF8.self).contains("private"))
  }
}
