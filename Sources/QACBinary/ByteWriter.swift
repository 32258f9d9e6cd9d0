// Builds little-endian byte strings: the writing half of the index format.

/// An append-only buffer of little-endian numbers and bytes.
public struct ByteWriter: Sendable {
  /// The bytes appended so far.
  public private(set) var bytes: [UInt8] = []

  /// Makes an empty buffer.
  public init() {}

  /// The number of bytes appended.
  public var count: Int { bytes.count }

  /// Makes room for `count` bytes in all, so that appending up to there moves nothing.
  public mutating func reserveCapacity(_ count: Int) { bytes.reserveCapacity(count) }

  /// Replaces the bytes at `offset` by `value` in little-endian order.
  ///
  /// - Precondition: All the bytes to replace were appended.
  public mutating func replace(_ value: some FixedWidthInteger, at offset: Int) {
    withUnsafeBytes(of: value.littleEndian) {
      bytes.replaceSubrange(offset..<(offset + $0.count), with: $0)
    }
  }

  /// Appends `value` in little-endian order.
  public mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Appends the bit pattern of `value` in little-endian order.
  public mutating func append(_ value: Float) {
    append(value.bitPattern)
  }

  /// Appends the bit pattern of `value` in little-endian order.
  public mutating func append(_ value: Double) {
    append(value.bitPattern)
  }

  /// Appends every number of `values` in little-endian order.
  public mutating func append<T: FixedWidthInteger>(contentsOf values: [T]) {
    #if _endian(little)
      values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    #else
      for value in values { append(value) }
    #endif
  }

  /// Appends every number of `values` as its little-endian bit pattern.
  public mutating func append(contentsOf values: [Float]) {
    for value in values { append(value) }
  }

  /// Appends `raw` unchanged.
  public mutating func append(raw: some Sequence<UInt8>) {
    bytes.append(contentsOf: raw)
  }

  /// Appends zeros until the count is a multiple of `alignment`.
  public mutating func pad(to alignment: Int) {
    let rest = bytes.count % alignment
    if rest != 0 {
      bytes.append(contentsOf: repeatElement(0, count: alignment - rest))
    }
  }
}
