// The properties of every completion on real logs, where the environment variable QAC_DATA names
// the directory that holds them.

import Foundation
import QACBinary
import QACIndex
import QACLogs
import QACTestSupport
import QACText
import QACTraining
import Testing

@testable import QACEngine

@Suite struct RealLogTests {
  static let directory = ProcessInfo.processInfo.environment["QAC_DATA"]

  /// Names of files and their profile; each is cut to the observations of its first lines.
  static let logs: [(file: String, profile: NormalizationProfile)] = [
    ("shell-commands.events.tsv.gz", .verbatim), ("online-retail.events.tsv.gz", .search),
    ("city-portal.pairs.tsv.gz", .search), ("wiki-hr.pairs.tsv.gz", .search),
    ("bing-health.queries.tsv.gz", .search), ("berlin-portal.queries.tsv.gz", .verbatim),
  ]

  /// The first `observations` of the real log `file`.
  private static func trainingSet(_ file: String, observations: Int) throws -> TrainingSet {
    let profile = logs.first { $0.file == file }?.profile ?? .search
    let path = (directory ?? "") + "/" + file
    let log = try LogReader.read(paths: [path], options: LogReadOptions(profile: profile))
    return TrainingSet(
      profile: profile, queries: log.queries.normalized, surfaces: log.queries.surface,
      examples: log.observations.prefix(observations).map {
        TrainingSet.Example(previous: $0.previous, query: $0.query, count: $0.count)
      })
  }

  @Test(
    .enabled(if: directory != nil, "set QAC_DATA to the directory of the real logs"),
    arguments: logs.map(\.file))
  func everySuggestionMatchesAndNoneIsMissing(file: String) throws {
    let set = try Self.trainingSet(file, observations: 6000)
    var subject = try LogSubject(set, seed: 1, weights: CompletionPropertyTests.weights(1))
    let scratch = CompletionScratch(engine: subject.engine)
    for i in 0..<1000 {
      var options = CompletionOptions()
      if i % 4 == 1 { options.beam = 1 + i % 3 }
      if i % 4 == 2 { options.sources = [.index] }
      subject.check(options: options, scratch: scratch)
    }
  }

  @Test(
    .enabled(if: directory != nil, "set QAC_DATA to the directory of the real logs"),
    arguments: logs.map(\.file))
  func bestFirstIsExactAndZeroWeightsAreMostPopular(file: String) throws {
    let set = try Self.trainingSet(file, observations: 1500)
    for scale in [0, 0.6] {
      var settings = BuildSettings()
      settings.leafSize = 16
      settings.startScale = scale
      settings.epochs = scale == 0 ? 0 : 2
      let content = try IndexBuilder(settings: settings).build(set)
      let bytes = IndexWriter.serialize(content)
      let plain = PlainIndex(bytes)
      let engine = try CompletionEngine(index: LabelIndex(bytes: bytes))
      let options = CompletionOptions(sources: [.index], beam: nil, foldsDuplicates: false)
      var random = SplitMix64(seed: 2)
      for _ in 0..<60 {
        var prefix = content.labels[random.below(content.labels.count)]
        prefix.removeLast(random.below(prefix.count + 1))
        let previous = content.labels[random.below(content.labels.count)]
        var context = SessionContext()
        context.record(normalized: previous, surface: previous, at: 999)
        let found = engine.suggestions(prefix, context, options: options)
        let normalized = Normalizer(set.profile).normalize(prefix, as: .prefix)
        let matches = plain.matches(normalized)
        if scale == 0 {
          #expect(found.map { Int($0.label ?? .max) } == plain.popular(matches, 10))
          continue
        }
        let p = plain.probabilities(of: Set(matches), features: plain.contextFeatures(previous))
        let best = p.values.sorted(by: >).prefix(10)
        #expect(found.count == best.count)
        for (suggestion, q) in zip(found, best) {
          #expect(abs(exp(suggestion.score) / q - 1) < 1e-4)
        }
      }
    }
  }
}
