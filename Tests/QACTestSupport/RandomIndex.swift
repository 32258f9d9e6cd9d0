// Valid indexes of random shape, made without the code that trains.
//
// Trees of contiguous and of scattered nodes with and without terminal labels, chunks with random
// entries, followers, surface forms. Everything follows from the seed.

import QACBinary
public import QACIndex
public import QACText

/// Makes the content of random indexes.
public struct RandomIndex {
  /// The kind of numbers that are the weights of classifiers and of labels.
  public enum Weights: Sendable, CaseIterable {
    /// No classifier has a weight.
    case none
    /// Few different values, so that scores tie.
    case tied
    /// Any.
    case any
  }

  private var random: SplitMix64
  private let style: Weights
  private let leafSize: Int
  private var content: IndexContent

  private final class Draft {
    var labels: [UInt32]
    var isContiguous: Bool
    var hasTerminal = false
    var children: [Draft] = []
    /// The features that its chunk may have; nil for any.
    var features: Set<Int>?

    init(_ labels: [UInt32], contiguous: Bool) {
      self.labels = labels
      isContiguous = contiguous
    }
  }

  /// The content of the random index of `seed` with `count` labels.
  public static func content(
    seed: UInt64, labels count: Int, weights style: Weights = .any,
    profile: NormalizationProfile = .search, listsWords: Bool = false
  ) -> IndexContent {
    var generator = LabelGenerator(seed: seed)
    let labels = generator.labels(count, profile: profile)
    var maker = RandomIndex(generator.random, labels, style: style, profile: profile)
    maker.addTree()
    maker.addFollowers()
    maker.addSuffixes()
    maker.addWords()
    maker.content.listsWords = listsWords
    if listsWords { maker.addSynonyms() }
    return maker.content
  }

  /// Adds synonyms between words of labels, and one that no label has.
  private mutating func addSynonyms() {
    var phrases: Set<[UInt8]> = [Array("zz zz".utf8)]
    for label in content.labels {
      let words = Tokenizer.words(label)
      guard let word = words.first, word.count <= SynonymsView.mostPhraseBytes else { continue }
      phrases.insert(Array(label[word]))
    }
    content.synonyms.phrases = phrases.sorted { $0.lexicographicallyPrecedes($1) }
    let count = phrases.count
    content.synonyms.targets = (0..<count).map { phrase in
      var targets: [UInt32] = []
      for _ in 0..<random.below(4) {
        let target = UInt32(random.below(count))
        if Int(target) != phrase, !targets.contains(target) { targets.append(target) }
      }
      return targets
    }
  }

  private init(
    _ random: SplitMix64, _ labels: [[UInt8]], style: Weights, profile: NormalizationProfile
  ) {
    var random = random
    self.style = style
    leafSize = 1 + random.below(12)
    var frequency: [UInt64: Int] = [:]
    for label in labels {
      label.withUnsafeBufferPointer { text in
        RequestFeaturizer.forEachContextKey(text) { frequency[$0, default: 0] += 1 }
      }
    }
    content = IndexContent(
      profile: profile,
      features: FeatureSpace(documentFrequencies: frequency, documents: labels.count))
    content.labels = labels
    content.surfaces = labels.map { random.below(3) == 0 ? Array("Ü ".utf8) + $0 : $0 }
    content.weights = labels.map { _ in
      style == .tied ? UInt32(1 + random.below(3)) : UInt32(1 / (random.unit() + 1e-4))
    }
    content.weights = content.weights.map { max(1, $0) }
    self.random = random
  }

  private mutating func grow(_ draft: Draft, depth: Int) {
    if draft.labels.count <= leafSize || depth > 7 { return }
    if draft.isContiguous, random.below(2) == 0 {
      var rest = draft.labels[...]
      if random.below(2) == 0 {
        draft.hasTerminal = true
        rest = rest.dropFirst()
      }
      while !rest.isEmpty {
        let size = min(rest.count, 1 + random.below(1 + draft.labels.count / 2))
        draft.children.append(Draft(Array(rest.prefix(size)), contiguous: true))
        rest = rest.dropFirst(size)
      }
    } else {
      let k = 2 + random.below(min(6, draft.labels.count - 1))
      var parts = [[UInt32]](repeating: [], count: k)
      for (i, label) in draft.labels.enumerated() {
        parts[i < k ? i : random.below(k)].append(label)
      }
      draft.children = parts.map { Draft($0, contiguous: false) }
    }
    for child in draft.children { grow(child, depth: depth + 1) }
  }

  private mutating func addTree() {
    let root = Draft((0..<UInt32(content.labels.count)).map { $0 }, contiguous: true)
    grow(root, depth: 0)
    var queue = [root]
    var next = 0
    while next < queue.count {
      let draft = queue[next]
      next += 1
      var node = NodeRecord()
      node.labelLow = draft.labels.first ?? 0
      node.labelHigh = (draft.labels.last ?? 0) + 1
      node.memberCount = UInt32(draft.labels.count)
      node.hasTerminal = draft.hasTerminal ? 1 : 0
      node.childCount = UInt32(draft.children.count)
      node.firstChild = draft.children.isEmpty ? 0 : UInt32(queue.count)
      if !draft.isContiguous {
        node.memberStart = UInt32(content.members.count)
        content.members += draft.labels
      }
      content.nodes.append(node)
      content.chunks.append(chunk(of: node, draft))
      queue += draft.children
    }
  }

  /// Below a child there are only features for which the chunk has an entry of that child.
  private mutating func chunk(of node: NodeRecord, _ draft: Draft) -> NodeChunk {
    var chunk = NodeChunk()
    for child in draft.children { child.features = node.arity < 2 ? draft.features : [] }
    if style == .none || node.arity < 2 || random.below(9) == 0 { return chunk }
    let terminals = Int(node.hasTerminal)
    for feature in 0..<content.features.count
    where draft.features?.contains(feature) ?? true && random.below(5) != 0 {
      let before = chunk.children.count
      for child in 0..<node.arity where random.below(2) == 0 {
        if !node.isLeaf, child >= terminals {
          draft.children[child - terminals].features?.insert(feature)
        }
        chunk.children.append(UInt32(child))
        chunk.weights.append(
          style == .tied
            ? [-1, 0.5, 0.5, 2][random.below(4)] : Float(random.unit() * 8 - 4))
      }
      if chunk.children.count == before { continue }
      chunk.features.append(UInt32(feature))
      chunk.offsets.append(UInt32(chunk.children.count))
    }
    return chunk
  }

  private mutating func addFollowers() {
    for _ in content.labels {
      var followers: Set<UInt32> = []
      for _ in 0..<random.below(6) {
        followers.insert(UInt32(random.below(content.labels.count)))
      }
      content.followerLabels += followers.sorted()
      content.followerCounts += followers.map { _ in UInt32(1 + random.below(4)) }
      content.followerOffsets.append(UInt32(content.followerLabels.count))
    }
  }

  /// Ends of some labels, each with all its own ends.
  private mutating func addSuffixes() {
    var suffixes: Set<[UInt8]> = []
    for label in content.labels where random.below(4) != 0 {
      for word in Tokenizer.words(label).suffix(1 + random.below(3))
      where label.count - word.lowerBound <= Suffix.mostBytes {
        suffixes.insert(Array(label[word.lowerBound...]))
      }
    }
    // And some that no label ends in.
    for text in ["of zzunknown", "zzunknown", "éunknown"] where random.below(2) == 0 {
      suffixes.formUnion([Array(text.utf8), Array("zzunknown".utf8)])
    }
    content.suffixes = suffixes.sorted { $0.lexicographicallyPrecedes($1) }
    content.suffixWeights = content.suffixes.map { _ in UInt32(1 + random.below(6)) }
  }

  /// Figures for some of the labels' words and pairs of words.
  private mutating func addWords() {
    var words: Set<UInt64> = [WordKey.begin, WordKey.end, WordKey.unknown]
    var pairs: Set<UInt64> = []
    for label in content.labels {
      label.withUnsafeBufferPointer { text in
        var previous = WordKey.begin
        Tokenizer.forEachWord(text) { range in
          let word = WordKey.of(UnsafeBufferPointer(rebasing: text[range]))
          if random.below(3) != 0 { words.insert(word) }
          if random.below(2) == 0 { pairs.insert(WordKey.pair(previous, word)) }
          previous = word
        }
      }
    }
    content.wordModel.words = words.sorted().map {
      WordModel.Word(
        key: $0, logProbability: -Float(random.unit() * 9), logBackoff: -Float(random.unit()))
    }
    content.wordModel.pairs = pairs.sorted().map {
      WordModel.Pair(key: $0, logProbability: -Float(random.unit() * 9))
    }
  }
}
