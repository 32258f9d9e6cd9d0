// A candidate: a text that a completion may suggest, and what its sources found out about it.
//
// Invariant: sources write these fields while candidates are gathered; nothing changes them after
// that.

/// One text that may be suggested.
struct Candidate {
  static let noLabel = UInt32.max

  /// The label, or `noLabel` for a text that is no label.
  let label: UInt32
  let hash: UInt64
  /// The session's entry of this text, or -1.
  var entry: Int32 = -1
  /// The sources that brought it.
  var sources = SourceSet()
  /// Where the normalised text lies in the table's arena, if there is no label.
  var text: Range<Int32> = 0..<0
  /// Where the display text lies in the table's arena, if there is no label.
  var surface: Range<Int32> = 0..<0
  /// ln P(label | context, prefix) by the index, or NaN where the tree search did not return it.
  var indexLog = Double.nan
  /// What the endings of queries say of it.
  var ending = Ending()
  /// How it holds the words of the prefix, if it does not begin with the prefix.
  var words = HeldWords()
  /// How it differs from what was typed.
  var correction = Correction()
  /// The right label, if the index knows the text as a misspelt query; else `noLabel`.
  var meant = Candidate.noLabel
  /// If only a synonym brought it: the bytes of its text that stand for the prefix; else 0.
  var synonymBytes: Int32 = 0

  /// Whether it is a label.
  @inline(__always)
  var isLabel: Bool { label != Candidate.noLabel }

  /// Whether the index knows the text as a misspelt query. It begins with the prefix, and stands
  /// behind the right label.
  @inline(__always)
  var isMisspelt: Bool { meant != Candidate.noLabel }

  /// The source that is told: the first that brought it. A label is no composed text, and no
  /// correction where it differs from the prefix by accents alone; such a label is popular.
  var source: SuggestionSource {
    if match == .corrected { return .corrected }
    let first = sources.first
    if first.composes { return isLabel ? .popular : first }
    return first == .corrected && !isCorrected ? .popular : first
  }

  /// Whether its text begins with other bytes than the prefix: corrected ones, or other accents.
  @inline(__always)
  var isRespelt: Bool { correction.typedBytes > 0 && !holdsWords }

  /// Whether it does not begin with the prefix but holds its words.
  @inline(__always)
  var holdsWords: Bool { words.count > 0 }

  /// Whether it begins with the prefix only once typing errors are corrected. What holds the words
  /// as they were typed is no correction.
  @inline(__always)
  var isCorrected: Bool { correction.cost > 0 && (correction.isRead || !holdsWords) }

  /// Whether it begins with the prefix only once phrases are replaced by synonyms.
  @inline(__always)
  var isSynonym: Bool { synonymBytes > 0 }

  /// How it matches the prefix.
  @inline(__always)
  var match: SuggestionMatch {
    if correction.isRead { return .corrected }
    if holdsWords { return .words }
    return isSynonym ? .synonyms : correction.cost > 0 ? .corrected : .prefix
  }

  /// Whether it is a text that only composing brought: nobody is known to have submitted it.
  @inline(__always)
  var isComposed: Bool { !isLabel && sources.isSubset(of: .composing) }
}

/// What the ending of a candidate says of it.
struct Ending {
  /// ln P(ending | head) by the suffix table, or NaN where the composer did not bring it.
  var suffixLog = Double.nan
  /// The number of head words, 0 to 2, after which queries ended like this.
  var evidence = 0
  /// The scalars that it shares with an unfinished word which no query has; 0 for other endings.
  var sharedScalars = 0
  /// 1 / (1 + queries that the session submitted since the newest with this ending); 0 without one.
  var ownRecency = 0.0
  /// Whether this ending followed the same word in one of these queries.
  var ownFollows = false
}

/// How a candidate differs from what was typed.
struct Correction {
  /// The cost of the typing errors; 0 where the candidate begins with the prefix, but perhaps for
  /// its accents.
  var cost: Float = 0
  /// Whether the sources brought the candidate for the reading of the prefix.
  var isRead = false
  /// The bytes of the candidate's text that stand for the prefix; 0 where they are the same.
  var typedBytes: Int32 = 0
  /// How often the candidate followed the previous query, by the index.
  var followed = 0.0
  /// How often it followed the queries before that, discounted by their distance.
  var followedEarlier = 0.0
}
