// What retrieval needs of an index's items beside the file: computed once, when an engine opens it.
//
// Per item there are lengths of the vectors to which a query is compared, as factors: the terms of
// a kind in its text, the trigrams of its title, and two kinds of terms in its centroid.
// Cost: O(terms of the items); 52 bytes per item, 16 per term, 4 per past query
// and kind, and those of `BagDirectory`.

import QACBinary
import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// The factors of one item.
struct ItemFactors: Sendable {
  /// What a term's weight in the text is multiplied by, for words, pairs of words and trigrams.
  var textWord: Float = 0
  var textPair: Float = 0
  var textCharacters: Float = 0
  /// One over the length of the stems in the text.
  var textStem: Float = 0
  /// The same for the trigrams of the title alone.
  var titleCharacters: Float = 0
  /// One over the length of the centroid's pairs of words, and of its trigrams.
  var centroidPair: Float = 0
  var centroidCharacters: Float = 0
  /// The norm of BM25 for the queries that led to it.
  var askedNorm: Float = 1
  /// ln(1 + n), and 1 / (1 + n).
  var uses: Float = 0
  var rareness: Float = 1
  /// ln of its weight.
  var weight: Float = 0

  /// ln of a weight.
  static func weight(_ weight: Float) -> Float { logf(weight) }
}

/// An index's items, ready to be searched.
struct PreparedItems: Sendable {
  /// BM25 as it is used here: every term has an inverse document frequency above 0.
  static let parameters = BM25Parameters(inverseFrequency: .smoothed)

  let holders: PreparedPostings
  let text: PreparedPostings
  let past: PreparedPastQueries
  let factors: [ItemFactors]
  let bags: BagDirectory
  /// Whether the index was learned with three words in a row as terms.
  let hasTrigrams: Bool

  init(_ items: ItemsView) {
    hasTrigrams = items.hasTrigrams
    holders = PreparedPostings(items.holders, Self.parameters)
    text = PreparedPostings(items.textHolders, Self.parameters)
    past = PreparedPastQueries(items)
    bags = BagDirectory(items)
    var asked = 0
    for i in 0..<items.count { asked += Int(items.holders.lengths[i] - items.text(lengthOf: i)) }
    let average = max(1, Float(asked) / Float(items.count))
    factors = (0..<items.count).map { Self.factors(UInt32($0), items, averageAsked: average) }
  }

  private static func factors(
    _ item: UInt32, _ items: ItemsView, averageAsked: Float
  ) -> ItemFactors {
    var lengths = TextLengths()
    var (pair, characters): (Float, Float) = (0, 0)
    for i in items.bag(item) {
      let term = items.bagTerms[i]
      guard let kind = ItemTerms.Kind(rawValue: items.termKinds[Int(term)]) else { continue }
      lengths.add(
        kind, idf: items.terms.idf(of: term), count: items.bagTextCounts[i],
        inTitle: items.bagTitleCounts[i])
      let centroid = items.centroid(i)
      if kind == .bigram { pair += centroid * centroid }
      if kind == .characters { characters += centroid * centroid }
    }
    var factors = lengths.factors
    factors.centroidPair = pair > 0 ? 1 / pair.squareRoot() : 0
    factors.centroidCharacters = characters > 0 ? 1 / characters.squareRoot() : 0
    let words = Float(items.holders.lengths[Int(item)] - items.text(lengthOf: Int(item)))
    factors.askedNorm =
      parameters.k1 * (1 - parameters.b + parameters.b * words / averageAsked)
    let uses = items.useCount(of: item)
    factors.uses = logf(1 + uses)
    factors.rareness = 1 / (1 + uses)
    factors.weight = ItemFactors.weight(items.weights[Int(item)])
    return factors
  }
}

extension ItemsView {
  /// Whether three words in a row are terms; looks at every term.
  var hasTrigrams: Bool {
    (0..<terms.count).contains { termKinds[$0] == ItemTerms.Kind.trigram.rawValue }
  }

  /// The words of an item's text, at most those of its text and queries together.
  func text(lengthOf item: Int) -> UInt32 {
    min(textHolders.lengths[item], holders.lengths[item])
  }
}

/// Sums up the lengths of the vectors of a text and its title.
struct TextLengths {
  private var squares = SIMD8<Float>(repeating: 0)
  private var title: Float = 0

  /// Adds a term.
  mutating func add(_ kind: ItemTerms.Kind, idf: Float, count: UInt32, inTitle: UInt32) {
    if count > 0 {
      let value = ItemTermBag.frequency(count) * idf
      squares[Int(kind.rawValue)] += value * value
    }
    if inTitle > 0, kind == .characters {
      let value = ItemTermBag.frequency(inTitle) * idf
      title += value * value
    }
  }

  /// The factors of text and title.
  var factors: ItemFactors {
    var whole: Float = 0
    for kind in ItemTerms.Kind.allCases where squares[Int(kind.rawValue)] > 0 {
      whole += ItemTermFactors.joint[kind] * ItemTermFactors.joint[kind]
    }
    func factor(_ kind: ItemTerms.Kind) -> Float {
      let square = squares[Int(kind.rawValue)]
      return square > 0 ? ItemTermFactors.joint[kind] / (square * whole).squareRoot() : 0
    }
    var factors = ItemFactors()
    factors.textWord = factor(.word)
    factors.textPair = factor(.bigram)
    factors.textCharacters = factor(.characters)
    let stems = squares[Int(ItemTerms.Kind.stem.rawValue)]
    factors.textStem = stems > 0 ? 1 / stems.squareRoot() : 0
    factors.titleCharacters = title > 0 ? 1 / title.squareRoot() : 0
    return factors
  }
}
