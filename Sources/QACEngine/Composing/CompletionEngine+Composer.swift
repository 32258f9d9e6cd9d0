// Composed candidates: the head of the prefix, as typed, with an ending for its unfinished word.
//
// Endings come from the index (`Composer`: how several people's queries end) and from the session's
// own queries (`WordSuffixes`: single words and the rest of the query from there, newest first; not from
// queries that begin with the prefix, which are candidates themselves). The latter are private, and shown
// to the session itself alone.
//
// Every candidate, composed or not, is also scored by the word model: how likely the rest of it is
// after the last whole word of the prefix.
//
// Invariant: a composed text begins with the normalised prefix, because its ending begins with the
// tail, and is longer than it unless a label; one that is a label is that label's candidate.
// Cost: that of `Composer`; O(bytes of the session's queries); one look-up of a label a candidate.

import QACIndex
import QACText

/// What composing found out about a candidate.
struct Composed {
  /// ln P(ending | head) by the suffix table, or NaN where that did not bring it.
  var suffixLog = Double.nan
  /// The words of the head, 0 to 2, after which queries ended so.
  var evidence = 0
  /// 1 / (1 + queries that the session submitted since the newest with this ending); 0 without one.
  var ownRecency = 0.0
  /// Whether this ending followed the same word in one of them.
  var ownFollows = false
}

extension CompletionEngine {
  /// Bytes of the longest prefix that is composed: what is longer was pasted.
  private static let composedBytes = 1024
  /// Bytes behind the head that the word model reads: sums over more mean little.
  private static let modelledBytes = 256

  /// Finds the head of the prefix and adds composed candidates.
  func compose(
    _ request: Request, _ context: borrowing SessionContext, _ options: CompletionOptions,
    _ scratch: CompletionScratch
  ) {
    scratch.prefix.withUnsafeBufferPointer { prefix in
      scratch.tailStart = Composer.tailStart(of: prefix)
      scratch.lastWord = WordKey.last(
        of: UnsafeBufferPointer(rebasing: prefix[..<scratch.tailStart]))
    }
    scratch.composer.reset()
    if scratch.prefix.isEmpty || scratch.prefix.count > Self.composedBytes { return }
    if options.uses(.composed) { addComposed(request, scratch) }
    if options.uses(.words) { addOwnWords(request, context, scratch) }
  }

  private func addComposed(_ request: Request, _ scratch: CompletionScratch) {
    scratch.prefix.withUnsafeBufferPointer {
      scratch.composer.search(request.view, prefix: $0, limit: request.wanted)
    }
    for found in scratch.composer.results {
      let ending = request.view.suffixes[Int(found.suffix)]
      guard let i = add(ending, from: .composed, request, scratch) else { continue }
      scratch.candidates[i].composed.suffixLog = found.logScore
      scratch.candidates[i].composed.evidence = found.evidence
    }
  }

  /// Adds endings from the session's own queries, newest first, until they have brought enough.
  private func addOwnWords(
    _ request: Request, _ context: borrowing SessionContext, _ scratch: CompletionScratch
  ) {
    let enough = scratch.candidates.count + request.wanted
    let oldest = context.sequence - context.events.count
    let initial = scratch.tailStart < scratch.prefix.count ? scratch.prefix[scratch.tailStart] : nil
    for (i, event) in context.events.enumerated().reversed() {
      if scratch.candidates.count >= enough { return }
      let entry = context.entries[Int(event.entry)]
      // Of several submissions the newest stands for all.
      if entry.lastSequence != oldest + i { continue }
      if let initial, !entry.outline.mayHaveWord(beginningWith: initial) { continue }
      let recency = 1 / (1 + Double(context.sequence - 1 - entry.lastSequence))
      context.withText(of: Int(event.entry)) { text in
        scratch.prefix.withUnsafeBufferPointer { prefix in
          let head = UnsafeBufferPointer(rebasing: prefix[..<scratch.tailStart])
          let tail = UnsafeBufferPointer(rebasing: prefix[scratch.tailStart...])
          WordSuffixes.forEachWordSuffix(of: text, beginningWith: tail) { word, suffix in
            let before = UnsafeBufferPointer(rebasing: text[..<word.lowerBound])
            // Such a query matches as a whole, and its beginnings are not what was meant by it.
            if before.equals(head) { return }
            let follows = scratch.lastWord == WordKey.last(of: before)
            note(text, word, recency, follows, request, scratch)
            if suffix != word { note(text, suffix, recency, follows, request, scratch) }
          }
        }
      }
    }
  }

  private func note(
    _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ recency: Double, _ follows: Bool,
    _ request: Request, _ scratch: CompletionScratch
  ) {
    let ending = UnsafeBufferPointer(rebasing: text[range])
    guard let i = add(ending, from: .words, request, scratch) else { return }
    let known = scratch.candidates[i].composed
    scratch.candidates[i].composed.ownRecency = max(known.ownRecency, recency)
    scratch.candidates[i].composed.ownFollows = known.ownFollows || follows
  }

  /// Adds the head of the prefix with `ending`; nil where that is no more than was typed.
  private func add(
    _ ending: UnsafeBufferPointer<UInt8>, from source: SuggestionSource, _ request: Request,
    _ scratch: CompletionScratch
  ) -> Int? {
    scratch.composedText.removeAll(keepingCapacity: true)
    scratch.composedText.append(contentsOf: scratch.prefix[..<scratch.tailStart])
    scratch.composedText.append(contentsOf: ending)
    return scratch.composedText.withUnsafeBufferPointer { text in
      if let label = request.label(of: text, after: scratch.prefix.count) {
        return scratch.candidates.add(label: label, from: source)
      }
      if text.count == scratch.prefix.count { return nil }
      return scratch.candidates.add(text: text, surface: text, from: source)
    }
  }

  /// Sets the features of composing for a candidate whose text is `text`.
  @inline(__always)
  func setComposed(
    _ candidate: Candidate, _ text: UnsafeBufferPointer<UInt8>, _ request: Request,
    _ row: FeatureRow,
    _ scratch: CompletionScratch
  ) {
    // A correction has a head and a last word of its own.
    var tailStart = scratch.tailStart
    var lastWord = scratch.lastWord
    if candidate.correction > 0 {
      let typed = UnsafeBufferPointer(rebasing: text[..<Int(candidate.typedBytes)])
      tailStart = Composer.tailStart(of: typed)
      lastWord = WordKey.last(of: UnsafeBufferPointer(rebasing: typed[..<tailStart]))
    }
    let composed = candidate.composed
    let least = scratch.composer.results.last?.logScore ?? 0
    row[.suffix] = composed.suffixLog.isNaN ? least : composed.suffixLog
    row[.suffixContext] = Double(composed.evidence) / 2
    row[.ownWord] = composed.ownRecency
    row[.ownWordFollows] = composed.ownFollows ? 1 : 0
    let rest = UnsafeBufferPointer(
      rebasing: text[tailStart..<min(text.count, tailStart + Self.modelledBytes)])
    row[.language] = scratch.words.logProbability(
      ofRest: rest, after: lastWord, request.view.words)
    if candidate.isComposed {
      row[.composed] = 1
      if scratch.isHeadDoubtful { row[.unknownHead] = 1 }
    }
  }
}

extension Candidate {
  /// Whether nothing but composing brought this text.
  var isComposed: Bool {
    let composing: UInt16 =
      1 << SuggestionSource.composed.rawValue | 1 << SuggestionSource.words.rawValue
    return label == Candidate.noLabel && sources & ~composing == 0
  }
}
