// Damages index files, with checksums that fit again: what only `verify` can find.

import QACBinary
public import QACIndex

/// An index file under the hands of a forger.
public struct IndexForge {
  /// The file's bytes.
  public var bytes: [UInt8]

  /// Takes a copy of a valid file.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Where `kind` lies, by the table as it stands.
  public func range(_ kind: IndexSection) -> Range<Int> {
    let row = Self.row(of: kind)
    let start = Int(get(UInt64.self, at: row + 8))
    return start..<start + Int(get(UInt64.self, at: row + 16))
  }

  /// Where the row of `kind` begins in the file.
  public static func row(of kind: IndexSection) -> Int {
    IndexFormat.headerSize + IndexFormat.tableRowSize * (Int(kind.rawValue) - 1)
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

  /// Overwrites number `element` of section `kind`.
  public mutating func set<T: FixedWidthInteger>(
    _ value: T, _ kind: IndexSection, _ element: Int
  ) {
    set(value, at: range(kind).lowerBound + element * MemoryLayout<T>.size)
  }

  /// Overwrites field `field` (0 to 9) of node `node`.
  public mutating func setNode(_ node: Int, field: Int, _ value: UInt32) {
    set(value, .nodes, node * 10 + field)
  }

  /// Puts `content` in place of section `kind` and moves all that follows.
  public mutating func replace(_ kind: IndexSection, with content: [UInt8]) {
    let sections = IndexSection.allCases.map {
      $0 == kind ? content : Array(bytes[range($0)])
    }
    var end = IndexFormat.headerSize + IndexFormat.tableRowSize * sections.count
    var file = Array(bytes[..<end])
    for (kind, section) in zip(IndexSection.allCases, sections) {
      while end % IndexFormat.alignment != 0 {
        file.append(0)
        end += 1
      }
      set(UInt64(end), at: Self.row(of: kind) + 8)
      set(UInt64(section.count), at: Self.row(of: kind) + 16)
      file += section
      end += section.count
    }
    let table = IndexFormat.headerSize + IndexFormat.tableRowSize * sections.count
    file.replaceSubrange(..<table, with: bytes[..<table])
    bytes = file
    set(UInt64(end), at: 16)
  }

  /// Makes the checksums fit the bytes again.
  public mutating func sign() {
    for kind in IndexSection.allCases {
      let range = range(kind)
      if range.upperBound > bytes.count { continue }
      set(CRC32C.of(Array(bytes[range])), at: Self.row(of: kind) + 4)
    }
    signTable()
  }

  /// Makes the checksums of table and header fit again, but not those of the sections.
  public mutating func signTable() {
    let end = IndexFormat.headerSize + IndexFormat.tableRowSize * IndexSection.allCases.count
    set(CRC32C.of(Array(bytes[IndexFormat.headerSize..<end])), at: 40)
    signHeader()
  }

  /// Makes the checksum of the header fit again.
  public mutating func signHeader() {
    set(CRC32C.of(Array(bytes[..<60])), at: 60)
  }
}
