// Which features exist, under which ids, with which inverse document frequency.
//
// A space has two vocabularies. Context features (ids 0 ..< contextCount) are the words of a
// previous query and the previous query as a whole; gram features (the ids after them) are the
// character 1-3-grams of prefixes and labels. A feature is known by a 64-bit key: `FeatureKey`.
//
// Layout, in memory and in the index file alike: an open-addressing table of `capacity` (a power of
// two, at most 2/3 full) slots, each a key and an id (`emptySlot` where free), probed linearly from
// `mix(key) & (capacity - 1)`; and one inverse document frequency an id.
//
// Invariant: ids are given in ascending order of keys within each vocabulary, so that equal sets of
// documents give equal spaces whatever their order.
// Cost: a look-up is one or two probes.
// Source: TF-IDF with smoothing, idf(f) = ln((1 + N) / (1 + n_f)) + 1, N documents, n_f with f.

/// Makes the 64-bit keys by which features are known.
public enum FeatureKey {
  /// The key of a word of a previous query.
  @inlinable
  public static func word(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    StableHash.of(bytes, seed: 1)
  }

  /// The key of a previous query as a whole.
  @inlinable
  public static func query(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    StableHash.of(bytes, seed: 2)
  }

  /// The key of a character n-gram: up to three scalars of 21 bits, so the keys of two
  /// n-grams collide only where one is the other with U+0000 behind it.
  @inlinable
  public static func gram(_ a: UInt32, _ b: UInt32 = 0, _ c: UInt32 = 0) -> UInt64 {
    UInt64(a) | UInt64(b) << 21 | UInt64(c) << 42 | 1 << 63
  }
}

/// The vocabularies of an index: key to id and inverse document frequency.
public struct FeatureSpace: Sendable {
  /// The id in a free slot of the table.
  public static let emptySlot = UInt32.max

  /// The keys of the table's slots.
  public let slotKeys: [UInt64]
  /// The ids of the table's slots, `emptySlot` where free.
  public let slotIDs: [UInt32]
  /// The inverse document frequency of each id.
  public let idf: [Float]
  /// The number of context features; their ids come first.
  public let contextCount: Int

  /// Makes a space of features given by key and document frequency.
  ///
  /// - Parameters:
  ///   - context: For each context feature, the number of documents that have it.
  ///   - contextDocuments: The number of documents of the context vocabulary.
  ///   - grams: For each n-gram, the number of labels that have it.
  ///   - labels: The number of labels.
  public init(
    context: [UInt64: Int], contextDocuments: Int, grams: [UInt64: Int], labels: Int
  ) {
    let count = context.count + grams.count
    var capacity = 8
    while capacity * 2 < count * 3 { capacity *= 2 }
    var keys = [UInt64](repeating: 0, count: capacity)
    var ids = [UInt32](repeating: Self.emptySlot, count: capacity)
    var idf: [Float] = []
    idf.reserveCapacity(count)
    for (vocabulary, documents) in [(context, contextDocuments), (grams, labels)] {
      for (key, frequency) in vocabulary.sorted(by: { $0.key < $1.key }) {
        var slot = Int(StableHash.mix(key) & UInt64(capacity - 1))
        while ids[slot] != Self.emptySlot { slot = (slot + 1) & (capacity - 1) }
        keys[slot] = key
        ids[slot] = UInt32(idf.count)
        idf.append(Self.idf(documents: documents, frequency: frequency))
      }
    }
    slotKeys = keys
    slotIDs = ids
    self.idf = idf
    contextCount = context.count
  }

  /// ln((1 + documents) / (1 + frequency)) + 1.
  static func idf(documents: Int, frequency: Int) -> Float {
    Float(_log(Double(1 + documents) / Double(1 + frequency)) + 1)
  }

  /// A number that differs, for all practical purposes, when the space or its rules differ.
  public var fingerprint: UInt64 {
    withView { Self.fingerprint(of: $0) }
  }

  /// The fingerprint of the space that `view` shows.
  ///
  /// - Complexity: O(slots).
  public static func fingerprint(of view: FeatureSpaceView) -> UInt64 {
    var hash = StableHash.mix(UInt64(rulesVersion) << 32 | UInt64(view.contextCount))
    for slot in 0..<view.slotIDs.count where view.slotIDs[slot] != emptySlot {
      let id = view.slotIDs[slot]
      hash = StableHash.mix(hash ^ view.slotKeys[slot])
      hash = StableHash.mix(hash ^ UInt64(id) << 32 ^ UInt64(view.idf[Int(id)].bitPattern))
    }
    return hash
  }

  /// Raised whenever text becomes features in another way.
  public static let rulesVersion: UInt32 = 1

  /// Calls `body` with a view of this space.
  public func withView<R>(_ body: (FeatureSpaceView) throws -> R) rethrows -> R {
    try slotKeys.withUnsafeBufferPointer { keys in
      try slotIDs.withUnsafeBufferPointer { ids in
        try idf.withUnsafeBufferPointer { idf in
          try body(
            FeatureSpaceView(
              slotKeys: keys, slotIDs: ids, idf: idf, contextCount: contextCount))
        }
      }
    }
  }
}
