// The second of the three steps of retrieval, which an embedder may replace or add to.

/// Proposes items that a query may mean.
///
/// It is called once per retrieval, by the thread that retrieves, and is specialised by its type:
/// there is no existential on the way.
public protocol ItemMatching {
  /// Calls `propose` with the number in the index of each item that `query` may mean; some may come
  /// twice, and from the arms as well.
  ///
  /// - Parameters:
  ///   - query: The normal form of the query.
  ///   - propose: Receives a number below the number of items.
  mutating func match(_ query: UnsafeBufferPointer<UInt8>, propose: (UInt32) -> Void)
}

/// Proposes nothing beside the arms.
public struct ArmsAlone: ItemMatching {
  /// Makes the step that adds nothing.
  public init() {}

  /// Proposes nothing.
  public mutating func match(_ query: UnsafeBufferPointer<UInt8>, propose: (UInt32) -> Void) {}
}
