// Compares the terms of one item with those of a query: the sums of which features are made.
//
// Cost: one step per term of the item, and a few additions per term that both have.
// Source: docs/retrieval.md; RetrievalFeature says what each sum becomes.

import QACBinary
import QACIndex
import QACText

/// The sums over the terms that a query and an item have in common.
struct ItemComparison {
  var stems: Float = 0
  var askedStems: Float = 0
  var textStems: Float = 0
  var characters: Float = 0
  var textCharacters: Float = 0
  var askedCover: Float = 0
  var textCover: Float = 0
  var cover: Float = 0
  var titleCover: Float = 0
  var textLikeness: Float = 0
  var titleLikeness: Float = 0
  var likeness: Float = 0
  var pairLikeness: Float = 0
  var characterLikeness: Float = 0
  var previousCover: Float = 0
  var meant: Float = 0
  var textMeant: Float = 0
  var meantLikeness: Float = 0

  /// What BM25 needs of the item.
  struct Norms {
    /// The norm of text and queries, of the text, and of the queries.
    var all: Float
    var text: Float
    var asked: Float
  }

  /// Adds a term that both have.
  ///
  /// - Parameters:
  ///   - term: The term of the query.
  ///   - text: How often it occurs in the text, and of that in the title.
  ///   - asked: How often it occurs in the queries that led to the item.
  ///   - centroid: Its weight in the centroid of these queries.
  ///   - factors: Those of the item.
  ///   - norms: Those of the item.
  @inline(__always)
  mutating func add(
    _ term: RetrievalQuery.Term, text: (all: UInt32, title: UInt32), asked: UInt32,
    centroid: Float, factors: ItemFactors, norms: Norms
  ) {
    let k = PreparedItems.parameters.k1 + 1
    func impact(_ count: UInt32, _ norm: Float) -> Float {
      k * Float(count) / (Float(count) + norm)
    }
    switch term.kind {
    case .word:
      if text.all > 0 {
        textLikeness +=
          term.joint * ItemTermBag.frequency(text.all) * term.vectorIDF * factors.textWord
      }
      likeness += term.joint * centroid
    case .bigram, .trigram:
      if text.all > 0 {
        textLikeness +=
          term.joint * ItemTermBag.frequency(text.all) * term.vectorIDF * factors.textPair
      }
      likeness += term.joint * centroid
      pairLikeness += term.value * centroid
    case .stem:
      let all = impact(text.all &+ asked, norms.all)
      stems += term.idf * all
      meant += term.meant * all
      previousCover += term.previousIDF
      if text.all > 0 {
        let impact = impact(text.all, norms.text)
        textStems += term.textIDF * impact
        textCover += term.idf
        textMeant += term.textMeant * impact
        meantLikeness +=
          term.meantValue * ItemTermBag.frequency(text.all) * factors.textStem
      }
      if asked > 0 {
        askedStems += term.idf * impact(asked, norms.asked)
        askedCover += term.idf
      }
    case .characters:
      characters += term.idf * impact(text.all &+ asked, norms.all)
      cover += term.idf
      if text.all > 0 {
        textCharacters += term.textIDF * impact(text.all, norms.text)
        textLikeness +=
          term.joint * ItemTermBag.frequency(text.all) * term.vectorIDF * factors.textCharacters
      }
      if text.title > 0 {
        titleCover += term.idf
        titleLikeness +=
          term.value * ItemTermBag.frequency(text.title) * term.vectorIDF
          * factors.titleCharacters
      }
      likeness += term.joint * centroid
      characterLikeness += term.value * centroid
    }
  }

  /// Compares `query` with `item` of an index.
  init(
    _ query: borrowing RetrievalQuery, with item: UInt32, of items: ItemsView,
    factors: ItemFactors, norms: Norms
  ) {
    for i in items.bag(item) {
      guard let place = query.place(of: items.bagTerms[i]) else { continue }
      add(
        query.terms[place], text: (items.bagTextCounts[i], items.bagTitleCounts[i]),
        asked: items.bagAskedCounts[i], centroid: items.centroid(i), factors: factors,
        norms: norms)
    }
  }

  /// Compares nothing.
  init() {}
}
