// Misspelt queries count for the right ones, and leave no label.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACTraining

@Suite struct SpeltSetTests {
  private typealias Event = (user: UInt32, time: Int64, text: String)

  private func set(
    _ events: [Event], _ profile: NormalizationProfile = .search
  ) -> TrainingSet {
    var queries: [[UInt8]] = []
    var last: [UInt32: UInt32] = [:]
    var examples: [TrainingSet.Example] = []
    for event in events {
      let text = Array(event.text.utf8)
      let id = UInt32(queries.firstIndex(of: text) ?? queries.count)
      if id == queries.count { queries.append(text) }
      examples.append(
        .init(
          previous: last[event.user] ?? TrainingSet.none, query: id, count: 1, user: event.user,
          time: event.time))
      last[event.user] = id
    }
    return TrainingSet(profile: profile, queries: queries, surfaces: queries, examples: examples)
  }

  /// Enough uses of "wireless mouse" and "wireless charger".
  private var frequent: [Event] {
    (0..<60).map { (UInt32($0), Int64(1000 * $0), "wireless mouse") }
      + (0..<40).map { (UInt32(100 + $0), Int64(1000 * $0), "wireless charger") }
  }

  private func words(_ set: TrainingSet, of user: UInt32) -> [String] {
    set.examples.filter { $0.user == user }.map { example in
      func text(_ id: UInt32) -> String {
        id == TrainingSet.none ? "-" : String(decoding: set.queries[Int(id)], as: UTF8.self)
      }
      return "\(text(example.previous)) > \(text(example.query))"
    }
  }

  private func aliases(_ set: SpeltSet) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: set.aliases.map {
        (
          String(decoding: $0.text, as: UTF8.self),
          String(decoding: set.set.queries[Int($0.query)], as: UTF8.self)
        )
      })
  }

  @Test func whatFollowsAnErrorFollowsTheRightQuery() {
    let spelt = SpeltSet(
      set(
        frequent + [
          (900, 0, "desk"), (900, 100, "wirless mouse"), (900, 400, "keyboard"),
        ]), BuildSettings())
    #expect(aliases(spelt) == ["wirless mouse": "wireless mouse"])
    #expect(
      words(spelt.set, of: 900) == [
        "- > desk", "desk > wireless mouse", "wireless mouse > keyboard",
      ])
  }

  @Test func anErrorAndItsCorrectionAreOneQuery() {
    let spelt = SpeltSet(
      set(
        frequent + [
          (900, 0, "desk"), (900, 100, "wirless mouse"), (900, 110, "wireless mouse"),
          (900, 400, "keyboard"),
        ]), BuildSettings())
    #expect(
      words(spelt.set, of: 900) == [
        "- > desk", "desk > wireless mouse", "wireless mouse > keyboard",
      ])
  }

  @Test func aRightQueryThatNobodySubmittedIsMade() {
    let spelt = SpeltSet(set(frequent + [(900, 0, "red wirless mouse")]), BuildSettings())
    #expect(aliases(spelt) == ["red wirless mouse": "red wireless mouse"])
    #expect(spelt.set.surfaces.count == spelt.set.queries.count)
  }

  @Test func whatManyCallSoIsAName() {
    let log = frequent + (0..<5).map { (UInt32(900 + $0), 0, "red wirless mouse") }
    #expect(aliases(SpeltSet(set(log), BuildSettings())).isEmpty)
    let right = log + (0..<5).map { (UInt32(910 + $0), 0, "red wireless mouse") }
    #expect(
      aliases(SpeltSet(set(right), BuildSettings()))
        == ["red wirless mouse": "red wireless mouse"])
  }

  @Test func wrongSpacesAreNoLabel() {
    let log = frequent + [(900, 0, "wirelessmouse"), (901, 0, "wire less mouse")]
    #expect(
      aliases(SpeltSet(set(log), BuildSettings())) == [
        "wirelessmouse": "wireless mouse", "wire less mouse": "wireless mouse",
      ])
    #expect(aliases(SpeltSet(set(log, .verbatim), BuildSettings())).isEmpty)
  }

  @Test func aShellsCommandsNeedSeveralPeople() {
    let right = (0..<60).map { Event(UInt32($0), Int64(1000 * $0), "git status") }
    func slips(_ people: UInt32) -> [Event] {
      (0..<people).flatMap {
        [Event(500 + $0, 0, "gti status"), Event(500 + $0, 5, "git status")]
      }
    }
    let one = SpeltSet(set(right + slips(1), .verbatim), BuildSettings())
    #expect(one.aliases.isEmpty)
    let two = SpeltSet(set(right + slips(2), .verbatim), BuildSettings())
    #expect(aliases(two) == ["gti status": "git status"])
  }

  @Test func itCanBeSwitchedOff() {
    var settings = BuildSettings()
    settings.spelling = 0
    let spelt = SpeltSet(set(frequent + [(900, 0, "wirless mouse")]), settings)
    #expect(spelt.aliases.isEmpty)
    #expect(words(spelt.set, of: 900) == ["- > wirless mouse"])
  }

  @Test func noAliasHasUsesAndNoUseIsLost() throws {
    try withEvery("seed", in: UInt64(0)..<40) { seed in
      var random = SplitMix64(seed: seed)
      let right = ["wireless mouse", "gaming headphones", "kitchen table", "wooden kitchen table"]
      let events = (0..<400).map { i -> Event in
        var text = Array(right[min(random.below(4), random.below(4))])
        if random.below(12) == 0 { text.remove(at: random.below(text.count)) }
        if random.below(12) == 0 {
          let at = random.below(text.count - 1)
          text.swapAt(at, at + 1)
        }
        return (UInt32(random.below(50)), Int64(20 * i), String(text))
      }
      let spelt = SpeltSet(set(events), BuildSettings())
      let uses = spelt.set.usesByQuery()
      let texts = Set(spelt.aliases.map(\.text))
      #expect(!spelt.aliases.isEmpty, "seed \(seed)")
      #expect(texts.count == spelt.aliases.count, "seed \(seed)")
      for (query, text) in spelt.set.queries.enumerated() where texts.contains(text) {
        #expect(uses[query] == 0, "seed \(seed)")
      }
      for alias in spelt.aliases {
        #expect(uses[Int(alias.query)] > 0, "seed \(seed)")
      }
      #expect(
        zip(spelt.aliases, spelt.aliases.dropFirst()).allSatisfy {
          $0.text.lexicographicallyPrecedes($1.text)
        }, "seed \(seed)")
    }
  }
}
