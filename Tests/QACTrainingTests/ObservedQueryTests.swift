// Indexes from strings: what they hold, and that they are those of the training set written by
// hand.

import QACIndex
import QACText
import Testing

@testable import QACTraining

@Suite struct ObservedQueryTests {
  private func texts(_ index: LabelIndex) -> [String] {
    (0..<UInt32(index.labelCount)).map {
      String(decoding: index.view.surface(of: $0), as: UTF8.self)
    }
  }

  @Test func aTrainingSetWrittenByHandIsTheSame() throws {
    let observed = [
      ObservedQuery("hotel", count: 7), ObservedQuery("New York", after: "Hotel!", count: 4),
      ObservedQuery("news", count: 20), ObservedQuery("news"), ObservedQuery("new york", count: 4),
      ObservedQuery("!!!", count: 9), ObservedQuery("paris", after: "...", count: 2),
      ObservedQuery("rome", after: "never submitted"), ObservedQuery("zero", count: 0),
    ]
    let texts = ["hotel", "new york", "news", "paris", "never submitted", "rome"]
    let surfaces = ["hotel", "New York", "news", "paris", "never submitted", "rome"]
    let none = TrainingSet.none
    let set = TrainingSet(
      profile: .search, queries: texts.map { Array($0.utf8) },
      surfaces: surfaces.map { Array($0.utf8) },
      examples: [
        .init(previous: none, query: 0, count: 7), .init(previous: 0, query: 1, count: 4),
        .init(previous: none, query: 2, count: 20), .init(previous: none, query: 2, count: 1),
        .init(previous: none, query: 1, count: 4), .init(previous: none, query: 3, count: 2),
        .init(previous: 4, query: 5, count: 1),
      ])
    let made = TrainingSet(observed: observed)
    #expect(made.queries == set.queries && made.surfaces == set.surfaces)
    let content = try IndexBuilder(settings: BuildSettings()).build(set)
    let byHand = try LabelIndex(bytes: IndexWriter.serialize(content))
    let index = try LabelIndex(observed: observed)
    // The identity is a hash of all checksums.
    #expect(index.identity == byHand.identity)
    #expect(index.identity == (try LabelIndex(observed: observed)).identity)
    #expect(self.texts(index) == ["hotel", "New York", "news", "paris", "rome"])
    try index.verify()
  }

  @Test func queriesCountAsOftenAsTheyOccur() throws {
    let index = try LabelIndex(queries: ["Rome", "rome", "paris", "rome"])
    #expect(texts(index) == ["paris", "rome"])
    #expect((0..<UInt32(2)).map { index.view.mass(of: $0..<$0 + 1) } == [1, 3])
    let verbatim = try LabelIndex(queries: ["Rome", "rome", "rome"], profile: .verbatim)
    #expect(texts(verbatim) == ["Rome", "rome"])
    #expect(verbatim.profile == .verbatim)
  }

  @Test func nothingToLearnIsRefused() {
    #expect(throws: TrainingError.self) { try LabelIndex(queries: []) }
    #expect(throws: TrainingError.self) { try LabelIndex(queries: ["!!!", " "]) }
    var settings = BuildSettings()
    settings.branching = 0
    #expect(throws: TrainingError.self) { try LabelIndex(queries: ["a"], settings: settings) }
  }
}
