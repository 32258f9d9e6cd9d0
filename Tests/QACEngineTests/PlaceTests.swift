// What people submit at a place, and what the session did there.

import Foundation
import QACBinary
import QACIndex
import QACTestSupport
import QACText
import QACTraining
import Testing

@testable import QACEngine

@Suite struct PlaceTests {
  private static let root = Array("/root".utf8)
  private static let srv = Array("/srv".utf8)

  /// An index in which "paris" and "newton" were submitted at /root.
  private func index() throws -> LabelIndex {
    var content = TinyIndex.content
    content.places.add(3, count: 4, at: PlaceKey.of(Self.root))
    content.places.add(5, count: 12, at: PlaceKey.of(Self.root))
    return try LabelIndex(bytes: IndexWriter.serialize(content))
  }

  private func weights(_ values: [RankerFeature: Double]) -> [Double] {
    RankerFeature.allCases.map { values[$0] ?? 0 }
  }

  /// The suggestions for `prefix` at `place`, each with its features.
  private func complete(
    _ prefix: String, at place: [UInt8]?, _ context: SessionContext = SessionContext(),
    by weights: [RankerFeature: Double], limit: Int = 10, blocking: String? = nil
  ) throws -> [(text: String, features: [Double])] {
    let engine = try CompletionEngine(index: index(), weights: self.weights(weights))
    let scratch = CompletionScratch(engine: engine)
    let blocks = try blocking.map {
      BlockedLabels(
        BlockList([try BlockRule(.exact, Array($0.utf8))], profile: engine.index.profile),
        in: engine.index)
    }
    Array(prefix.utf8).withUnsafeBufferPointer {
      engine.complete(
        prefix: $0, context: context, blocks: blocks, at: 1000, in: Situation(place: place),
        limit: limit, scratch: scratch)
    }
    return (0..<scratch.count).map {
      (
        String(decoding: scratch.normalizedText($0), as: UTF8.self),
        Array(scratch.featureValues($0))
      )
    }
  }

  @Test func whatIsBlockedDoesNotComeFromAPlace() throws {
    let found = try complete("", at: Self.root, by: [.placeCount: 4], blocking: "paris")
    #expect(!found.isEmpty)
    #expect(!found.map(\.text).contains("paris"))
  }

  @Test func whatPeopleSubmitAtThePlaceComesFirst() throws {
    let found = try complete("", at: Self.root, by: [.popularity: 1, .placeCount: 4])
    #expect(found.first?.text == "paris")
    let newton = try #require(found.first { $0.text == "newton" })
    #expect(newton.features[RankerFeature.placed.rawValue] == 1)
    #expect(abs(newton.features[RankerFeature.placeCount.rawValue] - log(41)) < 1e-9)
    let other = try #require(found.first { !["paris", "newton"].contains($0.text) })
    #expect(other.features[RankerFeature.placed.rawValue] == 0)
    #expect(other.features[RankerFeature.placeCount.rawValue] == 0)
  }

  @Test func elsewhereAndNowhereNothingChanges() throws {
    let all = Dictionary(uniqueKeysWithValues: RankerFeature.allCases.map { ($0, 0.1) })
    let nowhere = try complete("new", at: nil, by: all)
    for place in [Self.srv, Array("/root/".utf8), Array("/ROOT".utf8)] {
      let found = try complete("new", at: place, by: all)
      #expect(found.map(\.text) == nowhere.map(\.text))
      #expect(found.map(\.features) == nowhere.map(\.features))
    }
    for row in nowhere {
      let rest = row.features.suffix(RankerFeature.count - RankerFeature.countWithoutPlace)
      #expect(rest.allSatisfy { $0 == 0 })
    }
  }

  @Test func whatTheSessionDidThereCounts() throws {
    var context = SessionContext()
    func record(_ query: String, at place: [UInt8]?, _ time: Int64) {
      context.record(
        normalized: Array(query.utf8), surface: Array(query.utf8), at: time,
        in: Situation(place: place))
    }
    record("zz one", at: Self.srv, 1)
    record("zz two", at: Self.srv, 2)
    record("zz one", at: Self.root, 3)
    record("zz two", at: Self.srv, 4)
    record("zz three", at: nil, 5)
    func values(_ place: [UInt8]?, _ feature: RankerFeature) throws -> [String: Double] {
      let found = try complete("zz", at: place, context, by: [:])
      return Dictionary(
        uniqueKeysWithValues: found.map { ($0.text, $0.features[feature.rawValue]) })
    }
    #expect(
      try values(Self.srv, .placeUses) == ["zz one": log(2), "zz two": log(3), "zz three": 0])
    #expect(
      try values(Self.root, .placeUses) == ["zz one": log(2), "zz two": 0, "zz three": 0])
    #expect(try values(nil, .placeUses).values.allSatisfy { $0 == 0 })
  }

  /// A pair of place and label needs as many people as a label.
  @Test(arguments: 1...3) func fewPeopleLeaveNoTraceOfAPlace(minimum: Int) throws {
    var random = SplitMix64(seed: UInt64(minimum))
    let queries = ["alpha", "beta", "gamma", "delta"].map { Array($0.utf8) }
    let places = ["/", "/home/ada", "/srv"].map { Array($0.utf8) }
    var examples: [TrainingSet.Example] = []
    for i in 0..<80 {
      examples.append(
        .init(
          previous: TrainingSet.none, query: UInt32(random.below(queries.count)), count: 1,
          user: UInt32(random.below(5)), time: Int64(i),
          place: random.below(4) == 0 ? TrainingSet.none : UInt32(random.below(3))))
      // One person's place.
      if i % 30 == 0 {
        examples.append(
          .init(
            previous: TrainingSet.none, query: 0, count: 1, user: 1, time: Int64(i), place: 3))
      }
    }
    let set = TrainingSet(
      profile: .verbatim, queries: queries, surfaces: queries, examples: examples,
      places: places + [Array("/secret".utf8)])
    var settings = BuildSettings()
    settings.minimumUsers = minimum
    settings.threads = 1
    settings.spelling = 0
    let content = try IndexBuilder(settings: settings).build(set)
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    try index.verify()
    let view = try #require(index.view.places)
    for (p, place) in set.places.enumerated() {
      var expected: [String: Double] = [:]
      for (q, query) in queries.enumerated() {
        let own = examples.filter { $0.place == UInt32(p) && $0.query == UInt32(q) }
        if Set(own.map(\.user)).count >= minimum, !own.isEmpty {
          expected[String(decoding: query, as: UTF8.self)] = Double(own.count)
        }
      }
      let found = view.find(PlaceKey.of(place)).map { place in
        Dictionary(
          uniqueKeysWithValues: view.range(of: place).map {
            (String(decoding: index.view.text(of: view.labels[$0]), as: UTF8.self), view.count($0))
          })
      }
      #expect(found ?? [:] == expected, "\(String(decoding: place, as: UTF8.self))")
    }
    if minimum > 1 { #expect(view.find(PlaceKey.of(Array("/secret".utf8))) == nil) }
  }
}
