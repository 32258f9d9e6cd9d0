// Which features exist, under which ids, with which inverse document frequency.
//
// The features of a request are the words of a previous query and the previous query as a whole; the
// features by which labels are clustered are the character 1-3-grams of labels, in a space of their
// own. A feature is known by a 64-bit key: `FeatureKey`. Its id is the rank of its key among all.
//
// Inverse document frequencies are rounded to sixteenths, a byte each: 1 + code / 16, at most 16.9375.
//
// Invariant: equal sets of documents give equal spaces whatever their order.
// Cost: `SortedKeys`, and a byte a feature.
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

  /// The key of a character n-gram, made of up to three scalars of 21 bits, so that the keys of two
  /// n-grams collide only where one is the other with U+0000 behind it.
  @inlinable
  public static func gram(_ a: UInt32, _ b: UInt32 = 0, _ c: UInt32 = 0) -> UInt64 {
    StableHash.mix(UInt64(a) | UInt64(b) << 21 | UInt64(c) << 42 | 1 << 63)
  }
}

/// The vocabulary of an index: key to id and inverse document frequency.
public struct FeatureSpace: Sendable {
  /// The keys; a feature's id is its place among them.
  public let keys: SortedKeySet
  /// For each id, 16 times the inverse document frequency less 1.
  public let idfCodes: [UInt8]

  /// Makes a space of features given by key and document frequency.
  ///
  /// Of features whose keys agree in all bits that count, the first stands for all.
  ///
  /// - Parameters:
  ///   - documentFrequencies: For each feature's key, the number of documents that have it.
  ///   - documents: The number of documents.
  public init(documentFrequencies: [UInt64: Int], documents: Int) {
    let features = documentFrequencies.sorted { $0.key < $1.key }
    keys = SortedKeySet(features.map(\.key))
    idfCodes = keys.sources.map {
      Self.idfCode(documents: documents, frequency: features[$0].value)
    }
  }

  /// The number of features.
  public var count: Int { keys.count }

  /// ln((1 + documents) / (1 + frequency)), in sixteenths.
  static func idfCode(documents: Int, frequency: Int) -> UInt8 {
    UInt8(min(max((16 * _log(Double(1 + documents) / Double(1 + frequency))).rounded(), 0), 255))
  }

  /// A number that differs, for all practical purposes, when the space or its rules differ.
  public var fingerprint: UInt64 {
    withView { Self.fingerprint(of: $0) }
  }

  /// The fingerprint of the space that `view` shows.
  ///
  /// - Complexity: O(features).
  public static func fingerprint(of view: FeatureSpaceView) -> UInt64 {
    var hash = StableHash.mix(UInt64(rulesVersion) << 32 | UInt64(view.count))
    hash = StableHash.mix(hash ^ UInt64(view.keys.starts.count - 1))
    for bucket in 0..<view.keys.starts.count - 1 {
      for id in Int(view.keys.starts[bucket])..<Int(view.keys.starts[bucket + 1]) {
        hash = StableHash.mix(hash ^ (UInt64(bucket) << 16 | UInt64(view.keys.rests[id])))
        hash = StableHash.mix(hash ^ UInt64(view.idfCodes[id]))
      }
    }
    return hash
  }

  /// Raised whenever text becomes features in another way.
  public static let rulesVersion: UInt32 = 2

  /// Calls `body` with a view of this space.
  public func withView<R>(_ body: (FeatureSpaceView) throws -> R) rethrows -> R {
    try keys.starts.withUnsafeBufferPointer { starts in
      try keys.rests.withUnsafeBufferPointer { rests in
        try idfCodes.withUnsafeBufferPointer { codes in
          try body(
            FeatureSpaceView(keys: SortedKeys(starts: starts, rests: rests), idfCodes: codes))
        }
      }
    }
  }
}
