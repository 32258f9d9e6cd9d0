// Small indexes to serve.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import QACTraining
import Synchronization

enum TestIndex {
  static let words = [
    "red shoes", "red hat", "red wine glass", "green shoes", "green hat", "boots", "boot laces",
    "garden hose", "garden gloves", "Garden Chair", "rain coat", "rain boots", "shoe polish",
    "hat box", "größe 42", "wine", "wine rack", "glass", "glass table", "table",
  ]

  private struct Key: Hashable {
    var profile: NormalizationProfile
    var seed: UInt64
    var lastTime: Int64
    var items: [PlainItem]
  }

  /// The indexes that were built: tests use the same few again and again.
  private static let built = Mutex<[Key: [UInt8]]>([:])

  /// Writes an index of `words`; `seed` decides their popularities, and so the index's identity.
  static func write(
    to path: String, profile: NormalizationProfile = .search, seed: UInt64 = 1,
    lastTime: Int64 = 0, items: [PlainItem] = []
  ) throws {
    let key = Key(profile: profile, seed: seed, lastTime: lastTime, items: items)
    if let bytes = built.withLock({ $0[key] }) {
      try AtomicFile.write(bytes, to: path)
      return
    }
    var random = SplitMix64(seed: seed)
    let normalizer = Normalizer(profile)
    var examples: [TrainingSet.Example] = []
    for query in words.indices {
      for _ in 0..<3 {
        let previous = random.below(4) == 0 ? TrainingSet.none : UInt32(random.below(words.count))
        examples.append(
          .init(previous: previous, query: UInt32(query), count: UInt32(1 + random.below(9))))
      }
    }
    let set = TrainingSet(
      profile: profile, queries: words.map { normalizer.normalize($0) },
      surfaces: words.map { Array($0.utf8) }, examples: examples)
    var settings = BuildSettings()
    settings.threads = 1
    settings.seed = seed
    var content = try IndexBuilder(settings: settings).build(set)
    content.ranker = [
      ("popularity", 1), ("index", 1), ("sessionUses", 2), ("recencyShortPrefix", 1),
      ("unseen", -0.5), ("overlap", 0.5), ("follower", 0.5), ("followed", 0.5),
    ]
    content.lastTime = lastTime
    content.provenance = "{\"made\":\"by a test\"}"
    if !items.isEmpty { content.items = PlainItem.content(of: items) }
    let bytes = IndexWriter.serialize(content)
    built.withLock { $0[key] = bytes }
    try AtomicFile.write(bytes, to: path)
  }
}
