// What a completion adds where few labels match: the ordinary sources once more, on what was
// probably meant (`PrefixReading`).
//
// What they bring is ranked as if that had been typed, less the penalty of its errors
// (`CorrectionPenalty`), and is marked as corrected. What matches as typed, or is another way of
// writing it, stays what it is. Labels near what was typed (`CorrectedSource`) that the reading
// brings as well rank by the reading; the others stand beside it.
// Cost: that of `PrefixReading`, and, if there is a reading, once more that of all sources.

import QACIndex

extension CompletionEngine {
  /// Adds what the sources bring for the reading of the prefix, with its features.
  func read(_ completion: borrowing Completion, limit: Int?, scratch: CompletionScratch) {
    guard completion.mayCorrect, completion.options.uses(.corrected),
      !scratch.table.findings.isPlausible, !scratch.table.hasVariants
    else { return }
    let isRead = scratch.reading.find(
      completion.prefix, model: completion.view.words, context: completion.context,
      margin: completion.range.isEmpty ? 0 : ReadingCosts.marginBesideMatches)
    if !isRead { return }
    scratch.reading.text.withUnsafeBufferPointer { text in
      let meant = self.completion(
        of: text, context: completion.context, overlay: completion.overlay,
        blocks: completion.blocks, rules: nil, at: completion.time, in: completion.situation,
        limit: limit,
        options: completion.options.withoutCorrections, steps: &scratch.readingSteps,
        cache: &scratch.meanings)
      scratch.table.beginReading()
      scratch.sources.gather(into: &scratch.table, for: meant)
      scratch.table.endReading(
        cost: scratch.reading.cost, typedBytes: text.count,
        uses: Double(meant.view.mass(of: meant.range)), hidesComposed: scratch.reading.isCertain,
        changesHead: scratch.reading.changesHead)
      scratch.features.computeReading(scratch.table, for: meant, of: completion)
    }
  }
}
