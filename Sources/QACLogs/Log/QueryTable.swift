// Every distinct normalised query of a log, with a dense id.

/// The distinct normalised queries of a log, numbered from 0 in order of first appearance.
public struct QueryTable: Sendable {
  /// The id that stands for "no query".
  public static let none = UInt32.max

  /// The normalised UTF-8 text of each query, by id.
  public internal(set) var normalized: [[UInt8]] = []
  /// The UTF-8 text by which each query is shown, by id: its most frequent form of those that may
  /// be shown, at a tie the first in byte order, or its normalised text if none may be.
  public internal(set) var surface: [[UInt8]] = []

  /// The number of queries.
  public var count: Int { normalized.count }

  /// Makes an empty table.
  public init() {}

  /// Makes a table of given queries.
  ///
  /// - Parameters:
  ///   - normalized: The normalised text of each query; they are distinct and not empty.
  ///   - surface: The form that is shown for each query.
  /// - Precondition: Both have the same number of elements, below `QueryTable.none`.
  public init(normalized: [[UInt8]], surface: [[UInt8]]) {
    precondition(
      normalized.count == surface.count && normalized.count < Int(Self.none),
      "\(normalized.count) queries with \(surface.count) surface forms")
    self.normalized = normalized
    self.surface = surface
  }
}
