// Unsigned numbers of equal width, packed bit by bit: the form of offsets, sums and ids in index
// files.
//
// Number i of width w is bits [i w, i w + w) of the bytes; bit 0 is the lowest bit of the first
// byte. Reading a number takes one unaligned load of 64 bits, a shift and a mask: w is at most 57,
// and 7 + 57 bits fit into a word.
// Invariant: eight bytes can be read from every byte in which a number begins, and from the byte
// after the last number. The maker of a view ensures that.
// Cost: about five instructions per number more than an array of whole words.

/// A view of numbers of `width` bits each; valid as long as the memory it points to.
@frozen
public struct PackedArray<Element: FixedWidthInteger & UnsignedInteger>: RandomAccessCollection {
  /// The number of elements.
  public let count: Int
  /// The bits of an element, 1 to 57.
  public let width: Int
  /// The first byte.
  public let base: UnsafeRawPointer
  @usableFromInline let mask: UInt64

  /// Makes a view of `count` numbers of `width` bits from `base` on.
  ///
  /// - Precondition: `width` is from 1 to 57 and fits `Element`; (`count` x `width` + 7) / 8 bytes
  ///   and eight more may be read from `base`.
  @inlinable
  public init(base: UnsafeRawPointer, count: Int, width: Int) {
    self.base = base
    self.count = count
    self.width = width
    mask = (1 &<< UInt64(width)) &- 1
  }

  /// 0.
  @inlinable
  public var startIndex: Int { 0 }

  /// The number of elements.
  @inlinable
  public var endIndex: Int { count }

  /// Number `i`.
  @inlinable
  public subscript(_ i: Int) -> Element {
    assert(i >= 0 && i < count, "element \(i) of \(count)")
    let bit = i &* width
    let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self))
    return Element(truncatingIfNeeded: (word &>> UInt64(truncatingIfNeeded: bit & 7)) & mask)
  }
}

/// Appends numbers of few bits to bytes: the writing half of `PackedArray`.
public struct BitWriter: Sendable {
  /// The greatest width of a number.
  public static let mostBits = 57

  /// The complete bytes so far; `finish` adds the last one.
  public private(set) var bytes: [UInt8]
  private var pending: UInt64 = 0
  private var pendingBits = 0

  /// Makes a writer that appends to `bytes`.
  public init(behind bytes: [UInt8] = []) {
    self.bytes = bytes
  }

  /// The smallest width, at least 1, that holds `greatest`.
  public static func width(of greatest: UInt64) -> Int {
    max(1, UInt64.bitWidth - greatest.leadingZeroBitCount)
  }

  /// The bytes that `count` numbers of `width` bits take.
  public static func byteCount(_ count: Int, width: Int) -> Int { (count * width + 7) / 8 }

  /// The number of bits so far, including those of the initial `bytes`.
  public var bitCount: Int { bytes.count * 8 + pendingBits }

  /// Appends `value` in `width` bits.
  ///
  /// - Precondition: `width` is from 0 to 57, and `value` fits into it.
  public mutating func append(_ value: UInt64, width: Int) {
    precondition(width <= Self.mostBits && value >> UInt64(width) == 0, "a number fits its width")
    pending |= value << UInt64(pendingBits)
    pendingBits += width
    while pendingBits >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      pendingBits -= 8
    }
  }

  /// Fills the last byte up with zeros and returns all bytes.
  public consuming func finish() -> [UInt8] {
    if pendingBits > 0 { bytes.append(UInt8(truncatingIfNeeded: pending)) }
    return bytes
  }
}
