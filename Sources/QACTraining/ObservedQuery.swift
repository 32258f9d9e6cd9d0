// What was observed, as strings: where programs begin that have no log.

/// A query that was submitted, and how often.
public struct ObservedQuery: Sendable, Hashable {
  /// The query as typed.
  public var text: String
  /// The query that the same people submitted just before, or nil for none. This does not count as
  /// a use of that query.
  public var previous: String?
  /// How often.
  public var count: UInt32

  /// Makes an observation: `ObservedQuery("new york", after: "hotel", count: 4)`.
  public init(_ text: String, after previous: String? = nil, count: UInt32 = 1) {
    self.text = text
    self.previous = previous
    self.count = count
  }
}
