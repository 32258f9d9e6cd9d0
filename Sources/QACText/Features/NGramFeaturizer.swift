// Character 1-3-grams in which an n-gram that starts at scalar i counts 1/(i + 1).
//
// The weight puts a prefix next to the labels that begin with it, because the first letters, which
// a prefix and its completions share, dominate the vector.
// Cost: three keys per scalar.
// Source: Yadav et al. 2021 (arXiv:2012.07654), §4.1, position-weighted character TF-IDF. As in
// that paper, the weights of repeated n-grams add up.

/// Cuts normalised text into position-weighted character n-grams.
public enum NGramFeaturizer {
  /// The longest n-gram, in Unicode scalars.
  public static let longest = 3

  /// Calls `body` with the key and the weight 1/(i + 1) of every n-gram of `text`, i being its
  /// first scalar.
  ///
  /// - Parameters:
  ///   - text: A normalised text, valid UTF-8.
  ///   - body: Receives `FeatureKey.gram` and the weight, in order of start, then of length.
  @inlinable
  public static func forEachGram(
    _ text: UnsafeBufferPointer<UInt8>, _ body: (UInt64, Float) -> Void
  ) {
    var offset = 0
    var position: Float = 1
    var a = UTF8Scalars.next(text, &offset)
    var b = UTF8Scalars.next(text, &offset)
    while let first = a {
      let c = UTF8Scalars.next(text, &offset)
      let weight = 1 / position
      body(FeatureKey.gram(first), weight)
      if let second = b {
        body(FeatureKey.gram(first, second), weight)
        if let third = c {
          body(FeatureKey.gram(first, second, third), weight)
        }
      }
      a = b
      b = c
      position += 1
    }
  }

  /// The TF-IDF vector of `text` over the n-grams of `space`, scaled to length 1.
  public static func vector(
    of text: UnsafeBufferPointer<UInt8>, in space: FeatureSpaceView
  ) -> SparseVector {
    var pairs: [(id: UInt32, value: Float)] = []
    forEachGram(text) { key, weight in
      if let id = space.id(of: key) {
        pairs.append((id, weight * space.idf(of: id)))
      }
    }
    var vector = SparseVector(summing: pairs)
    vector.normalize()
    return vector
  }
}

/// Reads the scalars of normalised text.
public enum UTF8Scalars {
  /// The scalar at byte `offset`, or nil at the end; `offset` moves past the scalar.
  ///
  /// A byte that does not begin a whole scalar is returned as U+FFFD, so no input traps.
  @inlinable
  public static func next(_ text: UnsafeBufferPointer<UInt8>, _ offset: inout Int) -> UInt32? {
    guard offset < text.count else { return nil }
    let lead = text[offset]
    offset &+= 1
    if lead < 0x80 { return UInt32(lead) }
    let more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1
    guard lead >= 0xC0, offset &+ more <= text.count else { return 0xFFFD }
    var scalar = UInt32(lead) & (0x3F >> UInt32(more))
    for _ in 0..<more {
      scalar = scalar << 6 | UInt32(text[offset] & 0x3F)
      offset &+= 1
    }
    return scalar & 0x1F_FFFF
  }

  /// The bytes of the first scalars of `text`, as many as `other` has, or all of them.
  public static func prefix(
    of text: UnsafeBufferPointer<UInt8>, asLongAs other: UnsafeBufferPointer<UInt8>
  ) -> Int {
    var (end, at) = (0, 0)
    while end < text.count, next(other, &at) != nil { _ = next(text, &end) }
    return end
  }

  /// The number of scalars of `text`.
  ///
  /// - Complexity: O(`text.count`).
  @inlinable
  public static func count(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    var count = 0
    for byte in text where byte & 0xC0 != 0x80 { count &+= 1 }
    return count
  }
}
