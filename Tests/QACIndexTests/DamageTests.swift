// Damages every byte, every field and the length of files. Each is refused by name, and none traps.

import QACBinary
import QACIndex
import QACTestSupport
import Testing

/// The error with which `bytes` are refused, or nil if they are accepted.
func refusal(of bytes: [UInt8]) -> IndexError? {
  do throws(IndexError) {
    try LabelIndex(bytes: bytes).verify()
    return nil
  } catch {
    return error
  }
}

@Suite struct DamageTests {
  static let valid = IndexWriter.serialize(TinyIndex.complete)

  @Test func theUndamagedFileIsAccepted() {
    #expect(refusal(of: Self.valid) == nil)
  }

  @Test func oneFlippedByteAnywhereIsFound() {
    for mask in [UInt8(0x01), 0x80, 0xFF] {
      for i in Self.valid.indices {
        var bytes = Self.valid
        bytes[i] ^= mask
        #expect(refusal(of: bytes) != nil, "byte \(i) ^ \(mask) passed")
      }
    }
  }

  @Test func aFileCutAtAnyLengthDoesNotOpen() {
    for length in 0..<Self.valid.count {
      #expect(throws: IndexError.self, "\(length) bytes opened") {
        try LabelIndex(bytes: Array(Self.valid[..<length]))
      }
    }
  }

  @Test func aFileWithBytesBehindItDoesNotOpen() {
    for extra in [1, 63, 64, 4096] {
      let longer = Self.valid + [UInt8](repeating: 0, count: extra)
      #expect(
        throws: IndexError.wrongLength(
          path: "memory", got: longer.count, expected: UInt64(Self.valid.count))
      ) { try LabelIndex(bytes: longer) }
    }
  }

  /// Offset and size of every number of header and table.
  static let fields: [(name: String, offset: Int, size: Int)] =
    [
      ("magic", 0, 8), ("version", 8, 4), ("profile", 12, 4), ("length", 16, 8),
      ("fingerprint", 24, 8), ("labels", 32, 4), ("sections", 36, 4), ("table checksum", 40, 4),
      ("most children", 44, 4), ("total weight", 48, 8), ("reserved", 56, 4),
      ("header checksum", 60, 4),
    ]
    + IndexSection.allCases.flatMap { kind in
      let row = IndexForge(valid).row(of: kind)
      return [
        ("\(kind) kind", row, 2), ("\(kind) width", row + 2, 1), ("\(kind) step", row + 3, 1),
        ("\(kind) checksum", row + 4, 4), ("\(kind) offset", row + 8, 8),
        ("\(kind) elements", row + 16, 8),
      ]
    }

  /// The fields that signing does not change, so that they stay overwritten.
  enum Signing: CaseIterable { case none, header, table, all }

  @Test func everyFieldOverwrittenIsRefused() {
    for field in Self.fields {
      for value in [UInt64(0), 1, 2, 9, 57, 58, 0x7FFF_FFFF, UInt64.max >> 1, .max] {
        for signing in Signing.allCases {
          var forge = IndexForge(Self.valid)
          switch field.size {
          case 1: forge.set(UInt8(truncatingIfNeeded: value), at: field.offset)
          case 2: forge.set(UInt16(truncatingIfNeeded: value), at: field.offset)
          case 4: forge.set(UInt32(truncatingIfNeeded: value), at: field.offset)
          default: forge.set(value, at: field.offset)
          }
          switch signing {
          case .none: break
          case .header: forge.signHeader()
          case .table: forge.signTable()
          case .all where forge.bytes[64...] == Self.valid[64...]: forge.sign()
          case .all: break
          }
          // With its checksum made to fit, another profile is another valid index.
          if field.name == "profile", value == 1 || value == 2, signing != .none { continue }
          if forge.bytes == Self.valid { continue }
          // Any label may be the right one of an alias, so other widths are other labels.
          if field.name == "aliasLabels width", signing == .table || signing == .all { continue }
          #expect(
            refusal(of: forge.bytes) != nil, "\(field.name) = \(value), signed: \(signing)")
        }
      }
    }
  }

  @Test func refusalsNameTheirReason() throws {
    func error(_ change: (inout IndexForge) -> Void) -> IndexError? {
      var forge = IndexForge(Self.valid)
      change(&forge)
      return refusal(of: forge.bytes)
    }
    let path = "memory"
    #expect(refusal(of: []) == .tooShort(path: path, length: 0))
    #expect(refusal(of: Array("QACINDEX".utf8)) == .tooShort(path: path, length: 8))
    #expect(refusal(of: Array("#!/bin/sh\necho".utf8)) == .notAnIndex(path: path))
    #expect(
      error { $0.set(UInt32(7), at: 8) }
        == .unsupportedVersion(path: path, got: 7, expected: IndexFormat.version))
    #expect(
      error {
        $0.set(UInt32(9), at: 12)
        $0.signHeader()
      } == .unknownProfile(path: path, got: 9))
    #expect(error { $0.set(UInt32(9), at: 12) } == .checksum(path: path, part: "header"))
    #expect(error { $0.set(UInt32(9), at: 64) } == .checksum(path: path, part: "section table"))
    for kind in IndexSection.required {
      let range = IndexForge(Self.valid).range(kind)
      if range.isEmpty { continue }
      #expect(
        error { $0.bytes[range.lowerBound] ^= 1 }
          == .checksum(path: path, part: "section \(kind)"))
    }
  }

  @Test func everyRefusalEndsWithARemedy() {
    let path = "x.qaci"
    let errors: [IndexError] = [
      .file(.isDirectory(path: path)), .tooShort(path: path, length: 3), .notAnIndex(path: path),
      .unsupportedVersion(path: path, got: 2, expected: 3), .unknownProfile(path: path, got: 7),
      .wrongLength(path: path, got: 1, expected: 2), .checksum(path: path, part: "header"),
      .malformed(path: path, part: "section nodes", problem: "the tree has no root"),
    ]
    for error in errors {
      #expect(error.description.hasPrefix(path))
      #expect(!error.description.contains("\n"))
      #expect(
        ["rebuild", "make it anew", "name a file", "restore"].contains {
          error.description.contains($0)
        })
    }
  }
}
