// The read-only index file. A skeleton: the signatures are what callers build on.

public import QACText

/// An open index file.
public final class LabelIndex: Sendable {
  /// The profile by which labels, prefixes and contexts are normalised.
  public let profile: NormalizationProfile = .search
  /// A short name of this very file: the hexadecimal digits of its content's checksum.
  public var identity: String { "" }
  /// The number of labels.
  public var labelCount: Int { 0 }
  /// What the index was built from, as a JSON object.
  public var provenance: String { "{}" }

  /// Opens the file at `path` cheaply: header, bounds and table only.
  public init(opening path: String) throws {}

  /// Reads every byte: checksums, padding and the structure within the sections.
  public func verify() throws {}
}
