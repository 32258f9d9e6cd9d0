// Small indexes made by hand, which the documentation and the golden file show.

public import QACIndex
public import QACText

/// Small indexes whose every number is known.
public enum TinyIndex {
  /// Six labels, a trie node with a terminal label, two scattered clusters, two weights.
  ///
  ///     0 (all) --+-- 1 (new ...; terminal "new") --+-- 3 {new york, newton}
  ///               |                                 `-- 4 {news, newts}
  ///               `-- 2 {paris}
  public static var content: IndexContent {
    let hotel = Array("hotel".utf8)
    var keys: [UInt64: Int] = [:]
    hotel.withUnsafeBufferPointer {
      keys = [FeatureKey.word($0): 1, FeatureKey.query($0): 1]
    }
    let features = FeatureSpace(documentFrequencies: keys, documents: 1)
    var content = IndexContent(profile: .search, features: features)
    content.labels = ["new", "new york", "news", "newton", "newts", "paris"].map {
      Array($0.utf8)
    }
    content.surfaces = ["new", "New York", "news", "Newton", "newts", "Paris"].map {
      Array($0.utf8)
    }
    content.weights = [5, 10, 8, 2, 1, 3]
    content.nodes = [
      node(0..<6, firstChild: 1, children: 2, depth: 0),
      node(0..<5, firstChild: 3, children: 2, terminal: true, depth: 1),
      node(5..<6, depth: 1),
      node(1..<4, members: 0, count: 2, depth: 1),
      node(2..<5, members: 2, count: 2, depth: 1),
    ]
    content.members = [1, 3, 2, 4]
    content.chunks = [
      // The root only says that both features are known below node 1.
      NodeChunk(features: [0, 1], offsets: [0, 1, 2], children: [0, 0], weights: [0, 0]),
      NodeChunk(
        features: [0, 1], offsets: [0, 1, 3], children: [1, 0, 2], weights: [0.5, -0.25, 0.125]),
      NodeChunk(),
      NodeChunk(features: [0], offsets: [0, 1], children: [0], weights: [1]),
      NodeChunk(),
    ]
    content.followerOffsets = [0, 0, 1, 1, 1, 1, 1]
    content.followerLabels = [5]
    content.followerCounts = [2]
    content.suffixes = ["new york", "news", "paris", "york"].map { Array($0.utf8) }
    content.suffixWeights = [10, 8, 3, 12]
    content.wordModel.words = [
      WordModel.Word(key: WordKey.begin, logProbability: -4, logBackoff: -0.5),
      WordModel.Word(key: WordKey.end, logProbability: -0.75, logBackoff: 0),
      WordModel.Word(key: WordKey.unknown, logProbability: -4, logBackoff: 0),
      word("new", -2, -0.25), word("york", -2.5, -1),
    ].sorted { $0.key < $1.key }
    content.wordModel.pairs = [
      pair(key("new"), key("york"), -0.125), pair(key("york"), WordKey.end, -0.0625),
    ].sorted { $0.key < $1.key }
    return content
  }

  /// The same with every optional section.
  public static var complete: IndexContent {
    var content = content
    content.listsWords = true
    content.aliases = ["mew", "nwe york"].map { Array($0.utf8) }
    content.aliasLabels = [0, 1]
    content.synonyms.phrases = ["big apple", "new york", "paris"].map { Array($0.utf8) }
    content.synonyms.targets = [[1, 2], [], [1]]
    content.breaks = WordTable(words: [("手机", 3.0), ("手", 1)].map { (Array($0.0.utf8), $0.1) })
    content.items = items
    content.places.add(1, count: 3, at: 7)
    content.places.add(4, count: 1, at: 7)
    content.places.add(0, count: 16, at: .max)
    return content
  }

  /// Three items, two past queries, and a tree of two leaves.
  public static var items: ItemContent {
    let words = ["lamp", "oak", "red"].map { Array($0.utf8) }
    let keys = words.map { StableHash.of($0, seed: 11) }
    let terms = FeatureSpace(
      documentFrequencies: Dictionary(uniqueKeysWithValues: keys.map { ($0, 1) }), documents: 5)
    let id = terms.withView { view in keys.map { view.id(of: $0) ?? 0 } }
    let (lamp, oak, red) = (id[0], id[1], id[2])
    var items = ItemContent(terms: terms)
    items.ids = ["a1", "b2", "c3"].map { Array($0.utf8) }
    items.titles = ["Red lamp", "Oak lamp", "Öak"].map { Array($0.utf8) }
    items.payloads = [#"{"price":9}"#, "", "[]"].map { Array($0.utf8) }
    items.weights = [1, 2.5, 1]
    items.uses = [3, 1, 0]
    items.termKinds = [.word, .word, .word]
    let bags: [[ItemBagEntry]] = [
      [
        ItemBagEntry(term: red, textCount: 1, titleCount: 1, askedCount: 3, centroid: 1),
        ItemBagEntry(term: lamp, textCount: 1, titleCount: 1),
      ],
      [
        ItemBagEntry(term: oak, textCount: 1, titleCount: 1, askedCount: 1, centroid: 0.75),
        ItemBagEntry(term: lamp, textCount: 1, titleCount: 1),
        ItemBagEntry(term: red, askedCount: 1, centroid: 0.5),
      ],
      [ItemBagEntry(term: oak, textCount: 1, titleCount: 1)],
    ]
    for bag in bags {
      items.bags += bag.sorted { $0.term < $1.term }
      items.bagOffsets.append(UInt64(items.bags.count))
    }
    items.textLengths = [2, 2, 1]
    items.holderLengths = [5, 4, 1]
    items.pastTerms = [red] + [red, oak].sorted()
    items.pastTermOffsets = [0, 1, 3]
    items.pastItemOffsets = [0, 1, 3]
    items.pastItems = [0, 0, 1]
    items.pastItemCounts = [2, 1, 1]
    items.tree.nodes = [
      node(0..<3, members: 0, count: 3, firstChild: 1, children: 2, depth: 0),
      node(0..<2, members: 0, count: 2, depth: 0), node(2..<3, members: 2, count: 1, depth: 0),
    ]
    items.tree.members = [0, 1, 2]
    items.tree.chunks = [
      NodeChunk(
        features: [red, 3], offsets: [0, 1, 3], children: [0, 0, 1], weights: [0.75, 0.25, -0.5]),
      NodeChunk(features: [red], offsets: [0, 2], children: [0, 1], weights: [1, -0.5]),
      NodeChunk(),
    ]
    return items
  }

  private static func key(_ word: String) -> UInt64 {
    Array(word.utf8).withUnsafeBufferPointer { WordKey.of($0) }
  }

  private static func word(_ text: String, _ p: Float, _ backoff: Float) -> WordModel.Word {
    WordModel.Word(key: key(text), logProbability: p, logBackoff: backoff)
  }

  private static func pair(_ previous: UInt64, _ word: UInt64, _ p: Float) -> WordModel.Pair {
    WordModel.Pair(key: WordKey.pair(previous, word), logProbability: p)
  }

  /// One label, "a", submitted once; no feature.
  public static var smallest: IndexContent {
    let features = FeatureSpace(documentFrequencies: [:], documents: 0)
    var content = IndexContent(profile: .search, features: features)
    content.labels = [Array("a".utf8)]
    content.surfaces = content.labels
    content.weights = [1]
    content.nodes = [node(0..<1, depth: 0)]
    content.followerOffsets = [0, 0]
    return content
  }

  /// One leaf of `labels`, ascending, with their weights; no feature.
  public static func flat(
    _ labels: [(String, UInt32)], profile: NormalizationProfile = .search
  ) -> IndexContent {
    let features = FeatureSpace(documentFrequencies: [:], documents: 0)
    var content = IndexContent(profile: profile, features: features)
    content.labels = labels.map { Array($0.0.utf8) }
    content.surfaces = content.labels
    content.weights = labels.map(\.1)
    content.nodes = [node(0..<UInt32(labels.count), depth: 0)]
    content.followerOffsets = [UInt32](repeating: 0, count: labels.count + 1)
    return content
  }

  private static func node(
    _ labels: Range<UInt32>, members: UInt32 = IndexFormat.contiguous, count: UInt32? = nil,
    firstChild: UInt32 = 0, children: UInt32 = 0, terminal: Bool = false, depth: UInt32
  ) -> NodeRecord {
    var node = NodeRecord()
    node.labelLow = labels.lowerBound
    node.labelHigh = labels.upperBound
    node.memberStart = members
    node.memberCount = count ?? UInt32(labels.count)
    node.firstChild = firstChild
    node.childCount = children
    node.hasTerminal = terminal ? 1 : 0
    node.trieDepth = depth
    return node
  }
}
