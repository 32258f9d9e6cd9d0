// Items of an index that must not be shown, as a set of bits.

/// Items of an index that must not be shown: blocked or removed.
public struct HiddenItems: Sendable {
  private var words: [UInt64]
  /// The number of hidden items.
  public private(set) var count = 0

  /// Nothing is hidden of `count` items.
  public init(of count: Int) {
    words = [UInt64](repeating: 0, count: (count + 63) / 64)
  }

  /// Hides `item`, which must be one of the index.
  public mutating func insert(_ item: UInt32) {
    let bit: UInt64 = 1 << UInt64(item & 63)
    if words[Int(item >> 6)] & bit == 0 { count += 1 }
    words[Int(item >> 6)] |= bit
  }

  /// Whether `item` is hidden.
  @inline(__always)
  public func contains(_ item: UInt32) -> Bool {
    words[Int(item >> 6)] >> UInt64(item & 63) & 1 == 1
  }
}
