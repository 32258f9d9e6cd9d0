// What the ranker knows of a candidate.
//
// n is the weight of the examples of the item. b is its text and the queries that led to it as one
// document, t its text alone, q the queries alone. A share is of the query's terms, weighed by
// their inverse document frequency. All are 0 where an arm says nothing.
// Source: docs/retrieval.md; chosen on held-out queries, in the order in which they helped.

/// The features of a candidate.
public enum RetrievalFeature: Int, CaseIterable, Sendable {
  /// The probability that the tree gives.
  case tree
  /// One over the place in the tree's list.
  case treeRank
  /// BM25 of words in b.
  case words
  /// One over the place in the list of words.
  case wordsRank
  /// BM25 of stems in b.
  case stems
  /// BM25 of trigrams in b.
  case characters
  /// BM25 of stems in q.
  case askedStems
  /// BM25 of stems in t.
  case textStems
  /// BM25 of trigrams in t.
  case textCharacters
  /// The share of stems that q has.
  case askedCover
  /// The share of stems that t has.
  case textCover
  /// The share of trigrams that b has.
  case cover
  /// The share of trigrams that the title has.
  case titleCover
  /// The similarity to t.
  case textLikeness
  /// The similarity of trigrams to the title's.
  case titleLikeness
  /// The similarity to the centroid of q.
  case likeness
  /// The same of pairs of words.
  case pairLikeness
  /// The same of trigrams.
  case characterLikeness
  /// The similarity of the nearest past query that led to the item.
  case nearest
  /// The item's share of the votes of past queries, by their similarity to the sixth power.
  case votes
  /// The votes by similarity to the third power, over 1 + n.
  case meanVotes
  /// One over the place in the list of neighbours.
  case votesRank
  /// ln(1 + n).
  case uses
  /// 1 if n is 0.
  case new
  /// 1 / (1 + n).
  case rareness
  /// `rareness` times `textStems`.
  case newTextStems
  /// `rareness` times `textCharacters`.
  case newTextCharacters
  /// `rareness` times `textLikeness`.
  case newTextLikeness
  /// `rareness` times `textCover`.
  case newTextCover
  /// ln of the weight that the item was given.
  case weight
  /// The share of the previous query's stems that b has.
  case previousCover
  /// ln(200 / place) in the tree's list, for the first 100 places.
  case treePlace
  /// The same in the list of words.
  case wordsPlace
  /// The same in the list of stems in b.
  case stemsPlace
  /// The same in the list of neighbours.
  case votesPlace
  /// BM25 in b of the stems that the query's stems mean, by how likely they are.
  case meant
  /// The same in t.
  case textMeant
  /// The similarity of t to these stems.
  case meantLikeness

  /// The number of features.
  public static let count = allCases.count

  /// The name in an index file.
  public var name: StaticString {
    switch self {
    case .tree: return "item.tree"
    case .treeRank: return "item.tree_rank"
    case .words: return "item.words"
    case .wordsRank: return "item.words_rank"
    case .stems: return "item.stems"
    case .characters: return "item.characters"
    case .askedStems: return "item.asked_stems"
    case .textStems: return "item.text_stems"
    case .textCharacters: return "item.text_characters"
    case .askedCover: return "item.asked_cover"
    case .textCover: return "item.text_cover"
    case .cover: return "item.cover"
    case .titleCover: return "item.title_cover"
    case .textLikeness: return "item.text_likeness"
    case .titleLikeness: return "item.title_likeness"
    case .likeness: return "item.likeness"
    case .pairLikeness: return "item.pair_likeness"
    case .characterLikeness: return "item.character_likeness"
    case .nearest: return "item.nearest"
    case .votes: return "item.votes"
    case .meanVotes: return "item.mean_votes"
    case .votesRank: return "item.votes_rank"
    case .uses: return "item.uses"
    case .new: return "item.new"
    case .rareness: return "item.rareness"
    case .newTextStems: return "item.new_text_stems"
    case .newTextCharacters: return "item.new_text_characters"
    case .newTextLikeness: return "item.new_text_likeness"
    case .newTextCover: return "item.new_text_cover"
    case .weight: return "item.weight"
    case .previousCover: return "item.previous_cover"
    case .treePlace: return "item.tree_place"
    case .wordsPlace: return "item.words_place"
    case .stemsPlace: return "item.stems_place"
    case .votesPlace: return "item.votes_place"
    case .meant: return "item.meant"
    case .textMeant: return "item.text_meant"
    case .meantLikeness: return "item.meant_likeness"
    }
  }

  /// What every name begins with.
  public static let prefix = "item."

  /// Whether the arms alone say it, so that it is known before the item's terms are compared.
  public var isEarly: Bool {
    switch self {
    case .tree, .treeRank, .words, .wordsRank, .stems, .textStems, .nearest, .votes, .meanVotes,
      .votesRank, .uses, .new, .rareness, .newTextStems, .weight, .treePlace, .wordsPlace,
      .stemsPlace, .votesPlace:
      return true
    default: return false
    }
  }
}
