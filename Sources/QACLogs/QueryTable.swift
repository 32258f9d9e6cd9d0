// Every distinct normalised query of a log once, under a dense id.

/// The distinct normalised queries of a log, numbered from 0 in order of first appearance.
public struct QueryTable: Sendable {
  /// The id that stands for "no query".
  public static let none = UInt32.max

  /// The normalised UTF-8 text of each query, by id.
  public internal(set) var normalized: [[UInt8]] = []
  /// The most frequent surface form of each query as UTF-8, by id; ties by byte order.
  public internal(set) var surface: [[UInt8]] = []

  /// The number of queries.
  public var count: Int { normalized.count }
}
