// Corrections of mistyped prefixes: when they are looked for, and how they rank.
//
// They are looked for where hardly a label matches what was typed. They get the ranker's
// score as if the part of the label that stands for the prefix had been typed, less a penalty that
// grows with the cost of the errors: the noisy channel, with the label's share of what matches as the
// prior and the penalty as the chance of such errors. So a correction stands below an exact match
// unless its label is far more likely: e^6 times at the least, e^8 for a full error.
//
// Source: Kernighan, Church, Gale, COLING 1990 (spelling correction by a noisy channel). The penalties
// are measured: docs/evaluation.md, "Typing errors".

import QACBinary
import QACIndex
import QACText

extension CompletionEngine {
  /// Corrections are looked for where fewer labels than this match.
  static let fewMatches = 3
  /// Corrected labels that are looked for at the most, besides those of context and session.
  private static let mostCorrections = 10
  /// The weight of `RankerFeature.correction` at the most.
  static let correctionWeight = -6.0
  /// The weight of `RankerFeature.correctionCost` at the most.
  static let correctionCostWeight = -2.0

  /// The weight of `RankerFeature.unknownHead` at the most: what is composed behind a mistyped word
  /// stands below the corrections of that word.
  static let unknownHeadWeight = -8.0

  /// ln of how much more often at the most what was meant is taken to be used than what was typed.
  static let greatestShift = 4.0

  /// `weights` with those of corrections held down, whatever a log taught or an index lacks.
  package static func bounded(_ weights: [Double]) -> [Double] {
    precondition(weights.count == RankerFeature.count, "one weight a ranker feature")
    var weights = weights
    let (fixed, cost) = (
      RankerFeature.correction.rawValue, RankerFeature.correctionCost.rawValue
    )
    weights[fixed] = min(weights[fixed], correctionWeight)
    weights[cost] = min(weights[cost], correctionCostWeight)
    let head = RankerFeature.unknownHead.rawValue
    weights[head] = min(weights[head], unknownHeadWeight)
    return weights
  }

  /// What errors may cost where something matches without.
  private static let greatestCostBesideMatches: Float = 1.25
  /// Nodes of the search there: few, for what was typed is rather what was meant.
  private static let nodesBesideMatches = 48
  /// Followers of each query of the context that are tried at the most.
  private static let followersTried = 1024

  /// Adds corrected labels where few match the prefix: the popular ones, those that followed the queries
  /// of the context, the session's own queries.
  func addCorrections(
    _ request: Request, _ context: borrowing SessionContext, _ scratch: CompletionScratch
  ) {
    scratch.corrected = CorrectedMasses()
    if request.range.count >= request.enough { return }
    scratch.prefix.withUnsafeBufferPointer {
      scratch.typos.search(
        request.view, prefix: $0, limit: Self.mostCorrections,
        greatestCost: request.range.isEmpty ? 2 : Self.greatestCostBesideMatches,
        nodeLimit: request.range.isEmpty ? TypoSearch.nodeLimit : Self.nodesBesideMatches,
        blocks: request.blocks)
    }
    for match in scratch.typos.matches {
      add(match, scratch)
    }
    scratch.isHeadDoubtful = !scratch.typos.matches.isEmpty && hasUnknownWord(request, scratch)
    scratch.corrected.uses = Double(scratch.typos.mass)
    addCorrectedFollowers(request, scratch)
    addCorrectedSession(request, context, scratch)
  }

  /// Whether a whole word before the unfinished one is none that the word model knows.
  private func hasUnknownWord(_ request: Request, _ scratch: CompletionScratch) -> Bool {
    var found = false
    scratch.prefix.withUnsafeBufferPointer { prefix in
      let head = UnsafeBufferPointer(rebasing: prefix[..<Composer.tailStart(of: prefix)])
      Tokenizer.forEachWord(head) { range in
        let key = WordKey.of(UnsafeBufferPointer(rebasing: head[range]))
        if !request.view.words.knows(key) { found = true }
      }
    }
    return found
  }

  /// Adds a corrected label; returns its position.
  @discardableResult
  private func add(_ match: TypoMatch, _ scratch: CompletionScratch) -> Int {
    let i = scratch.candidates.add(label: match.label, from: .corrected)
    scratch.candidates[i].correction = match.cost
    scratch.candidates[i].typedBytes = match.alignedBytes
    return i
  }

  private func addCorrectedFollowers(_ request: Request, _ scratch: CompletionScratch) {
    let view = request.view
    for (s, step) in scratch.steps.enumerated() where step.label != Candidate.noLabel {
      let all = view.followers(of: step.label, in: 0..<UInt32(view.labelCount))
      for f in all.prefix(Self.followersTried) {
        let label = view.followerLabels[f]
        if let blocks = request.blocks, blocks.contains(label) { continue }
        guard let found = scratch.typos.distance(to: view.text(of: label)) else { continue }
        let i = add(
          TypoMatch(label: label, cost: found.cost, alignedBytes: found.alignedBytes), scratch)
        let uses = view.followerCount(f)
        if s == 0 {
          scratch.candidates[i].followed += uses
          scratch.corrected.last += uses
        } else {
          scratch.candidates[i].followedEarlier += step.weight * uses
          scratch.corrected.earlier += step.weight * uses
        }
      }
    }
  }

  private func addCorrectedSession(
    _ request: Request, _ context: borrowing SessionContext, _ scratch: CompletionScratch
  ) {
    for id in context.entries.indices {
      let distance = context.withText(of: id) { scratch.typos.distance(to: $0) }
      guard let distance else { continue }
      let i = add(entry: id, from: .corrected, request, context, scratch)
      scratch.candidates[i].correction = distance.cost
      scratch.candidates[i].typedBytes = distance.alignedBytes
    }
  }
}

/// Sums over all labels that a prefix may have been meant to begin.
struct CorrectedMasses {
  /// Their uses.
  var uses = 0.0
  /// How often they followed the previous query.
  var last = 0.0
  /// How often they followed the queries before that, discounted by their distance.
  var earlier = 0.0
}
