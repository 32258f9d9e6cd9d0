// What can be wrong with the items of an index, in messages that end with the remedy.

/// Why an index cannot be asked for items.
public enum RetrievalError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The ranker has a weight of a name that is no feature.
  case unknownFeature(name: String)

  /// One line: what is wrong and what to do.
  public var description: String {
    switch self {
    case .unknownFeature(let name):
      return "the items' ranker has a weight for the unknown feature \(name); rebuild the index "
        + "with this version's qac-index, or use the program that wrote it"
    }
  }
}
