// Which byte trigrams occur in a text, as a bit set: a cheap measure of how alike two texts are.
//
// A trigram sets one of 4,096 bits. So a text of 512 bytes makes about one foreign trigram in eight
// look known. Queries are short and make one in a hundred look known.
// Cost: one multiplication per byte.

/// The byte trigrams of one text.
struct TrigramFilter {
  /// Bytes of a text that are looked at.
  static let most = 512

  private var bits = [UInt64](repeating: 0, count: 64)

  /// Replaces the text; the space before it belongs to it, so that first letters count.
  mutating func set(_ text: UnsafeBufferPointer<UInt8>) {
    for i in bits.indices { bits[i] = 0 }
    Self.forEach(text) { bits[$0 >> 6] |= 1 << UInt64($0 & 63) }
  }

  /// The share of the trigrams of `text` that the text set before has too, 0 to 1.
  func share(of text: UnsafeBufferPointer<UInt8>) -> Double {
    var count = 0
    var known = 0
    Self.forEach(text) {
      count += 1
      known += Int(bits[$0 >> 6] >> UInt64($0 & 63) & 1)
    }
    return count == 0 ? 0 : Double(known) / Double(count)
  }

  @inline(__always)
  private static func forEach(_ text: UnsafeBufferPointer<UInt8>, _ body: (Int) -> Void) {
    var window: UInt32 = 0x20
    for i in 0..<min(text.count, most) {
      window = (window << 8 | UInt32(text[i])) & 0xFF_FFFF
      if i > 0 { body(Int((window &* 0x9E37_79B1) >> 20)) }
    }
  }
}
