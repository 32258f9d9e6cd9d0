// The synonyms of an index, before they are in a file.
//
//     phrases   "couch"  "settee"  "sofa"  "tv"         ascending
//     targets   [2]      [0, 2]    [0]     [...]        what each may stand for, by number
//
// Invariant: phrases ascend, are distinct, and have whole words with one white space between them
// at most as normal forms have it; targets are numbers of other phrases.

/// Phrases, and what may be looked for in place of each.
public struct SynonymContent: Sendable, Equatable {
  /// The normal forms of phrases, ascending, distinct, none empty.
  public var phrases: [[UInt8]] = []
  /// For each phrase the numbers of those that may take its place, best first, each once.
  public var targets: [[UInt32]] = []

  /// Makes a table without synonyms.
  public init() {}

  /// Whether there are no synonyms.
  public var isEmpty: Bool { phrases.isEmpty }
}
