// Reads and checks the header and the section table. The bytes come from outside, so nothing here
// traps.

import QACBinary
import QACText

/// The checked header of an index file.
struct IndexHeader: Sendable {
  let profile: NormalizationProfile
  let featureFingerprint: UInt64
  let labelCount: UInt32
  let sectionCount: Int
  let tableChecksum: UInt32
  let greatestArity: UInt32
  let totalWeight: UInt64
  let identity: String

  /// Reads the header at the beginning of `bytes`.
  init(reading bytes: UnsafeRawBufferPointer, path: String) throws(IndexError) {
    func u32(_ offset: Int) -> UInt32 {
      UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
    func u64(_ offset: Int) -> UInt64 {
      UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    guard bytes.count >= 8 else { throw .tooShort(path: path, length: bytes.count) }
    guard bytes.prefix(8).elementsEqual(IndexFormat.magic) else { throw .notAnIndex(path: path) }
    guard bytes.count >= IndexFormat.headerSize else {
      throw .tooShort(path: path, length: bytes.count)
    }
    guard u32(8) == IndexFormat.version else {
      throw .unsupportedVersion(path: path, got: u32(8), expected: IndexFormat.version)
    }
    guard u32(60) == CRC32C.of(UnsafeRawBufferPointer(rebasing: bytes[0..<60])) else {
      throw .checksum(path: path, part: "header")
    }
    guard u64(16) == UInt64(bytes.count) else {
      throw .wrongLength(path: path, got: bytes.count, expected: u64(16))
    }
    guard u32(12) <= 255, let profile = NormalizationProfile(rawValue: UInt8(u32(12))) else {
      throw .unknownProfile(path: path, got: u32(12))
    }
    let counts = IndexSection.required.count...IndexSection.allCases.count
    guard counts.contains(Int(u32(36))) else {
      throw .malformed(
        path: path, part: "header",
        problem: "\(u32(36)) sections instead of \(counts.lowerBound) to \(counts.upperBound)")
    }
    guard u32(56) == 0 else {
      throw .malformed(path: path, part: "header", problem: "the reserved field is not zero")
    }
    self.profile = profile
    featureFingerprint = u64(24)
    labelCount = u32(32)
    sectionCount = Int(u32(36))
    tableChecksum = u32(40)
    greatestArity = u32(44)
    totalWeight = u64(48)
    identity = Self.hexadecimal(u32(40)) + Self.hexadecimal(u32(60))
  }

  /// Reads the section table after the header.
  func readTable(
    _ bytes: UnsafeRawBufferPointer, path: String
  ) throws(IndexError) -> [IndexSection: SectionPlace] {
    let tableStart = IndexFormat.headerSize
    let tableEnd = tableStart + sectionCount * IndexFormat.tableRowSize
    func fail(_ problem: String) -> IndexError {
      .malformed(path: path, part: "section table", problem: problem)
    }
    guard bytes.count >= tableEnd else { throw fail("the file ends within it") }
    let table = UnsafeRawBufferPointer(rebasing: bytes[tableStart..<tableEnd])
    guard CRC32C.of(table) == tableChecksum else {
      throw .checksum(path: path, part: "section table")
    }
    func u16(_ at: Int) -> UInt16 {
      UInt16(littleEndian: table.loadUnaligned(fromByteOffset: at, as: UInt16.self))
    }
    func widths(_ row: Int, _ kind: IndexSection) throws(IndexError) -> (width: Int, step: Int) {
      let (width, step) = (Int(table[row + 2]), Int(table[row + 3]))
      let isValid =
        switch kind.layout {
        case .whole(let bits): width == bits % 256 && step == bits / 256
        case .packed: width >= 1 && width <= BitWriter.mostBits && step == 0
        case .ascending: step >= 1 && step <= width && width <= BitWriter.mostBits
        }
      guard isValid else {
        throw fail("section \(kind) has elements of \(width) and \(step) bits")
      }
      if case .whole(let bits) = kind.layout { return (bits, 0) }
      return (width, step)
    }
    func u64(_ at: Int) -> UInt64 {
      UInt64(littleEndian: table.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    }
    var result: [IndexSection: SectionPlace] = [:]
    var end = tableEnd
    var last: UInt16 = 0
    for row in 0..<sectionCount {
      let at = row * IndexFormat.tableRowSize
      // Required sections have the numbers from 1 on, so none is left out before an optional one.
      guard let kind = IndexSection(rawValue: u16(at)), kind.rawValue > last,
        row >= IndexSection.required.count || Int(kind.rawValue) == row + 1
      else { throw fail("row \(row) has an unknown section, or is out of order") }
      last = kind.rawValue
      let (width, step) = try widths(at, kind)
      // An element has at least one bit, so neither the product nor the sum overflows.
      guard u64(at + 16) <= UInt64(bytes.count) * 8,
        u64(at + 8) == UInt64(IndexWriter.start(after: end))
      else { throw fail("section \(kind) is not where it must be") }
      let place = SectionPlace(
        offset: Int(u64(at + 8)), count: Int(u64(at + 16)), width: width, stepWidth: step)
      end = place.bytes.upperBound
      guard end + IndexFormat.slack <= bytes.count else {
        throw fail("section \(kind) is not where it must be")
      }
      result[kind] = place
    }
    guard end + IndexFormat.slack == bytes.count else {
      throw fail("bytes follow the last section")
    }
    return result
  }

  /// The stored checksum of each section, in the table's order.
  func sectionChecksums(_ bytes: UnsafeRawBufferPointer) -> [UInt32] {
    (0..<sectionCount).map { row in
      UInt32(
        littleEndian: bytes.loadUnaligned(
          fromByteOffset: IndexFormat.headerSize + row * IndexFormat.tableRowSize + 4,
          as: UInt32.self))
    }
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
