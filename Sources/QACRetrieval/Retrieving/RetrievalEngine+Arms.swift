// Asks the arms for candidates.
//
// Trigrams bring no candidates: what they would bring, stems and neighbours bring as well, at a
// tenth of the entries (docs/retrieval.md). They count in the comparison of each candidate.
// Cost: that of each arm.

import QACBinary
import QACIndex
import QACText

extension RetrievalEngine {
  /// The last place in an arm's list that counts as one.
  static let lastPlace = 100
  /// The most items that words of text and queries bring.
  static let mostByWords = 60
  /// The most entries that stems go through; those of the most frequent stems are left out.
  static let mostStemEntries = 16_384

  /// Fills the candidates from the arms that `options` uses.
  func propose(
    _ items: ItemsView, _ options: RetrievalOptions, limit: Int?, _ scratch: RetrievalScratch
  ) {
    let wanted = max(limit ?? 0, options.candidatesPerArm)
    if options.uses(.tree) { proposeFromTree(items, options, wanted: wanted, scratch) }
    if options.uses(.lexical) {
      // With one arm alone its list is the result, so it must have as many as are wanted.
      proposeByText(
        items, words: options.isSingle ? wanted : max(limit ?? 0, Self.mostByWords), wanted: wanted,
        scratch)
    }
    if options.uses(.neighbours) { proposeFromPast(items, wanted: wanted, scratch) }
  }

  private func proposeFromTree(
    _ items: ItemsView, _ options: RetrievalOptions, wanted: Int, _ scratch: RetrievalScratch
  ) {
    // Without a feature the biases alone would decide, whatever was typed.
    if scratch.query.treeFeatures.isEmpty { return }
    scratch.query.treeFeatures.withUnsafeBufferPointer { features in
      scratch.query.treeValues.withUnsafeBufferPointer { values in
        scratch.tree.search(
          items.tree, features: features, values: values, beam: options.beam, limit: wanted)
      }
    }
    for i in scratch.tree.items.indices {
      let score = scratch.tree.scores[i]
      scratch.candidates.update(scratch.tree.items[i]) {
        $0.tree = score
        $0.treePlace = UInt16(truncatingIfNeeded: i + 1)
      }
    }
  }

  private func proposeByText(
    _ items: ItemsView, words: Int, wanted: Int, _ scratch: RetrievalScratch
  ) {
    takeTerms(.word, scratch)
    scratch.terms.withUnsafeBufferPointer {
      scratch.words.search(
        $0, in: items.holders, prepared.holders, limit: max(words, RetrievalEngine.lastPlace))
    }
    let admitted = min(words, scratch.words.count)
    for i in 0..<admitted {
      scratch.candidates.update(scratch.words.document(i)) {
        $0.wordsPlace = UInt16(truncatingIfNeeded: i + 1)
      }
    }
    takeTerms(.stem, scratch)
    scratch.terms.withUnsafeBufferPointer {
      scratch.stems.search(
        $0, in: items.holders, prepared.holders, limit: wanted, mostEntries: Self.mostStemEntries)
      scratch.textStems.search(
        $0, in: items.textHolders, prepared.text, limit: wanted, mostEntries: Self.mostStemEntries)
    }
    for i in 0..<scratch.stems.count {
      scratch.candidates.update(scratch.stems.document(i)) {
        $0.stemsPlace = UInt16(truncatingIfNeeded: i + 1)
        $0.textPlace = $0.stemsPlace
      }
    }
    for i in 0..<scratch.textStems.count {
      scratch.candidates.update(scratch.textStems.document(i)) {
        let place = UInt16(truncatingIfNeeded: i + 1)
        $0.textPlace = $0.textPlace == 0 ? place : min($0.textPlace, place)
      }
    }
    // Words admit no more, but their places say something of what others have admitted.
    for i in admitted..<scratch.words.count {
      scratch.candidates.updateIfPresent(scratch.words.document(i)) {
        $0.wordsPlace = UInt16(truncatingIfNeeded: i + 1)
      }
    }
  }

  /// Puts the query's terms of `kind` that the index has into `scratch.terms`.
  private func takeTerms(_ kind: ItemTerms.Kind, _ scratch: RetrievalScratch) {
    scratch.terms.removeAll(keepingCapacity: true)
    let known = items.terms.count
    for term in scratch.query.terms
    where term.kind == kind && term.isAsked && term.id < known {
      scratch.terms.append(QueryTerm(term: term.id, count: 1))
    }
  }

  private func proposeFromPast(_ items: ItemsView, wanted: Int, _ scratch: RetrievalScratch) {
    scratch.pastTerms.removeAll(keepingCapacity: true)
    let known = items.terms.count
    for term in scratch.query.terms where term.joint > 0 && term.id < known {
      scratch.pastTerms.append(
        NeighbourTerm(
          term: term.id, kind: term.kind, weight: term.joint, pastWeight: term.vectorIDF))
    }
    scratch.pastTerms.withUnsafeBufferPointer {
      scratch.neighbours.search(
        $0, norm: 1, in: items, prepared.past, Self.neighbours, limit: wanted)
    }
    for i in 0..<scratch.neighbours.count {
      scratch.candidates.update(scratch.neighbours.item(i)) {
        $0.votesPlace = UInt16(truncatingIfNeeded: i + 1)
      }
    }
  }

  /// How past queries vote.
  static let neighbours = NeighbourParameters(
    nearest: 200, power: 3, sharesVotes: false)

  /// The most added items that are candidates.
  private static let mostAdded = 100

  /// Adds the added items that share the most stems with the query to the candidates.
  func propose(_ added: AddedItems, _ scratch: RetrievalScratch) {
    if scratch.addedScores.count < added.items.count {
      scratch.addedScores = [Float](repeating: 0, count: added.items.count)
    }
    scratch.addedBest.reset(limit: Self.mostAdded)
    for pass in [true, false] {
      for term in scratch.query.terms where term.kind == .stem && term.isAsked {
        guard let holders = added.holders[term.id] else { continue }
        for item in holders {
          if pass {
            scratch.addedScores[Int(item)] += term.idf
          } else if scratch.addedScores[Int(item)] > 0 {
            scratch.addedBest.offer(TopKeys.key(scratch.addedScores[Int(item)], item))
            scratch.addedScores[Int(item)] = 0
          }
        }
      }
    }
    for i in 0..<scratch.addedBest.count {
      let item = UInt32(itemCount) + scratch.addedBest.document(i)
      scratch.candidates.update(item) { $0.textPlace = 1 }
    }
  }
}
