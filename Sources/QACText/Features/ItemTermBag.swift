// The terms of one text with their weights, as retrieval compares them.
//
//     weight = (1 + ln tf) idf, and the terms of one kind together have length 1
//
// Kinds are scaled apart, since a text has three times as many trigrams as words: without that,
// characters would decide alone. Kinds are compared together by factors (`ItemTermFactors`).
//
// Invariant (after `finish`): ids ascend and are distinct; the squares of the values of a kind add
// up to 1, or the kind has no term.
// Cost: a hash and a look-up per term; no allocation once memory has grown.
// Source: Salton and Buckley, IPM 24 (1988) (ltc weights, here per kind).

#if canImport(Glibc)
  import Glibc
#endif

/// The distinct terms of a text.
public struct ItemTermBag: Sendable {
  /// The terms' ids in their space, ascending.
  public private(set) var ids: [UInt32] = []
  /// The terms' kinds.
  public private(set) var kinds: [ItemTerms.Kind] = []
  /// How often each term occurs.
  public private(set) var counts: [UInt32] = []
  /// The terms' weights; of length 1 per kind.
  public private(set) var values: [Float] = []
  // id << 8 | kind, in the order of the text.
  private var occurrences: [UInt64] = []

  /// Makes an empty bag.
  public init() {}

  /// The number of distinct terms.
  @inlinable
  public var count: Int { ids.count }

  /// Empties the bag and keeps its memory.
  public mutating func removeAll() {
    occurrences.removeAll(keepingCapacity: true)
    ids.removeAll(keepingCapacity: true)
    kinds.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
  }

  /// Adds the terms of `text` that `space` has; sequences of words do not go over its ends.
  ///
  /// - Parameters:
  ///   - text: A normalised text.
  ///   - space: The terms.
  ///   - mostWords: How many words count.
  public mutating func add(
    _ text: UnsafeBufferPointer<UInt8>, in space: ItemTermSpace,
    mostWords: Int = ItemTerms.mostWords
  ) {
    ItemTerms.forEach(of: text, mostWords: mostWords) { kind, key, _ in
      if kind == .trigram, !space.hasTrigrams { return }
      if let id = space.id(of: key) { occurrences.append(UInt64(id) << 8 | UInt64(kind.rawValue)) }
    }
  }

  /// Sorts what was added, and weighs it.
  public mutating func finish(in space: ItemTermSpace) {
    sort()
    var last: UInt64?
    for occurrence in occurrences {
      if occurrence == last {
        counts[counts.count - 1] += 1
        continue
      }
      last = occurrence
      ids.append(UInt32(truncatingIfNeeded: occurrence >> 8))
      kinds.append(ItemTerms.Kind(rawValue: UInt8(occurrence & 0xFF)) ?? .word)
      counts.append(1)
    }
    // Per kind.
    var squares = SIMD8<Float>(repeating: 0)
    for i in ids.indices {
      let value = Self.frequency(counts[i]) * space.idf(of: ids[i])
      values.append(value)
      squares[Int(kinds[i].rawValue)] += value * value
    }
    for i in ids.indices { values[i] /= squares[Int(kinds[i].rawValue)].squareRoot() }
  }

  /// How much a term counts that occurs `count` times, at least once: 1 + ln tf.
  public static func frequency(_ count: UInt32) -> Float {
    count == 1 ? 1 : 1 + logf(Float(count))
  }

  /// Sorts the occurrences: few of them, as a query has, by insertion, without allocation.
  private mutating func sort() {
    if occurrences.count > 256 {
      occurrences.sort()
      return
    }
    occurrences.withUnsafeMutableBufferPointer { keys in
      for i in keys.indices.dropFirst() {
        let key = keys[i]
        var j = i
        while j > 0, keys[j - 1] > key {
          keys[j] = keys[j - 1]
          j -= 1
        }
        keys[j] = key
      }
    }
  }

  /// The length of the bag once the values of each kind are multiplied by its factor.
  ///
  /// - Parameter factors: One factor per kind.
  /// - Returns: The length; 0 if no term counts.
  public func length(_ factors: ItemTermFactors) -> Float {
    var square: Float = 0
    var seen: UInt8 = 0
    for kind in kinds where seen & 1 << kind.rawValue == 0 {
      seen |= 1 << kind.rawValue
      square += factors[kind] * factors[kind]
    }
    return square.squareRoot()
  }
}

/// How much each kind of terms counts.
public struct ItemTermFactors: Sendable, Equatable {
  /// The factors, in the order of the kinds.
  private var values: SIMD8<Float>

  /// Makes factors; kinds that are not named do not count.
  public init(
    word: Float = 0, bigram: Float = 0, trigram: Float = 0, stem: Float = 0, characters: Float = 0
  ) {
    values = SIMD8(word, bigram, trigram, stem, characters, 0, 0, 0)
  }

  /// By what the neighbours and the texts are compared.
  public static let joint = ItemTermFactors(word: 1, bigram: 0.5, trigram: 0.5, characters: 1)
  /// By what the tree decides.
  public static let tree = ItemTermFactors(word: 1, bigram: 1, trigram: 1, characters: 1)

  /// The factor of `kind`.
  public subscript(kind: ItemTerms.Kind) -> Float { values[Int(kind.rawValue)] }
}
