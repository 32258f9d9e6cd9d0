// What one session submitted, as the engine sees it: a value, handed in by the caller.
//
// The server rebuilds it from its database or keeps it hot; the replay keeps one per session. The
// engine never sees where it comes from.

/// The recent queries of one session, oldest dropped first beyond a capacity.
public struct SessionContext: Sendable {
  /// The number of submitted queries that are kept.
  public static let defaultCapacity = 256

  /// Makes an empty context that keeps the last `capacity` submitted queries.
  public init(capacity: Int = SessionContext.defaultCapacity) {}

  /// Adds a submitted query.
  ///
  /// - Parameters:
  ///   - normalized: The query, normalised by the index's profile.
  ///   - surface: The query as typed.
  ///   - time: Unix seconds; calls come in time order.
  public mutating func record(normalized: [UInt8], surface: [UInt8], at time: Int64) {}

  /// Removes every occurrence of the query `normalized`.
  public mutating func forget(normalized: [UInt8]) {}
}
