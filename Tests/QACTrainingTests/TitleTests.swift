// Titles are labels that weigh less than one use, and change nothing among what was submitted.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACTraining

@Suite struct TitleTests {
  private typealias Event = (user: UInt32, text: String)

  private func set(_ events: [Event], _ profile: NormalizationProfile = .search) -> TrainingSet {
    let normalizer = Normalizer(profile)
    var queries: [[UInt8]] = []
    var surfaces: [[UInt8]] = []
    var examples: [TrainingSet.Example] = []
    for (i, event) in events.enumerated() {
      let form = normalizer.normalize(event.text)
      let id = queries.firstIndex(of: form) ?? queries.count
      if id == queries.count {
        queries.append(form)
        surfaces.append(Array(event.text.utf8))
      }
      examples.append(
        .init(
          previous: TrainingSet.none, query: UInt32(id), count: 1, user: event.user,
          time: Int64(i)))
    }
    return TrainingSet(profile: profile, queries: queries, surfaces: surfaces, examples: examples)
  }

  private func titled(_ events: [Event], _ titles: [(String, Double)]) -> TrainingSet {
    var set = set(events)
    set.add(titles: titles.map { (Array($0.0.utf8), $0.1) })
    return set
  }

  private func index(_ set: TrainingSet, _ settings: BuildSettings = .init()) throws -> LabelIndex {
    let content = try IndexBuilder(settings: settings).build(set)
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    try index.verify()
    return index
  }

  private func weight(_ text: String, _ index: LabelIndex) -> Double? {
    Array(text.utf8).withUnsafeBufferPointer { index.view.label(of: $0) }.map {
      Double(index.view.weight(of: $0)) / Double(index.view.weightPerUse)
    }
  }

  @Test func aTitleWeighsLessThanOneUse() throws {
    let set = titled(
      [(1, "garden hose"), (2, "garden hose"), (3, "pump")],
      [("Solar Lamp", 100), ("Garden Hose", 10), ("rake", 1)])
    let index = try index(set)
    let lamp = try #require(weight("solar lamp", index))
    let rake = try #require(weight("rake", index))
    #expect(weight("pump", index) == 1)
    #expect(rake > 0 && rake < lamp && lamp < 1)
    let hose = try #require(weight("garden hose", index))
    #expect(hose > 2 && hose < 3)
    #expect(abs(lamp - BuildSettings().titleUses) < 0.001)
  }

  @Test func withoutTitlesNothingChanges() throws {
    let events: [Event] = [(1, "garden hose"), (2, "pump"), (1, "pump")]
    let plain = try IndexBuilder(settings: .init()).build(set(events))
    let none = try IndexBuilder(settings: .init()).build(titled(events, []))
    #expect(IndexWriter.serialize(plain) == IndexWriter.serialize(none))
    #expect(plain.weightPerUse == 1)
    #expect(try index(set(events)).sections[.weightPerUse] == nil)
  }

  /// The oracle: the submitted labels by weight, then the titles that nobody submitted.
  @Test(arguments: UInt64(0)..<20) func submittedLabelsKeepTheirOrderAndComeFirst(
    seed: UInt64
  ) throws {
    var random = SplitMix64(seed: seed)
    func word() -> String {
      String((0..<1 + random.below(3)).map { _ in "abc".randomElement(using: &random) ?? "a" })
    }
    let events = (0..<60).map { _ in (UInt32(random.below(9)), word() + " " + word()) }
    let titles = (0..<40).map { _ in (word() + " " + word(), Double(1 + random.below(1000))) }
    var settings = BuildSettings()
    settings.spelling = 0
    let plain = try index(set(events), settings)
    let titled = try index(titled(events, titles), settings)
    func order(_ index: LabelIndex) -> [(text: [UInt8], weight: Double)] {
      (0..<UInt32(index.labelCount)).map {
        (
          Array(index.view.text(of: $0)),
          Double(index.view.weight(of: $0)) / Double(index.view.weightPerUse)
        )
      }
    }
    let uses = Dictionary(uniqueKeysWithValues: order(plain).map { ($0.text, $0.weight) })
    for (text, weight) in order(titled) {
      let own = uses[text] ?? 0
      #expect(weight >= own && weight < own + 1, "seed \(seed)")
      #expect(own > 0 || weight > 0, "seed \(seed)")
    }
    #expect(Set(order(plain).map(\.text)).isSubset(of: order(titled).map(\.text)), "seed \(seed)")
  }

  @Test func noMinimumOfPeopleHoldsThemBack() throws {
    var settings = BuildSettings()
    settings.minimumUsers = 3
    let events: [Event] = [
      (1, "hose"), (2, "hose"), (3, "hose"), (1, "private words"), (1, "lamp"),
    ]
    let index = try index(titled(events, [("lamp", 1), ("rake", 1)]), settings)
    #expect(index.labelCount == 3)
    #expect(weight("private words", index) == nil)
    // What one person submitted counts nothing, although it is published.
    #expect(weight("lamp", index) == weight("rake", index))
  }

  @Test func peopleOfLabelsAreThoseOfSubmittedOnes() {
    let set = titled([(1, "hose"), (2, "hose")], [("rake", 1), ("hose", 1)])
    #expect(set.peopleOfLabels(BuildSettings()) == [2])
  }

  @Test func nothingIsComposedOfThem() throws {
    let index = try index(
      titled([(1, "hose")], (0..<20).map { ("red shoe \($0)", 1) }))
    #expect(index.view.suffixes.count == 0)
    #expect(index.view.followerLabels.count == 0)
  }

  @Test func aMisspeltTitleCountsForTheRightOne() throws {
    let events: [Event] =
      (0..<60).map { (UInt32($0), "wireless mouse") }
      + (0..<40).map { (UInt32(100 + $0), "wireless charger") }
      + [(200, "wirless mouse")]
    let index = try index(titled(events, [("Wirless Charger", 1), ("wirless cable", 1)]))
    #expect(weight("wirless charger", index) == nil)
    let charger = try #require(weight("wireless charger", index))
    #expect(charger > 40 && charger < 41)
    #expect(try #require(weight("wireless cable", index)) < 1)
  }

  @Test func titlesAreNoEvidenceOfSpelling() throws {
    // So many titles with a word would make a rare word an error, if they were uses.
    let titles = (0..<80).map { ("wireless mouse \($0)", 1.0) }
    let index = try index(titled([(1, "wirless mouse"), (2, "wirless mouse")], titles))
    #expect(weight("wirless mouse", index) == 2)
    #expect(index.view.aliases.count == 0)
  }

  @Test func theyAreShownAsPublished() throws {
    var set = set([(1, "Garden HOSE"), (2, "pump")])
    set.add(
      titles: ["garden Hose", "Solar Lamp", "PUMP", "x\u{202E}y"].map { (Array($0.utf8), 1) })
    let index = try index(set)
    let shown = (0..<UInt32(index.labelCount)).map {
      String(decoding: index.view.surface(of: $0), as: UTF8.self)
    }
    // A spelling of people is kept; a normal form gives way; directions of text are not shown.
    #expect(shown.contains("Garden HOSE") && shown.contains("Solar Lamp") && shown.contains("PUMP"))
    #expect(!shown.contains { $0.contains("\u{202E}") })
  }

  @Test func emptyLongAndLeftOutOnesAreNone() {
    var set = set([])
    set.add(
      titles: [
        (Array("...".utf8), 1), ([UInt8](repeating: 0x61, count: 2000), 1),
        (Array("secret".utf8), 1), (Array("lamp".utf8), 1),
      ], leavingOut: { $0 == Array("secret".utf8) })
    #expect(set.queries == [Array("lamp".utf8)])
  }

  @Test func aLogOfTitlesAloneIsAnIndex() throws {
    let index = try index(titled([], [("Solar Lamp", 1), ("rake", 1)]))
    #expect(index.labelCount == 2 && index.view.lastTime == 0)
    let solar = Array("solar".utf8).withUnsafeBufferPointer { WordKey.of($0) }
    #expect(index.view.words.knows(solar))
  }

  @Test func manyUsesLeaveFewerUnits() {
    var set = TrainingSet(
      profile: .search, queries: [Array("a".utf8)], surfaces: [Array("a".utf8)],
      examples: [.init(previous: TrainingSet.none, query: 0, count: 1 << 30)])
    set.add(titles: [(Array("b".utf8), 1)])
    let weights = TitleWeights(set, uses: set.usesByQuery(), heaviest: 0.5)
    #expect(weights.perUse == 2)
    #expect(weights.weight(of: 0, uses: 1 << 30) == 1 << 31)
    #expect(weights.weight(of: 1, uses: 0) == 1)
  }
}
