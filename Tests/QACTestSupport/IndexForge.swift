// Damages index files and makes their checksums fit again, so that only `verify` can find the
// damage.

import QACBinary
public import QACIndex

/// An index file that a test changes.
public struct IndexForge {
  /// The file's bytes.
  public var bytes: [UInt8]

  /// The sections of the file, in the order of their rows.
  public private(set) var kinds: [IndexSection] = []

  /// Takes a copy of a valid file.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
    for row in 0..<Int(get(UInt32.self, at: 36)) {
      let at = IndexFormat.headerSize + IndexFormat.tableRowSize * row
      guard let kind = IndexSection(rawValue: get(UInt16.self, at: at)) else { continue }
      kinds.append(kind)
    }
  }

  /// The place of `kind`, by the current table.
  public func range(_ kind: IndexSection) -> Range<Int> {
    let row = self.row(of: kind)
    let (width, step) = (Int(bytes[row + 2]), Int(bytes[row + 3]))
    let bits =
      switch kind.layout {
      case .whole(let bits): count(kind) * bits
      case .packed: count(kind) * width
      case .ascending: AscendingArray.bitCount(count(kind), firstBits: width, stepBits: step)
      }
    let start = Int(get(UInt64.self, at: row + 8))
    return start..<start + (bits + 7) / 8
  }

  /// The offset of the row of `kind` in the file.
  public func row(of kind: IndexSection) -> Int {
    guard let row = kinds.firstIndex(of: kind) else { preconditionFailure("no section \(kind)") }
    return IndexFormat.headerSize + IndexFormat.tableRowSize * row
  }

  /// The number at byte `offset`.
  public func get<T: FixedWidthInteger>(_ type: T.Type, at offset: Int) -> T {
    bytes.withUnsafeBytes {
      T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: type))
    }
  }

  /// Overwrites the number at byte `offset`.
  public mutating func set<T: FixedWidthInteger>(_ value: T, at offset: Int) {
    withUnsafeBytes(of: value.littleEndian) { new in
      for (i, byte) in new.enumerated() { bytes[offset + i] = byte }
    }
  }

  /// The numbers of a section of packed numbers, or of whole ones of at most 8 bytes.
  public func numbers(_ kind: IndexSection) -> [UInt64] {
    let row = self.row(of: kind)
    let (width, step) = (Int(bytes[row + 2]), Int(bytes[row + 3]))
    var at = 8 * range(kind).lowerBound
    var result: [UInt64] = []
    for i in 0..<count(kind) {
      let isFirst = kind.layout != .ascending || i % 16 == 0
      let bits = isFirst ? width : step
      var number = isFirst ? 0 : result[i / 16 * 16]
      for bit in 0..<bits {
        number &+= UInt64(bytes[(at + bit) / 8] >> UInt8((at + bit) % 8) & 1) << UInt64(bit)
      }
      result.append(number)
      at += bits
    }
    return result
  }

  /// The number of elements of `kind`, by the current table.
  public func count(_ kind: IndexSection) -> Int {
    Int(get(UInt64.self, at: row(of: kind) + 16))
  }

  /// Writes `numbers` in place of those of section `kind`, in the least widths that hold them.
  public mutating func set(_ kind: IndexSection, to numbers: [UInt64]) {
    var out = BitWriter()
    var widths = (0, 0)
    switch kind.layout {
    case .whole(let bits):
      for number in numbers {
        out.append(number & 0xFFFF_FFFF, width: min(bits, 32))
        if bits > 32 { out.append(number >> 32, width: bits - 32) }
      }
      widths = (bits % 256, bits / 256)
    case .packed:
      widths.0 = BitWriter.width(of: numbers.max() ?? 0)
      for number in numbers { out.append(number, width: widths.0) }
    case .ascending:
      widths = BitWriter.ascendingBits(of: numbers)
      out.append(ascending: numbers, firstBits: widths.0, stepBits: widths.1)
    }
    replace(kind, with: out.finish(), count: numbers.count, widths: widths)
  }

  /// Overwrites number `element` of section `kind`. An ascending number must not be below the first
  /// of its block.
  public mutating func set(_ value: UInt64, _ kind: IndexSection, _ element: Int) {
    var numbers = numbers(kind)
    numbers[element] = value
    set(kind, to: numbers)
  }

  /// Overwrites field `field` (0 to 7) of node `node` of the tree in section `tree`.
  public mutating func setNode(
    _ node: Int, field: Int, _ value: UInt32, of tree: IndexSection = .nodes
  ) {
    set(value, at: range(tree).lowerBound + 32 * node + 4 * field)
  }

  /// Takes the last section out of the file, with its row.
  public mutating func removeLastSection() {
    let sections = kinds.dropLast().map { Array(bytes[range($0)]) }
    kinds.removeLast()
    let table = IndexFormat.headerSize + IndexFormat.tableRowSize * kinds.count
    var file = Array(bytes[..<table])
    for (kind, section) in zip(kinds, sections) {
      file += [UInt8](repeating: 0, count: IndexFormat.slack)
      while file.count % IndexFormat.alignment != 0 { file.append(0) }
      set(UInt64(file.count), at: row(of: kind) + 8)
      file += section
    }
    file += [UInt8](repeating: 0, count: IndexFormat.slack)
    file.replaceSubrange(..<table, with: bytes[..<table])
    bytes = file
    set(UInt32(kinds.count), at: 36)
    set(UInt64(file.count), at: 16)
  }

  /// Puts `content`, whole bytes of elements, in place of section `kind` and moves all that
  /// follows.
  public mutating func replace(_ kind: IndexSection, with content: [UInt8]) {
    guard case .whole(let bits) = kind.layout else {
      preconditionFailure("\(kind) has packed numbers")
    }
    replace(kind, with: content, count: content.count * 8 / bits, widths: (bits % 256, bits / 256))
  }

  /// Puts `content` in place of section `kind` and moves all that follows.
  public mutating func replace(
    _ kind: IndexSection, with content: [UInt8], count: Int, widths: (Int, Int)
  ) {
    let sections = kinds.map {
      $0 == kind ? content : Array(bytes[range($0)])
    }
    set(UInt8(widths.0), at: row(of: kind) + 2)
    set(UInt8(widths.1), at: row(of: kind) + 3)
    set(UInt64(count), at: row(of: kind) + 16)
    let table = IndexFormat.headerSize + IndexFormat.tableRowSize * sections.count
    var file = Array(bytes[..<table])
    for (kind, section) in zip(kinds, sections) {
      file += [UInt8](repeating: 0, count: IndexFormat.slack)
      while file.count % IndexFormat.alignment != 0 { file.append(0) }
      set(UInt64(file.count), at: row(of: kind) + 8)
      file += section
    }
    file += [UInt8](repeating: 0, count: IndexFormat.slack)
    file.replaceSubrange(..<table, with: bytes[..<table])
    bytes = file
    set(UInt64(file.count), at: 16)
  }

  /// Makes the checksums fit the bytes again.
  public mutating func sign() {
    for kind in kinds {
      let range = range(kind)
      if range.upperBound > bytes.count { continue }
      set(CRC32C.of(Array(bytes[range])), at: row(of: kind) + 4)
    }
    signTable()
  }

  /// Makes the checksums of table and header fit again, but not those of the sections.
  public mutating func signTable() {
    let end = IndexFormat.headerSize + IndexFormat.tableRowSize * kinds.count
    set(CRC32C.of(Array(bytes[IndexFormat.headerSize..<end])), at: 40)
    signHeader()
  }

  /// Makes the checksum of the header fit again.
  public mutating func signHeader() {
    set(CRC32C.of(Array(bytes[..<60])), at: 60)
  }
}
