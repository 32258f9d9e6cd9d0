// Serves completions from one index. A skeleton: the signatures are what callers build on.

public import QACIndex

/// Where a suggestion came from.
public enum SuggestionSource: UInt8, Sendable, CaseIterable {
  /// The hybrid index.
  case index = 0
  /// Popular labels that match the prefix.
  case popular = 1
  /// The session's own earlier queries.
  case session = 2
  /// What followed the previous query before.
  case followers = 3

  /// The name on the wire and in reports.
  public var name: String { "\(self)" }
}

/// Working memory of one thread; reused, so that a completion allocates nothing.
public final class CompletionScratch {
  /// The number of suggestions of the last completion.
  public private(set) var count = 0

  /// Makes working memory for `engine`'s completions.
  public init() {}

  /// Calls `body` with the display text of suggestion `i` as UTF-8.
  public func withText<R>(_ i: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    body(UnsafeBufferPointer(start: nil, count: 0))
  }

  /// The score of suggestion `i`; greater is better.
  public func score(_ i: Int) -> Double { 0 }

  /// The source that brought suggestion `i` first.
  public func source(_ i: Int) -> SuggestionSource { .index }
}

/// Completes prefixes from one index.
public final class CompletionEngine: Sendable {
  /// The index that this serves.
  public let index: LabelIndex

  /// Makes an engine on a verified index.
  public init(index: LabelIndex) throws {
    self.index = index
  }

  /// Finds the best completions of `prefix` into `scratch`, best first.
  ///
  /// - Parameters:
  ///   - prefix: UTF-8 as typed; not yet normalised.
  ///   - context: The session's earlier queries.
  ///   - time: Now, in unix seconds: decides which queries are context and which are history.
  ///   - limit: How many suggestions at the most.
  ///   - scratch: Working memory, and the result.
  public func complete(
    prefix: UnsafeBufferPointer<UInt8>, context: SessionContext, at time: Int64, limit: Int,
    scratch: CompletionScratch
  ) {}

  /// The features and their weights behind suggestion `i` of the last completion in `scratch`:
  /// (name, value, weight), in the ranker's order.
  public func explain(
    _ i: Int, scratch: CompletionScratch
  ) -> [(name: String, value: Double, weight: Double)] { [] }
}
