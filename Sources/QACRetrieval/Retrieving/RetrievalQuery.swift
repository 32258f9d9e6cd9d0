// A query as the arms and the ranker see it: its distinct terms with their weights.
//
// Terms are found by number through a table of 16,384 places, so that the terms of a candidate are
// compared with those of the query in one step each, most of them in vain.
//
// Invariant: `place(of:)` of a term of the query is its place; at most `mostTerms` terms.
// Cost: O(terms) to make; memory is reused.

import QACBinary
import QACIndex
import QACText

/// The terms of a query.
struct RetrievalQuery {
  /// The terms of a query that count; the rest of a longer one is ignored.
  static let mostTerms = 1024
  /// The words of a query that count.
  static let mostWords = 32

  /// One term.
  struct Term {
    var id: UInt32
    var kind: ItemTerms.Kind
    /// One more than the place of the next term in the same place of the table, or 0.
    var next: UInt16 = 0
    /// Whether the query has it. Others are stems of the previous query, or stems that are meant.
    var isAsked = false
    /// Its `idf` if the previous query has it, and not this one; else 0.
    var previousIDF: Float = 0
    /// How likely the query means it, times its inverse document frequency by text and queries,
    /// and by text alone; and its weight in a vector of length 1 times `vectorIDF`. 0 if it is no
    /// stem that the query means.
    var meant: Float = 0
    var textMeant: Float = 0
    var meantValue: Float = 0
    /// Its inverse document frequency among items by text and queries, and by text alone, as BM25
    /// counts it; 0 if the query itself does not have it.
    var idf: Float = 0
    var textIDF: Float = 0
    /// Its weight in the joint vector of the query, and among those of its kind.
    var joint: Float = 0
    var value: Float = 0
    /// Its inverse document frequency, as vectors count it; 0 if the query does not have it.
    var vectorIDF: Float = 0
  }

  private(set) var terms: [Term] = []
  /// The sums of `idf` over the terms of a kind, at least a little above 0.
  private(set) var stemTotal: Float = 0
  private(set) var wordTotal: Float = 0
  private(set) var characterTotal: Float = 0
  /// The sum of `idf` over the stems of the previous query.
  private(set) var previousTotal: Float = 0
  /// The tree's features with their values.
  private(set) var treeFeatures: [UInt32] = []
  private(set) var treeValues: [Float] = []
  private var table = [UInt16](repeating: 0, count: 1 << Self.tableBits)
  private var bag = ItemTermBag()
  private static let tableBits: UInt32 = 14
  /// How much a term counts that occurs so many times; 0 for none.
  private let frequencies = (0..<UInt32(Self.frequencyCount)).map {
    $0 == 0 ? 0 : ItemTermBag.frequency($0)
  }
  static let frequencyCount = 64

  /// Whether the query has no term that is known.
  var isEmpty: Bool { terms.isEmpty }

  /// Takes the terms of `text`, a normal form, of the previous query, and the stems that they mean.
  mutating func update(
    _ text: UnsafeBufferPointer<UInt8>, previous: UnsafeBufferPointer<UInt8>,
    space: ItemTermSpace, prepared: PreparedItems, translations: TranslationsView?
  ) {
    reset()
    bag.removeAll()
    bag.add(text, in: space, mostWords: Self.mostWords)
    bag.finish(in: space)
    let joint = bag.length(.joint)
    let tree = bag.length(.tree)
    for i in 0..<min(bag.count, Self.mostTerms) {
      let (id, kind) = (bag.ids[i], bag.kinds[i])
      var term = Term(id: id, kind: kind)
      term.isAsked = true
      (term.idf, term.textIDF) = Self.idf(of: id, prepared)
      term.value = bag.values[i]
      term.vectorIDF = space.idf(of: id)
      term.joint = joint > 0 ? ItemTermFactors.joint[kind] * term.value / joint : 0
      switch kind {
      case .word: wordTotal += term.idf
      case .stem: stemTotal += term.idf
      case .characters: characterTotal += term.idf
      case .bigram, .trigram: break
      }
      append(term)
      if ItemTermFactors.tree[kind] > 0, id < space.base.count {
        treeFeatures.append(id)
        treeValues.append(ItemTermFactors.tree[kind] * term.value / tree)
      }
    }
    if let translations { takeMeant(translations, space, prepared) }
    if !previous.isEmpty { takePrevious(previous, space, prepared) }
  }

  /// Takes the stems that the query's stems mean, each as far as it is likely.
  private mutating func takeMeant(
    _ translations: TranslationsView, _ space: ItemTermSpace, _ prepared: PreparedItems
  ) {
    let asked = terms.count
    for i in 0..<asked where terms[i].kind == .stem {
      for entry in translations.row(of: terms[i].id) {
        guard let place = stem(translations.targets[entry]) else { continue }
        terms[place].meant += terms[i].idf * translations.share(entry)
      }
    }
    var square: Float = 0
    for i in 0..<terms.count where terms[i].meant > 0 {
      let value = terms[i].meant * space.idf(of: terms[i].id)
      square += value * value
    }
    if square == 0 { return }
    let scale = 1 / square.squareRoot()
    for i in 0..<terms.count where terms[i].meant > 0 {
      let (meant, idf) = (terms[i].meant, space.idf(of: terms[i].id))
      let (all, text) = Self.idf(of: terms[i].id, prepared)
      terms[i].meant = meant * all
      terms[i].textMeant = meant * text
      terms[i].meantValue = scale * meant * idf * idf
    }
  }

  private mutating func takePrevious(
    _ text: UnsafeBufferPointer<UInt8>, _ space: ItemTermSpace, _ prepared: PreparedItems
  ) {
    bag.removeAll()
    bag.add(text, in: space, mostWords: Self.mostWords)
    bag.finish(in: space)
    for i in 0..<bag.count where bag.kinds[i] == .stem {
      guard let place = stem(bag.ids[i]), !terms[place].isAsked else { continue }
      terms[place].previousIDF = Self.idf(of: bag.ids[i], prepared).all
      previousTotal += terms[place].previousIDF
    }
  }

  /// The place of the stem `id`, which becomes a term that is not asked for if it is none yet; nil
  /// if there are too many terms.
  private mutating func stem(_ id: UInt32) -> Int? {
    if let place = place(of: id) { return place }
    if terms.count >= 2 * Self.mostTerms { return nil }
    append(Term(id: id, kind: .stem))
    return terms.count - 1
  }

  /// The inverse document frequencies of a term; one that no item of the index has is the rarest.
  private static func idf(of id: UInt32, _ prepared: PreparedItems) -> (all: Float, text: Float) {
    func idf(_ postings: PreparedPostings) -> Float {
      if id < postings.idf.count, postings.idf[Int(id)] > 0 { return postings.idf[Int(id)] }
      return postings.parameters.idf(documents: postings.norms.count, frequency: 0)
    }
    return (idf(prepared.holders), idf(prepared.text))
  }

  private mutating func append(_ term: Term) {
    var term = term
    let slot = Self.slot(of: term.id)
    term.next = table[slot]
    terms.append(term)
    table[slot] = UInt16(truncatingIfNeeded: terms.count)
  }

  /// Ids are in the order of hashes, so their lowest bits are as good as a hash.
  @inline(__always)
  static func slot(of id: UInt32) -> Int {
    Int(truncatingIfNeeded: id & (1 &<< tableBits &- 1))
  }

  /// The place of the term `id`, or nil if the query does not have it.
  @inline(__always)
  func place(of id: UInt32) -> Int? {
    var next = table[Self.slot(of: id)]
    while next != 0 {
      let place = Int(next) &- 1
      if terms[place].id == id { return place }
      next = terms[place].next
    }
    return nil
  }

  /// Calls `body` with the table of the terms; `hits` has at least `hitCount` places.
  @inline(__always)
  func withTable<R>(
    hits: UnsafeMutableBufferPointer<QueryTable.Hit>, _ body: (QueryTable) -> R
  ) -> R {
    precondition(hits.count >= hitCount, "places for all hits")
    return table.withUnsafeBufferPointer { slots in
      terms.withUnsafeBufferPointer { terms in
        frequencies.withUnsafeBufferPointer { frequencies in
          body(QueryTable(slots: slots, terms: terms, frequencies: frequencies, hits: hits))
        }
      }
    }
  }

  /// The places that comparisons need: an item has a term once, there are two kinds of hits, and
  /// one place more is written than counts.
  var hitCount: Int { 2 * (terms.count + 1) }

  /// Forgets the query.
  mutating func reset() {
    for term in terms { table[Self.slot(of: term.id)] = 0 }
    terms.removeAll(keepingCapacity: true)
    treeFeatures.removeAll(keepingCapacity: true)
    treeValues.removeAll(keepingCapacity: true)
    (stemTotal, wordTotal, characterTotal, previousTotal) = (1e-6, 1e-6, 1e-6, 1e-6)
  }
}
