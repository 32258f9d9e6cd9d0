// Every distinct normalised query of a log once, under a dense id.

/// The distinct normalised queries of a log, numbered from 0 in order of first appearance.
public struct QueryTable: Sendable {
  /// The id that stands for "no query".
  public static let none = UInt32.max

  /// The normalised UTF-8 text of each query, by id.
  public internal(set) var normalized: [[UInt8]] = []
  /// How each query is shown, as UTF-8, by id: its most frequent form of those that may be shown, ties by
  /// byte order; its normalised text where none may be.
  public internal(set) var surface: [[UInt8]] = []

  /// The number of queries.
  public var count: Int { normalized.count }

  /// Makes a table of no queries.
  public init() {}

  /// Makes a table of given queries.
  ///
  /// - Parameters:
  ///   - normalized: The normalised text of each query; all distinct, none empty.
  ///   - surface: The form shown for each; the same number of them.
  /// - Precondition: Both have the same number of elements, below `QueryTable.none`.
  public init(normalized: [[UInt8]], surface: [[UInt8]]) {
    precondition(
      normalized.count == surface.count && normalized.count < Int(Self.none),
      "\(normalized.count) queries with \(surface.count) surface forms")
    self.normalized = normalized
    self.surface = surface
  }
}
