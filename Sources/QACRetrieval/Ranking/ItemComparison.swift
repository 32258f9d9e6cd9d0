// Compares the terms of one item with those of a query: the sums of which late features are made.
//
// Cost: one step per term of the item, and a few additions per term that both have.
// Source: docs/retrieval.md; RetrievalFeature says what each sum becomes.

import QACBinary
import QACIndex
import QACText

/// The sums over the terms that a query and an item have in common. Those of BM25 lack its factor
/// k1 + 1.
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

  /// How often a term occurs in an item.
  struct Counts {
    /// In title and text, and of that in the title.
    var text: UInt32
    var title: UInt32
    /// In queries that led to the item.
    var asked: UInt32
  }

  /// Adds a term that both have.
  ///
  /// - Parameters:
  ///   - term: The term of the query.
  ///   - counts: How often the item has it.
  ///   - centroid: Its weight in the centroid of the queries that led to the item.
  ///   - factors: Those of the item.
  ///   - norms: Those of the item.
  @inline(__always)
  mutating func add(
    _ term: UnsafePointer<RetrievalQuery.Term>, _ counts: Counts, centroid: Float,
    _ factors: UnsafePointer<ItemFactors>, _ norms: Norms
  ) {
    let term = term.pointee
    let (text, title, asked) = (counts.text, counts.title, counts.asked)
    let inText = text > 0 ? Self.frequency(text) : 0
    switch term.kind {
    case .word:
      textLikeness += term.joint * inText * term.vectorIDF * factors.pointee.textWord
      likeness += term.joint * centroid
    case .bigram, .trigram:
      textLikeness += term.joint * inText * term.vectorIDF * factors.pointee.textPair
      likeness += term.joint * centroid
      pairLikeness += term.value * centroid
    case .stem:
      let all = Self.impact(text &+ asked, norms.all)
      stems += term.idf * all
      meant += term.meant * all
      previousCover += term.previousIDF
      if text > 0 {
        let impact = Self.impact(text, norms.text)
        textStems += term.textIDF * impact
        textCover += term.idf
        textMeant += term.textMeant * impact
        meantLikeness += term.meantValue * inText * factors.pointee.textStem
      }
      if asked > 0 {
        askedStems += term.idf * Self.impact(asked, norms.asked)
        askedCover += term.idf
      }
    case .characters:
      characters += term.idf * Self.impact(text &+ asked, norms.all)
      cover += term.idf
      if text > 0 {
        textCharacters += term.textIDF * Self.impact(text, norms.text)
        textLikeness += term.joint * inText * term.vectorIDF * factors.pointee.textCharacters
      }
      if title > 0 {
        titleCover += term.idf
        titleLikeness +=
          term.value * Self.frequency(title) * term.vectorIDF * factors.pointee.titleCharacters
      }
      likeness += term.joint * centroid
      characterLikeness += term.value * centroid
    }
  }

  /// How much a term counts that occurs `count` times in a document of this norm, over k1 + 1.
  @inline(__always)
  private static func impact(_ count: UInt32, _ norm: Float) -> Float {
    let count = Float(count)
    return count / (count + norm)
  }

  @inline(__always)
  private static func frequency(_ count: UInt32) -> Float {
    count == 1 ? 1 : ItemTermBag.frequency(count)
  }

  /// Compares the query of `table` with `item` of an index.
  init(
    _ table: QueryTable, with item: UInt32, of items: ItemsView,
    _ factors: UnsafePointer<ItemFactors>, _ norms: Norms
  ) {
    let bag = items.bag(item)
    guard let terms = items.bagTerms.baseAddress else { return }
    var i = bag.lowerBound
    while i < bag.upperBound {
      if let term = table.term(terms[i]) {
        add(
          term,
          Counts(
            text: items.bagTextCounts[i], title: items.bagTitleCounts[i],
            asked: items.bagAskedCounts[i]), centroid: items.centroid(i), factors, norms)
      }
      i &+= 1
    }
  }

  /// Compares nothing.
  init() {}
}
