// Texts in byte order, so that the texts that begin with a prefix are one range. UTF-8 texts have
// the same order by bytes as by scalars.
//
// Labels follow each other, so n + 1 offsets say where each is. Suffixes are slices of the same
// bytes, and many of them share bytes; a slice has at most 255 bytes and is stored as its offset
// times 256 plus its length.
// Invariant (verified): every text is within the bytes; texts ascend, are distinct and not empty.
// Every range here is half-open.

public import QACBinary

#if canImport(Glibc)
  import Glibc
#endif

/// Borrowed texts in ascending order of their bytes; valid as long as the memory behind them.
@frozen
public struct SortedTexts {
  /// The number of texts.
  public let count: Int
  /// The offset of each text, and the end; empty if texts are slices.
  @usableFromInline let offsets: AscendingArray
  /// For each slice its offset times 256, plus its length.
  @usableFromInline let slices: PackedArray<UInt64>
  /// The bytes of which the texts are parts.
  public let bytes: UnsafeBufferPointer<UInt8>

  /// Makes a view of texts that follow each other.
  ///
  /// - Precondition: `offsets` has one element more than there are texts.
  @inlinable
  public init(offsets: AscendingArray, bytes: UnsafeBufferPointer<UInt8>) {
    count = offsets.count &- 1
    self.offsets = offsets
    slices = PackedArray(base: offsets.base, count: 0, width: 1)
    self.bytes = bytes
  }

  /// Makes a view of slices, each given as its offset times 256 plus its length.
  @inlinable
  public init(slices: PackedArray<UInt64>, of bytes: UnsafeBufferPointer<UInt8>) {
    count = slices.count
    offsets = AscendingArray(base: slices.base, count: 0, firstBits: 1, stepBits: 1)
    self.slices = slices
    self.bytes = bytes
  }

  /// The offsets in `bytes` of text `i`.
  @inlinable
  public func range(_ i: Int) -> Range<Int> {
    if offsets.count == 0 {
      let slice = Int(truncatingIfNeeded: slices[i])
      return Range(uncheckedBounds: (slice &>> 8, (slice &>> 8) &+ (slice & 0xFF)))
    }
    let (start, end) = offsets.bounds(i)
    return Range(
      uncheckedBounds: (Int(truncatingIfNeeded: start), Int(truncatingIfNeeded: end)))
  }

  /// Text `i`.
  @inlinable
  public subscript(_ i: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[range(i)])
  }

  /// The texts that begin with `prefix`.
  ///
  /// - Complexity: O(log(`count`)) comparisons of at most `prefix.count` bytes.
  public func range(ofPrefix prefix: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    if prefix.isEmpty { return 0..<count }
    let low = (0..<count).partitioningIndex { compare($0, 0, prefix) >= 0 }
    // Few texts begin with most prefixes, so the end is sought from the beginning on, in steps that
    // double. The texts from `low` to `known` begin with the prefix.
    var known = low
    var step = 1
    while known &+ step <= count, compare(known &+ step &- 1, 0, prefix) <= 0 {
      known &+= step
      step &*= 2
    }
    let end = min(count, known &+ step &- 1)
    return low..<(known..<end).partitioningIndex { compare($0, 0, prefix) > 0 }
  }

  /// The text in `range` whose bytes from `skipped` on are `rest`, or nil.
  ///
  /// - Precondition: The texts in `range` have the same first `skipped` bytes.
  /// - Complexity: O(log(`range.count`)) comparisons of at most `rest.count` bytes.
  public func index(
    of rest: UnsafeBufferPointer<UInt8>, in range: Range<Int>, skipping skipped: Int = 0
  ) -> Int? {
    let low = range.partitioningIndex { compare($0, skipped, rest) >= 0 }
    guard low < range.upperBound, self[low].count == skipped + rest.count,
      compare(low, skipped, rest) == 0
    else { return nil }
    return low
  }

  /// Compares text `i`, from `skipped` on and cut to the length of `other`, with `other`: negative,
  /// 0 or positive.
  @inline(__always)
  private func compare(
    _ i: Int, _ skipped: Int, _ other: UnsafeBufferPointer<UInt8>
  ) -> Int {
    let range = range(i)
    let start = range.lowerBound &+ skipped
    let length = range.upperBound &- start
    let common = min(length, other.count)
    if common > 0, let text = bytes.baseAddress, let other = other.baseAddress {
      let order = memcmp(text + start, other, common)
      if order != 0 { return Int(order) }
    }
    return length < other.count ? -1 : 0
  }
}
