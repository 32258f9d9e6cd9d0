// Computes the features of candidates, in two steps.
//
// Early features are what the arms say, and cost a few look-ups per candidate. Late features need a
// comparison of the item's terms with the query's.
//
// Cost: O(candidates x features), and O(terms) per compared candidate.

import QACBinary
import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// A candidate's row of features; valid as long as the memory behind it.
private struct FeatureRow {
  let start: UnsafeMutablePointer<Float>

  subscript(feature: RetrievalFeature) -> Float {
    @inline(__always) get { start[feature.rawValue] }
    @inline(__always) nonmutating set { start[feature.rawValue] = newValue }
  }
}

extension RetrievalEngine {
  /// The numbers of a row: one per feature, and zeros to a multiple of 8.
  static let rowStride = (RetrievalFeature.count + 7) & ~7
  private static let bm25Factor = PreparedItems.parameters.k1 + 1

  /// What is the same for all candidates of a query.
  private struct Scales {
    /// One over the sum of all sharp votes.
    var allVotes: Float
    /// One over the weight of the query's terms.
    var wordTotal: Float
    var stemTotal: Float

    init(_ scratch: RetrievalScratch) {
      allVotes = 1 / max(scratch.neighbours.totalVotes.sharpVotes, 1e-9)
      wordTotal = 1 / scratch.query.wordTotal
      stemTotal = 1 / scratch.query.stemTotal
    }
  }

  /// Makes a row per candidate, with its early features.
  func computeEarlyFeatures(_ items: ItemsView, _ scratch: RetrievalScratch) {
    scratch.rows.append(
      contentsOf: repeatElement(0, count: scratch.candidates.count * Self.rowStride))
    let scales = Scales(scratch)
    scratch.rows.withUnsafeMutableBufferPointer { rows in
      guard let start = rows.baseAddress else { return }
      prepared.factors.withUnsafeBufferPointer { all in
        for i in 0..<scratch.candidates.count {
          let candidate = scratch.candidates[i]
          let row = FeatureRow(start: start + i * Self.rowStride)
          if candidate.item < items.count {
            fillScores(row, candidate.item, items, scales, scratch)
            fillEarly(row, candidate, all[Int(candidate.item)])
          } else if let added = scratch.added {
            let place = Int(candidate.item) - items.count
            let comparison = withTable(scratch) { compare($0, added, place) }
            row[.stems] = Self.bm25Factor * comparison.stems * scales.stemTotal
            row[.textStems] = Self.bm25Factor * comparison.textStems * scales.stemTotal
            fillEarly(row, candidate, added.factors[place])
          }
        }
      }
    }
  }

  /// Fills in what the arms that score every item say of `item`.
  @inline(__always)
  private func fillScores(
    _ row: FeatureRow, _ item: UInt32, _ items: ItemsView, _ scales: Scales,
    _ scratch: RetrievalScratch
  ) {
    row[.words] =
      scratch.words.score(of: item, in: items.holders, prepared.holders) * scales.wordTotal
    row[.stems] =
      scratch.stems.score(of: item, in: items.holders, prepared.holders) * scales.stemTotal
    row[.textStems] =
      scratch.textStems.score(of: item, in: items.textHolders, prepared.text) * scales.stemTotal
    let votes = scratch.neighbours.votes(for: item)
    row[.nearest] = votes.similarity
    row[.votes] = votes.sharpVotes * scales.allVotes
    // What the item's uses divide.
    row[.meanVotes] = votes.votes
  }

  @inline(__always)
  private func fillEarly(
    _ row: FeatureRow, _ candidate: CandidateItem, _ factors: ItemFactors
  ) {
    func isPlace(_ place: UInt16) -> Bool { place > 0 && place <= Self.lastPlace }
    func rank(_ place: UInt16) -> Float { isPlace(place) ? 1 / Float(place) : 0 }
    func logarithm(_ place: UInt16) -> Float {
      isPlace(place) ? placeLogarithms[Int(place)] : 0
    }
    row[.tree] = isPlace(candidate.treePlace) ? candidate.tree : 0
    row[.treeRank] = rank(candidate.treePlace)
    row[.wordsRank] = rank(candidate.wordsPlace)
    row[.votesRank] = rank(candidate.votesPlace)
    row[.meanVotes] *= factors.rareness
    row[.uses] = factors.uses
    row[.new] = factors.rareness == 1 ? 1 : 0
    row[.rareness] = factors.rareness
    row[.newTextStems] = factors.rareness * row[.textStems]
    row[.weight] = factors.weight
    row[.treePlace] = logarithm(candidate.treePlace)
    row[.wordsPlace] = logarithm(candidate.wordsPlace)
    row[.stemsPlace] = logarithm(candidate.stemsPlace)
    row[.votesPlace] = logarithm(candidate.votesPlace)
  }

  /// ln(2 lastPlace / place) per place, from 1: above 0, so that 0 is left for no place.
  static func placeLogarithms() -> [Float] {
    (0...lastPlace).map { logf(2 * Float(lastPlace) / Float(max(1, $0))) }
  }

  /// Computes the late features of the candidates that are compared.
  func computeLateFeatures(_ items: ItemsView, _ scratch: RetrievalScratch) {
    if scratch.compared.isEmpty { return }
    prepared.bags.withView { bags in
      withTable(scratch) { computeLateFeatures(items, bags, $0, scratch) }
    }
  }

  /// Calls `body` with the terms of the query.
  @inline(__always)
  private func withTable<R>(_ scratch: RetrievalScratch, _ body: (QueryTable) -> R) -> R {
    scratch.hits.withUnsafeMutableBufferPointer { hits in
      scratch.query.withTable(hits: hits, body)
    }
  }

  private func computeLateFeatures(
    _ items: ItemsView, _ bags: BagDirectory.View, _ table: QueryTable, _ scratch: RetrievalScratch
  ) {
    scratch.rows.withUnsafeMutableBufferPointer { rows in
      guard let start = rows.baseAddress else { return }
      prepared.factors.withUnsafeBufferPointer { all in
        guard let all = all.baseAddress else { return }
        for i in scratch.compared {
          let item = scratch.candidates[Int(i)].item
          let row = FeatureRow(start: start + Int(i) * Self.rowStride)
          if item < items.count {
            let factors = all + Int(item)
            let comparison = ItemComparison(
              table, with: item, of: items, bags, factors,
              ItemComparison.Norms(
                all: prepared.holders.norms[Int(item)], text: prepared.text.norms[Int(item)],
                asked: factors.pointee.askedNorm))
            fillLate(row, comparison, factors.pointee, scratch.query)
          } else if let added = scratch.added {
            let place = Int(item) - items.count
            fillLate(
              row, compare(table, added, place), added.factors[place], scratch.query)
          }
        }
      }
    }
  }

  /// Compares the query with added item `place`.
  private func compare(
    _ table: QueryTable, _ added: AddedItems, _ place: Int
  ) -> ItemComparison {
    let norm = prepared.text.norm(length: Int(added.lengths[place]))
    let norms = ItemComparison.Norms(all: norm, text: norm, asked: 1)
    var comparison = ItemComparison()
    added.factors.withUnsafeBufferPointer { factors in
      guard let factors = factors.baseAddress else { return }
      for entry in added.bags[place] {
        guard let term = table.term(entry.term) else { continue }
        comparison.add(
          term, of: table,
          ItemComparison.Counts(text: entry.textCount, title: entry.titleCount, asked: 0),
          centroid: 0, factors + place, norms)
      }
    }
    return comparison
  }

  @inline(__always)
  private func fillLate(
    _ row: FeatureRow, _ comparison: ItemComparison, _ factors: ItemFactors,
    _ query: borrowing RetrievalQuery
  ) {
    let stems = 1 / query.stemTotal
    let characters = 1 / query.characterTotal
    let (stemFactor, characterFactor) = (Self.bm25Factor * stems, Self.bm25Factor * characters)
    row[.characters] = comparison.characters * characterFactor
    row[.askedStems] = comparison.askedStems * stemFactor
    row[.textCharacters] = comparison.textCharacters * characterFactor
    row[.askedCover] = comparison.askedCover * stems
    row[.textCover] = comparison.textCover * stems
    row[.cover] = comparison.cover * characters
    row[.titleCover] = comparison.titleCover * characters
    row[.textLikeness] = comparison.textLikeness
    row[.titleLikeness] = comparison.titleLikeness
    row[.likeness] = comparison.likeness
    row[.pairLikeness] = comparison.pairLikeness * factors.centroidPair
    row[.characterLikeness] = comparison.characterLikeness * factors.centroidCharacters
    row[.newTextCharacters] = factors.rareness * row[.textCharacters]
    row[.newTextLikeness] = factors.rareness * comparison.textLikeness
    row[.newTextCover] = factors.rareness * row[.textCover]
    row[.previousCover] = comparison.previousCover / query.previousTotal
    row[.meant] = comparison.meant * stemFactor
    row[.textMeant] = comparison.textMeant * stemFactor
    row[.meantLikeness] = comparison.meantLikeness
  }
}
