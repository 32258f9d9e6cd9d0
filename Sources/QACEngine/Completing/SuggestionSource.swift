// Where a suggestion comes from, and sets of such sources.
//
// A source is one line in the enum: its case and the name that it has on the wire and in reports.
// Its place in the enum is its bit in a `SourceSet`, and decides which source is named where
// several brought the same text: the first.
// Invariant: there are at most as many sources as a set has bits; a test holds this, and that names
// differ.

/// A source of suggestions.
public enum SuggestionSource: SourceName, Sendable, CaseIterable {
  /// Texts that the operator pinned to the prefix.
  case pinned = "pinned"
  /// The session's own earlier queries.
  case session = "session"
  /// Queries that followed the previous query before.
  case followers = "followers"
  /// The hybrid index.
  case index = "index"
  /// Popular labels that match the prefix.
  case popular = "popular"
  /// Queries that several sessions submitted since the index was built.
  case recent = "recent"
  /// What people submit at the place where it is typed.
  case places = "places"
  /// The typed text with an ending of several people's queries.
  case composed = "composed"
  /// The typed text with words of the session's own queries.
  case words = "words"
  /// The typed text with an ending of several people's queries that ends its unfinished word.
  case compound = "compound"
  /// Labels that hold the words of the prefix, in any order and from any word on.
  case anywhere = "anywhere"
  /// Labels that begin with the prefix in another way of writing.
  case variants = "variants"
  /// Labels that begin with the prefix once typing errors are corrected.
  case corrected = "corrected"
  /// Labels that begin with the prefix once phrases are replaced by synonyms.
  case synonyms = "synonyms"
  /// Labels that the operator's boosts bring among the best.
  case boosted = "boosted"

  /// The name on the wire and in reports.
  public var name: StaticString { rawValue.text }

  /// Whether its candidates are texts that nobody may have submitted.
  public var composes: Bool { SourceSet.composing.contains(SourceSet(self)) }

  /// Whether it brings nothing without rules of the operator.
  public var isOfRules: Bool { self == .pinned || self == .boosted }

  /// The place in `allCases`, from 0.
  @inline(__always)
  var place: UInt32 {
    // A case without a payload is stored as its place; a test compares with `allCases`.
    UInt32(unsafeBitCast(self, to: UInt8.self))
  }
}

/// A source's name, as a literal that takes no allocation to read.
public struct SourceName: ExpressibleByStringLiteral, Equatable, Sendable {
  /// The name.
  public let text: StaticString

  /// Makes a name of a literal.
  public init(stringLiteral text: StaticString) { self.text = text }

  /// Whether both are the same bytes.
  public static func == (a: SourceName, b: SourceName) -> Bool {
    a.text.description == b.text.description
  }
}

/// A set of sources, one bit each.
struct SourceSet: OptionSet, Sendable, Hashable {
  var rawValue: UInt32

  @inline(__always)
  init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The set of `source` alone.
  @inline(__always)
  init(_ source: SuggestionSource) { rawValue = 1 << source.place }

  /// The sources that compose.
  static var composing: SourceSet {
    [SourceSet(.composed), SourceSet(.words), SourceSet(.compound)]
  }

  /// The first source of the set in the order of the enum; of the empty set, the index.
  var first: SuggestionSource {
    isEmpty ? .index : SuggestionSource.allCases[rawValue.trailingZeroBitCount]
  }
}
