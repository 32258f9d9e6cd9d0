// Which stems of texts a stem of queries means, before it is in a file.

/// The translations of stems of queries into stems of texts, by row.
public struct TranslationsContent: Sendable, Equatable {
  /// The stem of queries of each row, ascending.
  public var stems: [UInt32] = []
  /// The number of each row's first entry, and the end.
  public var offsets: [UInt64] = [0]
  /// The stems of texts, ascending within a row.
  public var targets: [UInt32] = []
  /// How likely a text has the stem because a query has that of the row, above 0 and up to 1.
  public var shares: [Float] = []

  /// Makes no translations.
  public init() {}

  /// Appends a row.
  ///
  /// - Parameters:
  ///   - stem: A stem of queries, greater than those before.
  ///   - entries: The stems of texts, ascending, with their shares.
  public mutating func append(_ stem: UInt32, _ entries: [(target: UInt32, share: Float)]) {
    stems.append(stem)
    targets += entries.map(\.target)
    shares += entries.map(\.share)
    offsets.append(UInt64(targets.count))
  }
}
