// Packed numbers that never descend, such as offsets and sums: large numbers with small steps.
//
// The numbers are stored in blocks of 16, bit by bit: the first number in b bits, then the distance
// of each of the other 15 to the first, in d bits each. The last block ends with its last number.
// So reading a number takes two unaligned loads of neighbouring bits, shifts, masks and an
// addition.
// Invariant: that of `PackedArray`; d <= b <= 57.
// Cost: (b + 15 d) / 16 bits per number.

/// A view of numbers that never descend; valid as long as the memory it points to.
@frozen
public struct AscendingArray: RandomAccessCollection {
  /// The numbers of a block.
  public static let blockSize = 16

  /// The number of elements.
  public let count: Int
  /// The bits of a block's first number, 1 to 57.
  public let firstBits: Int
  /// The bits of the distance of another number to the first, 1 to `firstBits`.
  public let stepBits: Int
  /// The first byte.
  public let base: UnsafeRawPointer
  @usableFromInline let firstMask: UInt64
  @usableFromInline let stepMask: UInt64
  /// The bits of a whole block.
  @usableFromInline let blockBits: Int

  /// Makes a view of `count` numbers from `base` on.
  ///
  /// - Precondition: 1 <= `stepBits` <= `firstBits` <= 57; `byteCount` bytes and eight more may be
  ///   read from `base`.
  @inlinable
  public init(base: UnsafeRawPointer, count: Int, firstBits: Int, stepBits: Int) {
    self.base = base
    self.count = count
    self.firstBits = firstBits
    self.stepBits = stepBits
    firstMask = (1 &<< UInt64(firstBits)) &- 1
    stepMask = (1 &<< UInt64(stepBits)) &- 1
    blockBits = firstBits &+ (Self.blockSize &- 1) &* stepBits
  }

  /// The bits that `count` numbers take.
  public static func bitCount(_ count: Int, firstBits: Int, stepBits: Int) -> Int {
    let blocks = (count + blockSize - 1) / blockSize
    return blocks * firstBits + (count - blocks) * stepBits
  }

  /// 0.
  @inlinable
  public var startIndex: Int { 0 }

  /// The number of elements.
  @inlinable
  public var endIndex: Int { count }

  /// Number `i`.
  @inlinable
  public subscript(_ i: Int) -> UInt64 {
    assert(i >= 0 && i < count, "element \(i) of \(count)")
    let place = i & (Self.blockSize &- 1)
    let first = (i &>> 4) &* blockBits
    // For the first number of a block, `step` points before its end; `mask` clears what it reads.
    let step = first &+ firstBits &+ (place &- 1) &* stepBits
    let mask = place == 0 ? 0 : stepMask
    return word(first) & firstMask &+ word(step) & mask
  }

  /// Numbers `i` and `i` + 1, as the bounds of a range.
  ///
  /// Inside a block they are neighbouring steps, and one load reads both.
  @inlinable
  @inline(__always)
  public func bounds(_ i: Int) -> (low: UInt64, high: UInt64) {
    assert(i >= 0 && i &+ 1 < count, "element \(i) of \(count)")
    let place = i & (Self.blockSize &- 1)
    if place == Self.blockSize &- 1 || stepBits > 28 { return (self[i], self[i &+ 1]) }
    let bit = (i &>> 4) &* blockBits
    let first = word(bit) & firstMask
    let steps = word(bit &+ firstBits &+ (place &- 1) &* stepBits)
    let low = place == 0 ? 0 : steps & stepMask
    let high = (steps &>> UInt64(truncatingIfNeeded: stepBits)) & stepMask
    return (first &+ low, first &+ high)
  }

  /// The difference between number `i` + 1 and number `i`.
  @inlinable
  @inline(__always)
  public func rise(_ i: Int) -> UInt64 {
    let (low, high) = bounds(i)
    return high &- low
  }

  @inlinable
  @inline(__always)
  func word(_ bit: Int) -> UInt64 {
    UInt64(littleEndian: base.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self))
      &>> UInt64(truncatingIfNeeded: bit & 7)
  }
}

extension BitWriter {
  /// The smallest widths for `numbers`, which never descend, in an `AscendingArray`.
  ///
  /// - Complexity: O(`numbers.count`).
  public static func ascendingBits(
    of numbers: some RandomAccessCollection<UInt64>
  ) -> (first: Int, step: Int) {
    var (first, greatest, step): (UInt64, UInt64, UInt64) = (0, 0, 0)
    for (i, number) in numbers.enumerated() {
      if i % AscendingArray.blockSize == 0 {
        first = number
        greatest = max(greatest, number)
      } else {
        step = max(step, number - first)
      }
    }
    let bits = max(width(of: greatest), width(of: step))
    return (bits, width(of: step))
  }

  /// Appends `numbers`, which never descend, as an `AscendingArray` of these widths.
  public mutating func append(
    ascending numbers: some Sequence<UInt64>, firstBits: Int, stepBits: Int
  ) {
    var first: UInt64 = 0
    for (i, number) in numbers.enumerated() {
      if i % AscendingArray.blockSize == 0 {
        first = number
        append(number, width: firstBits)
      } else {
        append(number - first, width: stepBits)
      }
    }
  }
}
