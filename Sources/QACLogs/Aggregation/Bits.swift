// An array of bits.

/// Bits that are clear until they are set.
struct Bits {
  private var words: [UInt64]

  /// Makes `count` clear bits.
  init(count: Int) { words = [UInt64](repeating: 0, count: (count + 63) / 64) }

  /// The number of set bits.
  var ones: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Grows to at least `count` bits; the new ones are clear.
  mutating func grow(to count: Int) {
    while words.count * 64 < count { words.append(0) }
  }

  /// Sets bit `i`.
  mutating func set(_ i: Int) { words[i / 64] |= 1 << UInt64(i % 64) }

  /// Whether bit `i` is set.
  subscript(i: Int) -> Bool { words[i / 64] >> UInt64(i % 64) & 1 == 1 }
}
