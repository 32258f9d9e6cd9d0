// Compares the terms of one item with those of a query: the sums of which late features are made.
//
// Cost: one step per term of the item, or of the query where that has far fewer, and a few
// additions per term that both have.
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

    init(text: UInt32, title: UInt32, asked: UInt32) {
      (self.text, self.title, self.asked) = (text, title, asked)
    }

    /// Those of entry `entry` of the bags.
    @inline(__always)
    init(_ items: ItemsView, _ entry: Int) {
      text = items.bagTextCounts[entry]
      title = items.bagTitleCounts[entry]
      asked = items.bagAskedCounts[entry]
    }
  }

  /// Adds a term that both have.
  ///
  /// - Parameters:
  ///   - term: The term of the query.
  ///   - table: The terms of the query.
  ///   - counts: How often the item has it.
  ///   - centroid: Its weight in the centroid of the queries that led to the item.
  ///   - factors: Those of the item.
  ///   - norms: Those of the item.
  @inline(__always)
  mutating func add(
    _ term: UnsafePointer<RetrievalQuery.Term>, of table: QueryTable, _ counts: Counts,
    centroid: Float,
    _ factors: UnsafePointer<ItemFactors>, _ norms: Norms
  ) {
    let term = term.pointee
    let (text, asked) = (counts.text, counts.asked)
    let inText = table.frequency(text)
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
      addTrigram(term, of: table, counts, centroid: centroid, factors, norms)
    }
  }

  /// Adds a trigram that both have: without a branch, since there are many and none is like the
  /// one before.
  @inline(__always)
  private mutating func addTrigram(
    _ term: RetrievalQuery.Term, of table: QueryTable, _ counts: Counts, centroid: Float,
    _ factors: UnsafePointer<ItemFactors>, _ norms: Norms
  ) {
    let occurrences = SIMD2(Float(counts.text &+ counts.asked), Float(counts.text))
    let impacts = occurrences / (occurrences + SIMD2(norms.all, norms.text))
    characters += term.idf * impacts[0]
    textCharacters += term.textIDF * impacts[1]
    cover += term.idf
    titleCover += counts.title > 0 ? term.idf : 0
    let (joint, value) = (term.joint * term.vectorIDF, term.value * term.vectorIDF)
    textLikeness += joint * table.frequency(counts.text) * factors.pointee.textCharacters
    titleLikeness += value * table.frequency(counts.title) * factors.pointee.titleCharacters
    likeness += term.joint * centroid
    characterLikeness += term.value * centroid
  }

  /// How much a term counts that occurs `count` times in a document of this norm, over k1 + 1.
  @inline(__always)
  private static func impact(_ count: UInt32, _ norm: Float) -> Float {
    let count = Float(count)
    return count / (count + norm)
  }

  /// Compares the query of `table` with `item` of an index.
  init(
    _ table: QueryTable, with item: UInt32, of items: ItemsView, _ bags: BagDirectory.View,
    _ factors: UnsafePointer<ItemFactors>, _ norms: Norms
  ) {
    let bag = items.bag(item)
    let (trigrams, others) = Self.hits(table, bag, bags.directory(of: item, bag), items)
    for hit in UnsafeBufferPointer(start: table.trigramHits, count: trigrams) {
      addTrigram(
        hit.term.pointee, of: table, Counts(items, hit.entry),
        centroid: items.centroid(hit.entry), factors, norms)
    }
    for hit in UnsafeBufferPointer(start: table.otherHits, count: others) {
      add(
        hit.term, of: table, Counts(items, hit.entry), centroid: items.centroid(hit.entry),
        factors, norms)
    }
  }

  /// Notes which terms of the query `bag` has; returns how many are trigrams, and how many not.
  @inline(__always)
  private static func hits(
    _ table: QueryTable, _ bag: Range<Int>, _ directory: BagDirectory.Directory?,
    _ items: ItemsView
  ) -> (trigrams: Int, others: Int) {
    var (trigrams, others) = (0, 0)
    // Both places are written, and one counts or none: a branch would be hard to predict.
    func note(_ term: UnsafePointer<RetrievalQuery.Term>, _ entry: Int) {
      let hit = QueryTable.Hit(term: term, entry: entry)
      let isTrigram = term.pointee.kind == .characters
      table.trigramHits[trigrams] = hit
      table.otherHits[others] = hit
      trigrams &+= isTrigram && entry >= 0 ? 1 : 0
      others &+= !isTrigram && entry >= 0 ? 1 : 0
    }
    if let directory, bag.count > 4 * table.count {
      for i in 0..<table.count {
        let term = table.terms + i
        note(term, directory.entry(of: term.pointee.id, in: items.bagTerms))
      }
      return (trigrams, others)
    }
    guard let terms = items.bagTerms.baseAddress else { return (0, 0) }
    // Most terms are not the query's, so four are looked up at once.
    var i = bag.lowerBound
    while i < bag.upperBound {
      var left = table.mayHave(terms + i, count: bag.upperBound &- i)
      while left != 0 {
        let entry = i &+ left.trailingZeroBitCount
        left &= left &- 1
        guard let term = table.term(terms[entry]) else { continue }
        note(term, entry)
      }
      i &+= 4
    }
    return (trigrams, others)
  }

  /// Compares nothing.
  init() {}
}
