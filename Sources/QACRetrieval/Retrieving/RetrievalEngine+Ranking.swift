// Computes the candidates' features, and puts the candidates in order.
//
// Cost: O(terms of the candidates + candidates x features + candidates log limit).

import QACBinary
import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

extension RetrievalEngine {
  /// Fills a row of features per candidate.
  func computeFeatures(_ items: ItemsView, _ scratch: RetrievalScratch) {
    let count = RetrievalFeature.count
    scratch.rows.append(contentsOf: repeatElement(0, count: scratch.candidates.count * count))
    let allVotes = max(scratch.neighbours.totalVotes.sharpVotes, 1e-9)
    for i in 0..<scratch.candidates.count {
      let candidate = scratch.candidates[i]
      let isOwn = candidate.item < items.count
      let comparison: ItemComparison
      let factors: ItemFactors
      var words: Float = 0
      var votes = ItemVotes.Entry(item: candidate.item)
      if isOwn {
        factors = prepared.factors[Int(candidate.item)]
        comparison = ItemComparison(
          scratch.query, with: candidate.item, of: items, factors: factors,
          norms: ItemComparison.Norms(
            all: prepared.holders.norms[Int(candidate.item)],
            text: prepared.text.norms[Int(candidate.item)], asked: factors.askedNorm))
        words = scratch.words.score(
          of: candidate.item, in: items.holders, prepared.holders)
        votes = scratch.neighbours.votes(for: candidate.item)
      } else {
        let place = Int(candidate.item) - items.count
        (factors, comparison) = compare(scratch, added: place)
      }
      scratch.rows.withUnsafeMutableBufferPointer { rows in
        let row = UnsafeMutableBufferPointer(rebasing: rows[i * count..<(i + 1) * count])
        fill(row, candidate, comparison, factors, words, votes, allVotes, scratch.query)
      }
    }
  }

  /// Compares the query with added item `place`.
  private func compare(
    _ scratch: RetrievalScratch, added place: Int
  ) -> (ItemFactors, ItemComparison) {
    guard let added = scratch.added else { return (ItemFactors(), ItemComparison()) }
    let factors = added.factors[place]
    let norm = prepared.text.norm(length: Int(added.lengths[place]))
    var comparison = ItemComparison()
    for entry in added.bags[place] {
      guard let term = scratch.query.place(of: entry.term) else { continue }
      comparison.add(
        scratch.query.terms[term], text: (entry.textCount, entry.titleCount), asked: 0,
        centroid: 0, factors: factors,
        norms: ItemComparison.Norms(all: norm, text: norm, asked: 1))
    }
    return (factors, comparison)
  }

  private func fill(
    _ row: UnsafeMutableBufferPointer<Float>, _ candidate: CandidateItem,
    _ comparison: ItemComparison, _ factors: ItemFactors, _ words: Float,
    _ votes: ItemVotes.Entry, _ allVotes: Float,
    _ query: borrowing RetrievalQuery
  ) {
    func set(_ feature: RetrievalFeature, _ value: Float) { row[feature.rawValue] = value }
    func isPlace(_ place: UInt16) -> Bool { place > 0 && place <= Self.lastPlace }
    func rank(_ place: UInt16) -> Float { isPlace(place) ? 1 / Float(place) : 0 }
    func logarithm(_ place: UInt16) -> Float {
      isPlace(place) ? RetrievalEngine.placeLogarithms[Int(place)] : 0
    }
    let textStems = comparison.textStems / query.stemTotal
    let textCharacters = comparison.textCharacters / query.characterTotal
    let textCover = comparison.textCover / query.stemTotal
    set(.tree, isPlace(candidate.treePlace) ? candidate.tree : 0)
    set(.treeRank, rank(candidate.treePlace))
    set(.words, words / query.wordTotal)
    set(.wordsRank, rank(candidate.wordsPlace))
    set(.stems, comparison.stems / query.stemTotal)
    set(.characters, comparison.characters / query.characterTotal)
    set(.askedStems, comparison.askedStems / query.stemTotal)
    set(.textStems, textStems)
    set(.textCharacters, textCharacters)
    set(.askedCover, comparison.askedCover / query.stemTotal)
    set(.textCover, textCover)
    set(.cover, comparison.cover / query.characterTotal)
    set(.titleCover, comparison.titleCover / query.characterTotal)
    set(.textLikeness, comparison.textLikeness)
    set(.titleLikeness, comparison.titleLikeness)
    set(.likeness, comparison.likeness)
    set(.pairLikeness, comparison.pairLikeness * factors.centroidPair)
    set(.characterLikeness, comparison.characterLikeness * factors.centroidCharacters)
    set(.nearest, votes.similarity)
    set(.votes, votes.sharpVotes / allVotes)
    set(.meanVotes, votes.votes * factors.rareness)
    set(.votesRank, rank(candidate.votesPlace))
    set(.uses, factors.uses)
    set(.new, factors.rareness == 1 ? 1 : 0)
    set(.rareness, factors.rareness)
    set(.newTextStems, factors.rareness * textStems)
    set(.newTextCharacters, factors.rareness * textCharacters)
    set(.newTextLikeness, factors.rareness * comparison.textLikeness)
    set(.newTextCover, factors.rareness * textCover)
    set(.weight, factors.weight)
    set(.previousCover, comparison.previousCover / query.previousTotal)
    set(.treePlace, logarithm(candidate.treePlace))
    set(.wordsPlace, logarithm(candidate.wordsPlace))
    set(.stemsPlace, logarithm(candidate.stemsPlace))
    set(.votesPlace, logarithm(candidate.votesPlace))
    set(.meant, comparison.meant / query.stemTotal)
    set(.textMeant, comparison.textMeant / query.stemTotal)
    set(.meantLikeness, comparison.meantLikeness)
  }

  /// ln(2 lastPlace / place) per place, from 1: above 0, and 0 is left for no place.
  private static let placeLogarithms: [Float] = (0...lastPlace).map {
    logf(2 * Float(lastPlace) / Float(max(1, $0)))
  }

  /// Scores the candidates, and puts the best `limit` of those that are not hidden in order.
  func rank(
    limit: Int?, hidden: HiddenItems?, options: RetrievalOptions, _ scratch: RetrievalScratch
  ) {
    let count = RetrievalFeature.count
    for i in 0..<scratch.candidates.count {
      let candidate = scratch.candidates[i]
      if let single = options.rankedBy {
        scratch.scores.append(score(candidate, i, by: single, scratch))
      } else {
        var sum = 0.0
        for f in 0..<count { sum += weights[f] * Double(scratch.rows[i * count + f]) }
        scratch.scores.append(sum)
      }
      if candidate.item < itemCount, hidden?.contains(candidate.item) == true { continue }
      insert(Int32(i), limit: limit, scratch)
    }
  }

  /// What one arm alone says of a candidate.
  private func score(
    _ candidate: CandidateItem, _ i: Int, by arm: RetrievalOptions.Arm, _ scratch: RetrievalScratch
  ) -> Double {
    switch arm {
    case .tree: return candidate.treePlace == 0 ? -1 : Double(candidate.tree)
    case .lexical:
      return Double(scratch.rows[i * RetrievalFeature.count + RetrievalFeature.words.rawValue])
    case .neighbours:
      return candidate.item < itemCount
        ? Double(scratch.neighbours.votes(for: candidate.item).votes) : 0
    }
  }

  /// Inserts a candidate into the order if it is among the best.
  private func insert(_ i: Int32, limit: Int?, _ scratch: RetrievalScratch) {
    func isBetter(_ a: Int32, _ b: Int32) -> Bool {
      let (x, y) = (scratch.scores[Int(a)], scratch.scores[Int(b)])
      if x != y { return x > y }
      return scratch.candidates[Int(a)].item < scratch.candidates[Int(b)].item
    }
    if scratch.order.count == limit {
      guard let last = scratch.order.last, isBetter(i, last) else { return }
      scratch.order.removeLast()
    }
    let place = scratch.order.indices.partitioningIndex { isBetter(i, scratch.order[$0]) }
    scratch.order.insert(i, at: place)
  }
}
