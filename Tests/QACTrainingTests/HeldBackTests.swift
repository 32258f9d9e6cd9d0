// Queries of too few people leave no trace in an index.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACTraining

@Suite struct HeldBackTests {
  private static let none = TrainingSet.none

  private func set(_ uses: [(user: UInt32, text: String)], known: Bool = true) -> TrainingSet {
    var queries: [[UInt8]] = []
    var last: [UInt32: UInt32] = [:]
    var examples: [TrainingSet.Example] = []
    for use in uses {
      let text = Array(use.text.utf8)
      let id = UInt32(queries.firstIndex(of: text) ?? queries.count)
      if id == queries.count { queries.append(text) }
      // As logs are read: immediate repeats are dropped.
      if last[use.user] == id { continue }
      examples.append(
        .init(
          previous: last[use.user] ?? Self.none, query: id, count: 1,
          user: known ? use.user : Self.none, time: Int64(examples.count)))
      last[use.user] = id
    }
    return TrainingSet(profile: .search, queries: queries, surfaces: queries, examples: examples)
  }

  private func words(_ set: TrainingSet) -> [String] {
    set.examples.map { example in
      func text(_ id: UInt32) -> String {
        id == Self.none ? "-" : String(decoding: set.queries[Int(id)], as: UTF8.self)
      }
      return "\(example.user): \(text(example.previous)) > \(text(example.query))"
    }
  }

  @Test func itIsAsIfFewPeoplesQueriesHadNotBeenSubmitted() throws {
    try withEvery("seed", in: UInt64(0)..<300) { seed in
      var random = SplitMix64(seed: seed)
      let uses = (0..<random.below(80)).map { _ in
        (user: UInt32(random.below(4)), text: "q\(random.below(7))")
      }
      let minimum = 1 + random.below(4)
      let people = Dictionary(grouping: uses, by: \.text).mapValues { Set($0.map(\.user)).count }
      let kept = uses.filter { (people[$0.text] ?? 0) >= minimum }
      #expect(words(set(uses).heldBack(below: minimum)) == words(set(kept)), "seed \(seed)")
    }
  }

  @Test func withoutPeopleUsesCount() {
    let uses: [(user: UInt32, text: String)] = [(1, "a"), (1, "b"), (1, "a"), (1, "c"), (1, "a")]
    let left = set(uses, known: false).heldBack(below: 3)
    #expect(left.examples.count == 3)
    #expect(left.examples.allSatisfy { left.queries[Int($0.query)] == Array("a".utf8) })
    #expect(left.examples.allSatisfy { $0.previous == Self.none })
  }

  @Test func anIndexHoldsNoByteOfThem() throws {
    var log = SyntheticLog(seed: 4, events: 900).trainingSet()
    let secret = Array("zanzibar quux".utf8)
    let id = UInt32(log.queries.count)
    log.queries.append(secret)
    log.surfaces.append(secret)
    let example = try #require(log.examples.first)
    for user: UInt32 in [1, 1, 2] {
      log.examples.append(.init(previous: example.query, query: id, count: 9, user: user))
      log.examples.append(.init(previous: id, query: example.query, count: 9, user: user))
    }
    func index(_ users: Int) throws -> (bytes: [UInt8], content: IndexContent) {
      var settings = BuildSettings()
      settings.epochs = 0
      settings.minimumUsers = users
      let content = try IndexBuilder(settings: settings).build(log)
      return (IndexWriter.serialize(content), content)
    }
    let (all, some) = (try index(1), try index(3))
    #expect(all.content.labels.contains(secret) && !some.content.labels.contains(secret))
    for word in ["zanzibar", "quux"] {
      let bytes = Array(word.utf8)
      #expect(all.bytes.indices.contains { all.bytes[$0...].starts(with: bytes) })
      #expect(!some.bytes.indices.contains { some.bytes[$0...].starts(with: bytes) })
    }
    // The hash of one does not come in either.
    let key = secret.withUnsafeBufferPointer(FeatureKey.query)
    func knows(_ content: IndexContent) -> Bool {
      content.features.withView { $0.id(of: key) != nil }
    }
    #expect(knows(all.content) && !knows(some.content))
    try LabelIndex(bytes: some.bytes).verify()
  }

  @Test func labelsOfFewPeopleAreCounted() {
    let log = set([
      (1, "a"), (2, "a"), (3, "a"), (1, "b"), (1, "c"), (1, "b"), (2, "c"), (3, "d"),
    ])
    var settings = BuildSettings()
    #expect(log.peopleOfLabels(settings) == [3, 1, 2, 1])
    settings.minimumCount = 2
    #expect(log.peopleOfLabels(settings) == [3, 1, 2])
    settings.minimumUsers = 2
    #expect(log.peopleOfLabels(settings) == [3, 2])
  }

  @Test func theErrorSaysWhichMinimumIsTooHigh() {
    var settings = BuildSettings()
    settings.minimumUsers = 9
    let log = set([(1, "a")])
    #expect(throws: TrainingError.noLabels(queries: 1, minimumCount: 1, minimumUsers: 9)) {
      try IndexBuilder(settings: settings).build(log)
    }
    let text = "\(TrainingError.noLabels(queries: 1, minimumCount: 1, minimumUsers: 9))"
    #expect(text.contains("9 people") && text.contains("--minimum-users"))
  }
}
