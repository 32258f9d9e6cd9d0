// Both readers show a query by a spelling that enough people typed, or else by its normal form.

import Foundation
import QACBinary
import QACLogs
import QACTestSupport
import QACText
import Testing

struct SpellingTests {
  /// The text by which both readers show each query if `minimum` people are needed.
  private func shown(
    _ events: [EventAggregationTests.Event], minimum: Int, seed: UInt64 = 1
  ) throws -> [String: String] {
    let read = try read(
      EventAggregationTests.lines(events), LogReadOptions(minimumSpellingUsers: minimum))
    var random = SplitMix64(seed: seed)
    var filters = LogFilters()
    filters.minimumUsers = minimum
    filters.findsPersonalData = false
    filters.robotMinute = 0
    filters.halfTypedSeconds = -1
    let directory = try TemporaryDirectory()
    // In one segment or in many, in memory or on disk.
    let aggregation = try EventAggregation(
      try EventAggregationTests.segments(events, &random), window: .min...(.max),
      filters: filters, memory: [0, 1 << 20][random.below(2)], directory: directory.path)
    try aggregation.count(holdingOut: 0)
    let learned = forms(try aggregation.log(for: .publication).log)
    let all = forms(read)
    // The rebuild only has labels with enough users; for these it says the same.
    for (query, form) in learned { #expect(all[query] == form, "\(query), seed \(seed)") }
    return all
  }

  private func forms(_ log: QueryLog) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: zip(log.queries.normalized, log.queries.surface).map {
        (String(decoding: $0, as: UTF8.self), String(decoding: $1, as: UTF8.self))
      })
  }

  private func events(_ uses: [(String, String)]) -> [EventAggregationTests.Event] {
    uses.enumerated().map { .init(user: $1.0, time: Int64(1000 + 60 * $0), query: $1.1) }
  }

  @Test func aSpellingOfOnePersonsIsNotShown() throws {
    let events = events([
      ("ann", "RED Shoes!!"), ("ann", "x"), ("ann", "RED Shoes!!"), ("ann", "y"),
      ("ann", "RED Shoes!!"), ("ben", "red shoes"), ("cid", "Red shoes"), ("dan", "blue"),
      ("eve", "Blue"), ("eve", "z"), ("eve", "Blue"), ("fay", "Blue"), ("gus", "Blue"),
    ])
    let one = try shown(events, minimum: 1)
    #expect(one["red shoes"] == "RED Shoes!!" && one["blue"] == "Blue")
    let three = try shown(events, minimum: 3)
    #expect(three["red shoes"] == "red shoes", "three people, but each in another spelling")
    #expect(three["blue"] == "Blue", "a spelling that three people typed is shown")
  }

  @Test func bothReadersShowWhatAModelShows() throws {
    try withEvery("seed", in: UInt64(0)..<200) { seed in
      var random = SplitMix64(seed: seed)
      let texts = ["a b", "A b", "a B!", "A-B", "c", "C", "c\u{202E}", "é", "É", "e\u{301}"]
      let events = (0..<random.below(60)).map { i in
        EventAggregationTests.Event(
          user: "u\(random.below(5))", time: Int64(1000 + i),
          query: texts[random.below(texts.count)])
      }
      if events.isEmpty { return }
      let minimum = 1 + random.below(4)
      let normalizer = Normalizer(.search)
      var expected: [String: String] = [:]
      for (normal, own) in Dictionary(
        grouping: events, by: { String(decoding: normalizer.normalize($0.query), as: UTF8.self) })
      {
        let fit = Dictionary(grouping: own, by: { Array($0.query.utf8) }).filter {
          Set($1.map(\.user)).count >= minimum && !$1[0].query.unicodeScalars.contains("\u{202E}")
        }
        let best = fit.min {
          $0.value.count != $1.value.count
            ? $0.value.count > $1.value.count : $0.key.lexicographicallyPrecedes($1.key)
        }
        expected[normal] = best.map { String(decoding: $0.key, as: UTF8.self) } ?? normal
      }
      let shown = try shown(events, minimum: minimum, seed: seed)
      // By bytes: as strings é is e and an accent.
      let bytes = { (forms: [String: String]) in forms.mapValues { Array($0.utf8) } }
      #expect(bytes(shown) == bytes(expected), "seed \(seed)")
    }
  }

  @Test func withoutPeopleUsesCount() throws {
    let options = LogReadOptions(minimumSpellingUsers: 3)
    let queries = forms(try read("Flu Shot\t2\nflu  shot\t2\nFever\t3\n", options))
    #expect(queries == ["flu shot": "flu shot", "fever": "Fever"])
    // The two pairs of "B" may tell of the same two uses.
    let pairs = forms(try read("a\tB\t2\nB\tC\t2\nB\tC\t2\na\td\t1\n", options))
    #expect(pairs["b"] == "B" && pairs["c"] == "C" && pairs["a"] == "a")
    let fewer = forms(try read("a\tB\t2\nB\tC\t2\n", options))
    #expect(fewer["b"] == "b" && fewer["c"] == "c")
  }

  @Test(arguments: [
    "red\tshoes", "red\u{7}shoes", "red\u{85}shoes", "red \u{202E}shoes", "red \u{2066}shoes",
    "red \u{200F}shoes", "red \u{2028}shoes", "red \u{61C}shoes", "red\u{7F}shoes", "red\rshoes",
  ])
  func whatIsNoTextIsNeverShownUnderSearch(_ form: String) throws {
    let json = try #require(String(data: jsonText(form), encoding: .utf8))
    let line = #"{"user":"a","ts":1,"q":\#(json)}"# + "\n"
    let log = try read(line)
    let scalars = String(decoding: log.queries.surface[0], as: UTF8.self).unicodeScalars
    let noText: [Unicode.GeneralCategory] = [.control, .format, .lineSeparator]
    #expect(scalars.allSatisfy { !noText.contains($0.properties.generalCategory) })
    #expect(log.queries.surface == log.queries.normalized)
    // Under `verbatim` such a spelling is shown, because it is part of the command.
    let verbatim = try read(line, LogReadOptions(profile: .verbatim))
    #expect(verbatim.queries.surface[0] == Array(form.utf8))
  }

  @Test(arguments: ["می\u{200C}خواهم", "👩\u{200D}👩\u{200D}👧 Bilder", "Straße", "naïve\u{301} Ω"])
  func whatLanguagesAreWrittenWithIsShown(_ form: String) throws {
    let log = try read("a\t1\t\(form)\n")
    #expect(log.queries.surface[0] == Array(form.utf8))
  }

  @Test func invalidTextIsShownAsTextAlways() throws {
    let log = try read(Array("a\t1\tX".utf8) + [0xFF, 0x0A])
    #expect(log.queries.surface[0] == Array("X\u{FFFD}".utf8))
  }
}

/// `text` as a JSON string.
private func jsonText(_ text: String) -> Data {
  (try? JSONSerialization.data(withJSONObject: text, options: .fragmentsAllowed)) ?? Data()
}
