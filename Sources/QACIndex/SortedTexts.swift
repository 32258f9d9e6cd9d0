// Texts in byte order, one behind the other: what begins with a prefix is one range of them.
//
// Labels and suffixes lie in the file this way. Bytes of UTF-8 order as its scalars do.
// Invariant (verified): offsets ascend from 0 to the end of the text; texts ascend, are distinct and
// not empty. Every range here is half-open.

#if canImport(Glibc)
  import Glibc
#endif

/// Borrowed texts in ascending order of their bytes; valid while the memory behind them is.
@frozen
public struct SortedTexts {
  /// Where each text begins, and the end.
  public let offsets: UnsafeBufferPointer<UInt32>
  /// The texts.
  public let bytes: UnsafeBufferPointer<UInt8>

  /// Makes a view of texts.
  ///
  /// - Precondition: `offsets` has one element more than there are texts.
  @inlinable
  public init(offsets: UnsafeBufferPointer<UInt32>, bytes: UnsafeBufferPointer<UInt8>) {
    self.offsets = offsets
    self.bytes = bytes
  }

  /// The number of texts.
  @inlinable
  public var count: Int { offsets.count &- 1 }

  /// Text `i`.
  @inlinable
  public subscript(_ i: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[Int(offsets[i])..<Int(offsets[i + 1])])
  }

  /// The texts that begin with `prefix`.
  ///
  /// - Complexity: O(log(`count`)) comparisons of at most `prefix.count` bytes.
  public func range(ofPrefix prefix: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    if prefix.isEmpty { return 0..<count }
    let low = partition(0..<count) { compare($0, 0, prefix) < 0 }
    let high = partition(low..<count) { compare($0, 0, prefix) <= 0 }
    return low..<high
  }

  /// The text of `range` whose bytes from `skipped` on are `rest`, or nil.
  ///
  /// - Precondition: The texts of `range` have the same first `skipped` bytes.
  /// - Complexity: O(log(`range.count`)) comparisons of at most `rest.count` bytes.
  public func index(
    of rest: UnsafeBufferPointer<UInt8>, in range: Range<Int>, skipping skipped: Int = 0
  ) -> Int? {
    let low = partition(range) { compare($0, skipped, rest) < 0 }
    guard low < range.upperBound, self[low].count == skipped + rest.count,
      compare(low, skipped, rest) == 0
    else { return nil }
    return low
  }

  /// The first text of `range` for which `isBefore` is false, by binary search.
  @inline(__always)
  private func partition(_ range: Range<Int>, _ isBefore: (Int) -> Bool) -> Int {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high {
      let middle = (low &+ high) >> 1
      if isBefore(middle) { low = middle &+ 1 } else { high = middle }
    }
    return low
  }

  /// The order of text `i`, from `skipped` on and cut to the length of `other`, against `other`:
  /// negative, 0, positive.
  @inline(__always)
  private func compare(
    _ i: Int, _ skipped: Int, _ other: UnsafeBufferPointer<UInt8>
  ) -> Int {
    let start = Int(offsets[i]) &+ skipped
    let length = Int(offsets[i + 1]) &- start
    let common = min(length, other.count)
    if common > 0, let text = bytes.baseAddress, let other = other.baseAddress {
      let order = memcmp(text + start, other, common)
      if order != 0 { return Int(order) }
    }
    return length < other.count ? -1 : 0
  }
}
