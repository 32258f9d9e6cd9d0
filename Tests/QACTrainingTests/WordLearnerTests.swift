// Words of made-up languages without spaces are found again, from queries alone.

import Foundation
import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACTraining

/// Queries of made-up words, without spaces.
private struct UnspacedLog {
  /// What the letters are: Han, or Thai consonants with vowel signs.
  enum Script: CaseIterable { case han, thai }

  /// The queries, each as its words, distinct.
  private(set) var queries: [[String]] = []

  init(_ script: Script, seed: UInt64, words: Int = 300, queries count: Int = 3000) {
    var random = SplitMix64(seed: seed)
    func scalar(_ first: UInt32, _ count: Int) -> String {
      Unicode.Scalar(first + UInt32(random.below(count))).map(String.init) ?? ""
    }
    func letter() -> String {
      switch script {
      case .han: return scalar(0x4E00, 700)
      case .thai:
        let consonant = scalar(0x0E01, 40)
        switch random.below(3) {
        case 0: return consonant + scalar(0x0E34, 4)
        case 1: return "เ" + consonant
        default: return consonant
        }
      }
    }
    var known: Set<String> = []
    var list: [String] = []
    while list.count < words {
      let word = (0..<[1, 2, 2, 2, 3, 3, 4][random.below(7)]).map { _ in letter() }.joined()
      if known.insert(word).inserted { list.append(word) }
    }
    // Zipf: word i is drawn with a probability of 1 / (i + 1).
    func word() -> String {
      let u = random.unit()
      return list[min(words - 1, Int(pow(Double(words), u)) - 1)]
    }
    var seen: Set<String> = []
    for _ in 0..<count {
      let query = (0...random.below(3)).map { _ in word() }
      if seen.insert(query.joined()).inserted { queries.append(query) }
    }
  }

  /// The training set, each query submitted `uses` times by as many people.
  func set(uses: Int = 3, profile: NormalizationProfile = .search) -> TrainingSet {
    let texts = queries.map { Array($0.joined().utf8) }
    var examples: [TrainingSet.Example] = []
    for query in texts.indices {
      for user in 0..<uses {
        examples.append(
          .init(
            previous: TrainingSet.none, query: UInt32(query), count: 1,
            user: UInt32((query + user) % 50)))
      }
    }
    return TrainingSet(profile: profile, queries: texts, surfaces: texts, examples: examples)
  }

  /// Precision and recall of the boundaries within queries, by what `table` says.
  func quality(of table: WordTable) -> (precision: Double, recall: Double) {
    var (right, found, all) = (0, 0, 0)
    for query in queries {
      let text = Array(query.joined().utf8)
      var end = 0
      let expected = Set(
        query.dropLast().map { word -> Int in
          end += word.utf8.count
          return end
        })
      let words = table.withBreaker { breaker in
        text.withUnsafeBufferPointer { breaker.words($0) }
      }
      let boundaries = Set(words.dropFirst().map(\.lowerBound))
      right += expected.intersection(boundaries).count
      found += boundaries.count
      all += expected.count
    }
    return (Double(right) / Double(max(1, found)), Double(right) / Double(max(1, all)))
  }
}

@Suite struct WordLearnerTests {
  @Test(arguments: UnspacedLog.Script.allCases, [UInt64(1), 2, 3])
  fileprivate func wordsAreFoundAgain(script: UnspacedLog.Script, seed: UInt64) {
    let log = UnspacedLog(script, seed: seed)
    let (precision, recall) = log.quality(of: WordLearner.table(of: log.set()))
    #expect(precision >= 0.95, "\(script), seed \(seed)")
    #expect(recall >= 0.95, "\(script), seed \(seed)")
  }

  @Test func howOftenAQueryIsSubmittedMakesItNoWord() {
    let log = UnspacedLog(.han, seed: 4)
    var set = log.set()
    let frequent = log.queries.firstIndex { $0.count == 2 } ?? 0
    set.examples.append(
      .init(previous: TrainingSet.none, query: UInt32(frequent), count: 100_000, user: 1))
    let words = WordLearner.table(of: set).withBreaker { breaker in
      set.queries[frequent].withUnsafeBufferPointer { breaker.words($0) }
    }
    #expect(words.count == 2)
  }

  @Test func fewRunsAndOtherTextsTeachNothing() {
    #expect(WordLearner.table(of: UnspacedLog(.han, seed: 5, queries: 150).set()).isEmpty)
    #expect(WordLearner.table(of: SyntheticLog(seed: 1, events: 1500).trainingSet()).isEmpty)
    #expect(WordLearner.table(of: UnspacedLog(.han, seed: 5).set(profile: .verbatim)).isEmpty)
  }

  @Test func anIndexHasThemAndVerifies() throws {
    let log = UnspacedLog(.han, seed: 6, words: 120, queries: 600)
    var settings = BuildSettings()
    settings.epochs = 1
    settings.threads = 1
    let bytes = IndexWriter.serialize(try IndexBuilder(settings: settings).build(log.set()))
    settings.threads = 3
    #expect(
      IndexWriter.serialize(try IndexBuilder(settings: settings).build(log.set())) == bytes)
    let index = try LabelIndex(bytes: bytes)
    try index.verify()
    let view = index.view
    #expect(!view.breaker.isPlain)
    // An ending of two words has one of one word for its parent.
    let parents = (0..<view.suffixes.count).map { view.parent(ofSuffix: UInt32($0)) }
    #expect(parents.contains { $0 != IndexView.noSuffix })
    for (i, parent) in parents.enumerated() where parent != IndexView.noSuffix {
      #expect(Array(view.suffixes[i]).hasSuffix(Array(view.suffixes[Int(parent)])))
    }
  }
}

extension [UInt8] {
  fileprivate func hasSuffix(_ other: [UInt8]) -> Bool { suffix(other.count).elementsEqual(other) }
}
