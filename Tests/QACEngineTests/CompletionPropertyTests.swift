// What holds of every completion, by linear scan, for seeded prefixes and sessions on made-up logs.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import QACTraining
import Testing

@testable import QACEngine

/// An engine on a log's index, the texts to scan, and sessions to ask from.
struct LogSubject {
  let engine: CompletionEngine
  let labels: [[UInt8]]
  let suffixes: [[UInt8]]
  let normalizer: Normalizer
  var random: SplitMix64

  init(_ set: TrainingSet, seed: UInt64, weights: [Double]? = nil) throws {
    var settings = BuildSettings()
    settings.leafSize = 12
    settings.branching = 3
    settings.epochs = 1
    settings.threads = 1
    let content = try IndexBuilder(settings: settings).build(set)
    labels = content.labels
    suffixes = content.suffixes
    normalizer = Normalizer(set.profile)
    random = SplitMix64(seed: seed)
    engine = try CompletionEngine(content, weights: weights)
  }

  /// Text as somebody might type it: a cut-off label, a mistyped one, noise.
  mutating func prefix() -> [UInt8] {
    var text = labels[random.below(labels.count)]
    text.removeLast(random.below(text.count + 1))
    switch random.below(12) {
    case 0: text.append(UInt8(truncatingIfNeeded: random.next()))
    case 1: text.append(0x20)
    case 2: text = text.map { (0x61...0x7A).contains($0) ? $0 - 32 : $0 }
    case 3: text.insert(contentsOf: Array("e\u{301}".utf8), at: 0)
    default: break
    }
    return text
  }

  /// A session of a few labels and of queries that no index has.
  mutating func session() -> SessionContext {
    var context = SessionContext(capacity: 6)
    for i in 0..<random.below(9) {
      var text = labels[random.below(labels.count)]
      if random.below(3) == 0 { text += Array(" zz".utf8) }
      context.record(normalized: normalizer.normalize(text), surface: text, at: Int64(i) * 600)
    }
    return context
  }

  /// Checks one completion against a scan of labels and session.
  mutating func check(options: CompletionOptions, scratch: CompletionScratch) {
    let typed = prefix()
    let context = session()
    let limit = 1 + random.below(12)
    let time = Int64(random.below(9000))
    let found = engine.suggestions(
      typed, context, at: time, limit: limit, options: options, scratch: scratch)
    let prefix = normalizer.normalize(typed, as: .prefix)
    let own = context.entries.indices.map { id in context.withText(of: id) { Array($0) } }
    #expect(found.count <= limit)
    #expect(Set(found.map(\.normalized)).count == found.count)
    #expect(Set(found.map(\.text)).count == found.count)
    for suggestion in found {
      #expect(
        suggestion.normalized.starts(with: prefix)
          == (suggestion.match == .prefix && suggestion.source != .variants),
        "\(suggestion) for \(prefix)")
      if suggestion.source == .variants {
        #expect(normalizer.profile == .search)
        #expect(PlainVariants.begins(suggestion.normalized, with: prefix), "\(suggestion)")
      }
      #expect(suggestion.isCorrected == (suggestion.source == .corrected))
      #expect((suggestion.match == .words) == (suggestion.source == .anywhere))
      if suggestion.match == .words {
        #expect(
          holdsWords(suggestion.normalized, of: prefix, whole: false),
          "\(suggestion) for \(prefix)")
      }
      #expect(normalizer.normalize(suggestion.text) == suggestion.normalized)
      #expect(suggestion.score.isFinite)
      if let label = suggestion.label {
        #expect(labels[Int(label)] == suggestion.normalized)
      } else {
        #expect(!labels.contains(suggestion.normalized))
        switch suggestion.source {
        case .session: #expect(own.contains(suggestion.normalized))
        case .composed: #expect(isComposed(suggestion.normalized, prefix))
        case .compound: #expect(isCompound(suggestion.normalized, prefix))
        case .words: #expect(isOfOwnWords(suggestion.normalized, prefix, own))
        case .corrected, .variants:
          let meant = engine.reading(prefix, context)?.text
          #expect(
            own.contains(suggestion.normalized)
              || meant.map { suggestion.normalized.starts(with: $0) } == true)
        case let other: Issue.record("\(other) brought a text without a label")
        }
      }
    }
    for (a, b) in zip(found, found.dropFirst()) {
      let (x, y) = (a.label ?? .max, b.label ?? .max)
      #expect(a.score > b.score || (a.score == b.score && x <= y))
    }
    let matches = labels.contains { $0.starts(with: prefix) }
    let ownMatches = own.contains { $0.starts(with: prefix) }
    let isOpen = engine.index.profile == .verbatim && Nesting.isOpen(prefix)
    let answers =
      matches || options.sources.contains(.session) && ownMatches
      || !isOpen && options.sources.contains(.composed) && canCompose(prefix)
      || !isOpen && options.sources.contains(.words) && hasOwnWords(prefix, own)
      || found.contains { $0.source == .compound }
    #expect(!answers || !found.isEmpty, "\(prefix)")
    #expect(
      answers
        || found.allSatisfy { $0.match != .prefix || $0.source == .variants }, "\(prefix)")
  }

  /// Whether `text` is the prefix up to its last word, and then a suffix of the table.
  private func isComposed(_ text: [UInt8], _ prefix: [UInt8]) -> Bool {
    let tail = PlainComposer.levels(prefix)[0]
    return text.count > prefix.count && text.starts(with: prefix)
      && suffixes.contains(Array(text[(prefix.count - tail.count)...]))
  }

  /// Whether `text` is the prefix without an end of its last word, and then a suffix of the table.
  private func isCompound(_ text: [UInt8], _ prefix: [UInt8]) -> Bool {
    let tail = PlainComposer.levels(prefix)[0]
    return text.count > prefix.count && text.starts(with: prefix)
      && tail.indices.contains {
        suffixes.contains(Array(text[(prefix.count - tail.count + $0)...]))
      }
  }

  /// Whether some suffix continues the tail or, where there is none, the word before.
  private func canCompose(_ prefix: [UInt8]) -> Bool {
    let levels = PlainComposer.levels(prefix)
    guard let start = levels.first(where: { !$0.isEmpty }) else { return false }
    return suffixes.contains { $0.count > start.count && $0.starts(with: start) }
  }

  /// The ends and words of the session's queries that begin with the tail.
  private func ownEndings(_ prefix: [UInt8], _ own: [[UInt8]]) -> [[UInt8]] {
    let tail = PlainComposer.levels(prefix)[0]
    let nests = engine.index.profile == .verbatim
    return own.flatMap { text in
      Tokenizer.words(text).filter {
        text[$0].starts(with: tail) && !(nests && Nesting.isOpen(text[..<$0.lowerBound]))
          && !text[..<$0.lowerBound].elementsEqual(prefix.dropLast(tail.count))
      }.flatMap { [Array(text[$0]), Array(text[$0.lowerBound...])] }
    }
  }

  private func hasOwnWords(_ prefix: [UInt8], _ own: [[UInt8]]) -> Bool {
    let tail = PlainComposer.levels(prefix)[0]
    return !prefix.isEmpty && ownEndings(prefix, own).contains { $0.count > tail.count }
  }

  private func isOfOwnWords(_ text: [UInt8], _ prefix: [UInt8], _ own: [[UInt8]]) -> Bool {
    let tail = PlainComposer.levels(prefix)[0]
    return text.count > prefix.count && text.starts(with: prefix)
      && ownEndings(prefix, own).contains(Array(text[(prefix.count - tail.count)...]))
  }
}

@Suite struct CompletionPropertyTests {
  /// Ranker weights of both signs, by seed.
  static func weights(_ seed: UInt64) -> [Double] {
    var random = SplitMix64(seed: seed)
    return RankerFeature.allCases.map { _ in random.unit() * 2 - 0.7 }
  }

  @Test(arguments: NormalizationProfile.allCases, UInt64(0)..<5)
  func everySuggestionMatchesAndNoneIsMissing(profile: NormalizationProfile, seed: UInt64) throws {
    let set = SyntheticLog(seed: seed, events: 1200, vocabulary: 150).trainingSet(profile)
    var subject = try LogSubject(set, seed: seed, weights: Self.weights(seed))
    let scratch = CompletionScratch(engine: subject.engine)
    for i in 0..<400 {
      var options = CompletionOptions()
      if i % 4 == 1 { options.beam = 1 + i % 3 }
      if i % 4 == 2 { options.sources = [.index] }
      if i % 4 == 3 { options.sources = [.popular, .followers] }
      subject.check(options: options, scratch: scratch)
    }
  }

  @Test(arguments: NormalizationProfile.allCases, UInt64(10)..<13)
  func withoutWeightsItIsMostPopularCompletion(profile: NormalizationProfile, seed: UInt64) throws {
    let set = SyntheticLog(seed: seed, events: 1500, vocabulary: 90).trainingSet(profile)
    var settings = BuildSettings()
    settings.leafSize = 8
    settings.epochs = 0
    settings.startScale = 0
    let content = try IndexBuilder(settings: settings).build(set)
    #expect(!content.chunks.contains { !$0.weights.isEmpty })
    let bytes = IndexWriter.serialize(content)
    let plain = PlainIndex(bytes)
    let engine = try CompletionEngine(index: LabelIndex(bytes: bytes))
    let scratch = CompletionScratch(engine: engine)
    let options = CompletionOptions(sources: [.index], foldsDuplicates: false)
    let context = session(["ka", "lo"], profile: profile)
    for label in content.labels {
      for end in 0...label.count where end == label.count || label[end] & 0xC0 != 0x80 {
        let typed = Array(label[..<end])
        let prefix = Normalizer(profile).normalize(typed, as: .prefix)
        let found = engine.suggestions(typed, context, options: options, scratch: scratch)
        let expected = plain.popular(plain.matches(prefix), 10)
        #expect(found.map { Int($0.label ?? .max) } == expected, "\(prefix)")
      }
    }
  }

  @Test func resultsDoNotDependOnWhatTheScratchDidBefore() throws {
    let set = SyntheticLog(seed: 21, events: 1500, vocabulary: 200).trainingSet()
    var subject = try LogSubject(set, seed: 21, weights: Self.weights(21))
    let reused = CompletionScratch(engine: subject.engine)
    let sources: [Set<SuggestionSource>] = [
      Set(SuggestionSource.allCases), [.index], [.popular], [.followers], [.session],
      [.popular, .session], [.index, .followers], [],
    ]
    for i in 0..<600 {
      // The stamp that marks used slots of the scratch wraps in the middle of this.
      if i == 300 { reused.table.advance(from: UInt32.max - 3) }
      let options = CompletionOptions(
        sources: sources[subject.random.below(sources.count)],
        beam: subject.random.below(3) == 0 ? 1 : nil,
        candidatesPerSource: 1 + subject.random.below(300))
      let typed = subject.prefix()
      let context = subject.session()
      let limit = subject.random.below(4) == 0 ? nil : subject.random.below(15)
      let time = Int64(subject.random.below(9000))
      let fresh = subject.engine.suggestions(
        typed, context, at: time, limit: limit, options: options)
      let again = subject.engine.suggestions(
        typed, context, at: time, limit: limit, options: options, scratch: reused)
      #expect(fresh == again, "request \(i)")
    }
  }

  @Test func explanationsAddUpToTheScore() throws {
    let set = SyntheticLog(seed: 31, events: 900).trainingSet()
    var subject = try LogSubject(set, seed: 31, weights: Self.weights(31))
    let scratch = CompletionScratch(engine: subject.engine)
    for _ in 0..<100 {
      let typed = subject.prefix()
      let context = subject.session()
      let found = subject.engine.suggestions(typed, context, at: 3000, scratch: scratch)
      for (i, suggestion) in found.enumerated() {
        let parts = scratch.explain(i, engine: subject.engine)
        // Without a place, those of places are not told.
        let told = RankerFeature.allCases.filter { !$0.isOfPlace }
        #expect(parts.map(\.name) == told.map(\.name))
        let sum = parts.reduce(0) { $0 + $1.value * $1.weight }
        #expect(abs(sum - suggestion.score) < 1e-9)
        #expect(parts.map(\.value) == Array(scratch.featureValues(i).prefix(told.count)))
      }
    }
  }

  @Test func whatVerifyAcceptsCanBeServed() throws {
    let valid = IndexWriter.serialize(
      RandomIndex.content(seed: 9, labels: 33, listsWords: true))
    var served = 0
    try withEvery("seed", in: UInt64(0)..<800) { seed in
      var random = SplitMix64(seed: seed)
      var forge = IndexForge(valid)
      let kind = forge.kinds[random.below(forge.kinds.count)]
      let range = forge.range(kind)
      if range.isEmpty { return }
      forge.bytes[range.lowerBound + random.below(range.count)] ^= UInt8(1 << random.below(8))
      forge.sign()
      guard let index = try? LabelIndex(bytes: forge.bytes),
        let engine = try? CompletionEngine(index: index)
      else { return }
      served += 1
      let scratch = CompletionScratch(engine: engine)
      let context = session((0..<33).prefix(3).map { _ in "ka lo" } + ["a", "b an"])
      for prefix in ["", "a", "ka", "z"] {
        let found = engine.suggestions(Array(prefix.utf8), context, scratch: scratch)
        let some = Array(prefix.utf8).withUnsafeBufferPointer { index.view.range(ofPrefix: $0) }
        #expect(some.isEmpty || !found.isEmpty)
      }
    }
    #expect(served > 0)
  }
}
