// The features that exist, with their ids and inverse document frequencies.
//
// The features of a request are the words of a previous query and the previous query as a whole.
// Labels are clustered by other features, the character 1-3-grams of labels, which have a space of
// their own. A feature is identified by a 64-bit key (`FeatureKey`). Its id is the rank of its key.
//
// Inverse document frequencies are rounded to sixteenths and stored in one byte each: 1 + code /
// 16, at most 16.9375.
//
// Invariant: equal sets of documents give equal spaces, in whatever order the documents come.
// Cost: that of `SortedKeys`, plus one byte per feature.
// Source: TF-IDF with smoothing, idf(f) = ln((1 + N) / (1 + n_f)) + 1, for N documents of which n_f
// have f.

/// Makes the 64-bit keys that identify features.
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

  /// The key of a character n-gram.
  ///
  /// It is made of up to three scalars of 21 bits each, so the keys of two n-grams are equal only
  /// if one is the other followed by U+0000.
  @inlinable
  public static func gram(_ a: UInt32, _ b: UInt32 = 0, _ c: UInt32 = 0) -> UInt64 {
    StableHash.mix(UInt64(a) | UInt64(b) << 21 | UInt64(c) << 42 | 1 << 63)
  }
}

/// The vocabulary of an index: key to id and inverse document frequency.
public struct FeatureSpace: Sendable {
  /// The keys; a feature's id is its position among them.
  public let keys: SortedKeySet
  /// For each id, 16 times (the inverse document frequency minus 1).
  public let idfCodes: [UInt8]

  /// Makes a space of features, each given by its key and its document frequency.
  ///
  /// If the keys of several features agree in all stored bits, the first one stands for all of
  /// them.
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

  /// A hash of the space and its rules; for all practical purposes different ones differ in it.
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

  /// The version of the rules that turn text into features; a change of the rules raises it.
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
