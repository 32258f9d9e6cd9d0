// Why an index cannot be served, in words that end with the remedy.

public import QACIndex

/// An index that the engine refuses.
public enum EngineError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The index is damaged.
  case index(IndexError)
  /// The index has a ranker weight for a feature that this program does not know.
  case unknownRankerFeature(name: String)

  /// One line: what is wrong and what to do.
  public var description: String {
    switch self {
    case .index(let error): return error.description
    case .unknownRankerFeature(let name):
      return
        "the index ranks by the unknown feature '\(name)'; rebuild it with this version's qac-index"
    }
  }
}
