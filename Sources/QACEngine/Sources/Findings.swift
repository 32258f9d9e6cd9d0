// What the sources found out about a completion as a whole, beside its candidates.
//
// Sources write it while they gather; the features read it after that.

/// What the sources say about one completion.
struct Findings {
  /// ln P of the last submitted label that the tree search returned: what the others have at most. 0
  /// where it returned none.
  var leastIndexLog = 0.0
  /// ln P of the last ending that the composer returned. 0 where it returned none.
  var leastSuffixLog = 0.0
  /// The uses of what matches the prefix, since the index was built.
  var liveUses: UInt64 = 0
  /// The corrected labels, all together.
  var corrected = CorrectedMasses()
  /// The labels found that hold the words of the prefix, all together.
  var anywhere = CorrectedMasses()
  /// Whether enough labels hold the words as they were typed: then nothing is corrected.
  var isPlausible = false
  /// The uses of the labels that synonyms lead to; 0 if there are none.
  var synonymUses = 0.0
  /// Whether a whole word of the prefix occurs in no query, while corrections were found.
  var isHeadDoubtful = false
}

/// Sums over labels that do not begin with the prefix but may have been meant by it.
struct CorrectedMasses {
  /// Their uses.
  var uses = 0.0
  /// How often they followed the previous query.
  var last = 0.0
  /// How often they followed the queries before that, discounted by their distance.
  var earlier = 0.0
}
