// Working memory of one thread, and the result of its last retrieval.
//
// It belongs to one thread at a time and to one index. Memory grows to the size that requests need
// and is then reused: a retrieval allocates nothing.

import QACIndex

/// Working memory of one thread, and the result of its last retrieval.
public final class RetrievalScratch {
  /// The index that the last result refers to.
  let index: LabelIndex

  /// Makes working memory for retrievals of `engine`.
  public init(engine: RetrievalEngine) {
    index = engine.index
  }

  /// The number of items of the last retrieval.
  public var count: Int { 0 }

  /// Calls `body` with the id, the title and the payload of item `i` of the result; the payload is
  /// JSON, or empty.
  ///
  /// - Precondition: `0 <= i < count`.
  public func withItem<R>(
    _ i: Int,
    _ body: (
      _ id: UnsafeBufferPointer<UInt8>, _ title: UnsafeBufferPointer<UInt8>,
      _ payload: UnsafeBufferPointer<UInt8>
    ) -> R
  ) -> R {
    preconditionFailure("there is no item \(i)")
  }

  /// The score of item `i` of the result; greater is better.
  public func score(_ i: Int) -> Double { 0 }

  /// The arm that put item `i` of the result highest.
  public func arm(_ i: Int) -> RetrievalOptions.Arm { .lexical }

  /// Calls `body` with the name, the value and the weight of every feature of item `i` of the
  /// result that is not 0.
  public func forEachFeature(_ i: Int, _ body: (StaticString, Double, Double) -> Void) {}

  /// Overwrites what the last retrievals left of anybody's text; there is no result any more.
  public func wipe() { reset() }

  /// Forgets the last result.
  func reset() {}
}
