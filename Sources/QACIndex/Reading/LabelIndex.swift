// The read-only index: an open, mapped file.
//
// `init(opening:)` is cheap: it checks only the header, the section table, and the counts that must
// agree with each other. `verify()` reads every byte: it checks the checksums, the zero gaps, and
// the order and range of every number that a reader follows. An index must be verified before it
// serves. `CompletionEngine` does so itself, so the pointers of `view` are followed without checks
// only in verified files.
//
// Invariant: the mapping is immutable and lives as long as this object.

import QACBinary
public import QACText

/// An open index file.
public final class LabelIndex: Sendable {
  /// The profile by which labels, prefixes and contexts are normalised.
  public let profile: NormalizationProfile
  /// A short name of this file: 16 hexadecimal digits, the checksums of its table and header; of an
  /// index without labels `noIdentity`.
  public let identity: String
  /// Identifies the way in which text becomes features; another way has another fingerprint.
  public let featureFingerprint: UInt64
  /// The path this was opened from; "memory" for an index in memory.
  public let path: String
  /// The place of each section in the file; an optional one may be missing.
  public let sections: [IndexSection: SectionPlace]

  let file: MappedFile
  let header: IndexHeader
  // Written in `init` and freed in `deinit`, with nothing between, so threads may share it. It points
  // into `file`, which never changes either.
  private nonisolated(unsafe) let arrays: UnsafeMutablePointer<IndexArrays>

  /// The typed arrays of the file; valid while this object lives, so only of one that a variable
  /// or a property holds. `withView` holds one that nothing else does.
  public var view: IndexView { IndexView(UnsafePointer(arrays)) }

  /// Calls `body` with the typed arrays of the file, and keeps this object alive meanwhile.
  public func withView<Result>(_ body: (IndexView) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(self) { try body(view) }
  }

  /// The number of labels.
  public var labelCount: Int { Int(header.labelCount) }

  /// The bytes of the file.
  public var byteCount: Int { file.bytes.count }

  /// What the index was built from, as a JSON object.
  public var provenance: String {
    String(decoding: section(.provenance), as: UTF8.self)
  }

  /// Opens the file at `path` cheaply: checks only header, bounds, table and counts.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - populate: Whether to read the file into memory now, instead of at the first access.
  /// - Throws: `IndexError`.
  /// - Complexity: O(1); with `populate`, O(size of the file).
  public convenience init(opening path: String, populate: Bool = false) throws(IndexError) {
    let file: MappedFile
    do {
      file = try MappedFile(path: path, populate: populate)
    } catch {
      throw .file(error)
    }
    try self.init(file: file, path: path)
  }

  /// Opens the index whose file content is `bytes`.
  ///
  /// - Throws: `IndexError`.
  public convenience init(bytes: [UInt8]) throws(IndexError) {
    try self.init(file: MappedFile(copying: bytes), path: "memory")
  }

  /// Opens the index in `file`, which must have at least `fewestLabels`.
  init(file: MappedFile, path: String, fewestLabels: Int = 1) throws(IndexError) {
    self.file = file
    self.path = path
    let header = try IndexHeader(reading: file.bytes, path: path)
    self.header = header
    profile = header.profile
    featureFingerprint = header.featureFingerprint
    sections = try header.readTable(file.bytes, path: path)
    identity = header.labelCount == 0 ? Self.noIdentity : header.identity
    let arrays = try IndexArrays(
      file: file, header: header, sections: sections, path: path, fewestLabels: fewestLabels)
    self.arrays = .allocate(capacity: 1)
    self.arrays.initialize(to: arrays)
  }

  deinit {
    arrays.deinitialize(count: 1)
    arrays.deallocate()
  }

  /// The bytes of section `kind`; valid while this object lives.
  public func section(_ kind: IndexSection) -> UnsafeRawBufferPointer {
    guard let place = sections[kind] else {
      preconditionFailure("open() admits only files that have section \(kind)")
    }
    return UnsafeRawBufferPointer(rebasing: file.bytes[place.bytes])
  }

  /// The ranker's weights by feature name.
  ///
  /// - Throws: `IndexError.malformed` if the section's bytes are not such a list.
  public func rankerWeights() throws(IndexError) -> [(name: String, value: Double)] {
    var result: [(name: String, value: Double)] = []
    let bytes = section(.ranker)
    var offset = 0
    while offset < bytes.count {
      guard offset + 4 <= bytes.count else { throw malformedRanker("a name is cut off") }
      let length = Int(
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
      offset += 4
      guard length <= 64, offset + length + 8 <= bytes.count else {
        throw malformedRanker("a name is too long or cut off")
      }
      let name = String(decoding: bytes[offset..<offset + length], as: UTF8.self)
      offset += length
      let value = Double(
        bitPattern: UInt64(
          littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      offset += 8
      guard value.isFinite else { throw malformedRanker("a weight is not finite") }
      result.append((name, value))
    }
    return result
  }

  private func malformedRanker(_ problem: String) -> IndexError {
    .malformed(path: path, part: "section ranker", problem: problem)
  }
}
