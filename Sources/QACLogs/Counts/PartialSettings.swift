// The settings that decide what a mapper writes. Files are merged only if theirs are equal.
//
// Layout, 40 bytes, little-endian, at the beginning of every file of partial counts:
//
//     magic "QACPART1" | profile (u32) | 1 if secrets are kept (u32) | version of normal forms (u32)
//     greatest count (u32) | longest query (u64) | bits of the factor of counts (u64)

import QACBinary
import QACText

/// The settings of a file of partial counts.
struct PartialSettings: Equatable, Sendable {
  static let byteCount = 40
  private static let magic = Array("QACPART1".utf8)

  /// The profile by which texts are normalised.
  var profile: NormalizationProfile
  /// Whether queries with a secret were read.
  var keepsSecrets: Bool
  private var formVersion: UInt32
  private var countCap: UInt32
  private var longestQuery: UInt64
  private var countScale: UInt64

  /// The settings in `options` that a mapper applies.
  init(_ options: LogReadOptions) {
    profile = options.profile
    keepsSecrets = options.keepsSecrets
    formVersion = UInt32(Normalizer.formVersion)
    countCap = options.countCap
    longestQuery = UInt64(options.longestQuery)
    countScale = options.countScale.bitPattern
  }

  /// Reads them from the first `byteCount` bytes of a file.
  init(_ bytes: [UInt8]) throws(PartialFault) {
    guard bytes.count == Self.byteCount, bytes.starts(with: Self.magic) else { throw .notCounts }
    func half(_ offset: Int) -> UInt32 {
      bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) }
    }
    guard let profile = UInt8(exactly: half(8)).flatMap(NormalizationProfile.init(rawValue:)),
      half(12) <= 1
    else { throw .notCounts }
    self.profile = profile
    keepsSecrets = half(12) == 1
    formVersion = half(16)
    countCap = half(20)
    longestQuery = UInt64(half(24)) | UInt64(half(28)) << 32
    countScale = UInt64(half(32)) | UInt64(half(36)) << 32
    guard formVersion == UInt32(Normalizer.formVersion) else { throw .otherSettings }
  }

  /// The bytes of the file's beginning.
  var bytes: [UInt8] {
    var writer = ByteWriter()
    writer.append(raw: Self.magic)
    writer.append(UInt32(profile.rawValue))
    writer.append(UInt32(keepsSecrets ? 1 : 0))
    writer.append(formVersion)
    writer.append(countCap)
    writer.append(longestQuery)
    writer.append(countScale)
    return writer.bytes
  }
}
