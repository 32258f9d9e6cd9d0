// Computes the ranker's features of every candidate.

import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

extension CompletionEngine {
  /// Pseudo-count of popularity in the follower share.
  private static let followerPrior = 4.0
  /// Bytes of a query in which shared words are looked for. Comparing each word with each costs the
  /// square of it, and a query may be as long as a request: 64 KiB would take seconds.
  private static let overlapBytes = 512

  func featurize(
    _ request: Request, _ context: borrowing SessionContext, _ scratch: CompletionScratch
  ) {
    let view = request.view
    let mass = max(1, Double(view.mass(of: request.range)))
    let followerRange =
      request.previousLabel == Candidate.noLabel
      ? 0..<0 : view.followers(of: request.previousLabel, in: request.range)
    var followerMass = 0.0
    for i in followerRange { followerMass += Double(view.followerCounts[i]) }
    countOwnFollowers(request, context, scratch)
    let prefixScalars = scratch.prefix.withUnsafeBufferPointer { UTF8Scalars.count($0) }
    let shortness = 1 / (1 + Double(prefixScalars))
    let lastLog = scratch.tree.top.items.last.map { Self.logShare($0.score, of: mass) } ?? 0

    scratch.values.removeAll(keepingCapacity: true)
    for candidate in scratch.candidates {
      let base = scratch.values.count
      scratch.values.append(contentsOf: repeatElement(0, count: RankerFeature.count))
      let known = candidate.label != Candidate.noLabel
      let weight = known ? Double(view.weight(of: candidate.label)) : 0.5
      let share = weight / mass
      let popularity = log(share)
      var count = 0.0
      if known, !followerRange.isEmpty {
        count = followerCount(of: candidate.label, followerRange, view)
      }
      let follower = log(
        (count + Self.followerPrior * share) / (followerMass + Self.followerPrior))
      let index = candidate.indexLog.isNaN ? min(lastLog, popularity) : candidate.indexLog
      set(.popularity, popularity, base, scratch)
      set(.index, index, base, scratch)
      set(.follower, follower, base, scratch)
      set(.followed, count > 0 ? 1 : 0, base, scratch)
      set(.unseen, known ? 0 : 1, base, scratch)
      set(.popularityShortPrefix, popularity * shortness, base, scratch)
      set(.followerShortPrefix, follower * shortness, base, scratch)
      if candidate.entry >= 0 {
        setSession(candidate, request, context, shortness, base, scratch)
      }
      if known {
        setText(view.text(of: candidate.label), request, context, base, scratch)
      } else {
        context.withText(of: Int(candidate.entry)) {
          setText($0, request, context, base, scratch)
        }
      }
    }
  }

  @inline(__always)
  private func set(
    _ feature: RankerFeature, _ value: Double, _ base: Int, _ scratch: CompletionScratch
  ) {
    scratch.values[base + feature.rawValue] = value
  }

  private func followerCount(
    of label: UInt32, _ range: Range<Int>, _ view: IndexView
  ) -> Double {
    let low = IndexView.lowerBound(of: label, in: view.followerLabels, range)
    guard low < range.upperBound, view.followerLabels[low] == label else { return 0 }
    return Double(view.followerCounts[low])
  }

  /// Counts, for every entry, how often it followed the previous query in this session.
  private func countOwnFollowers(
    _ request: Request, _ context: borrowing SessionContext, _ scratch: CompletionScratch
  ) {
    scratch.entryFollowed.removeAll(keepingCapacity: true)
    scratch.entryFollowed.append(contentsOf: repeatElement(0, count: context.entries.count))
    guard request.previousEntry >= 0, context.events.count >= 2 else { return }
    for i in 1..<context.events.count
    where Int(context.events[i - 1].entry) == request.previousEntry {
      scratch.entryFollowed[Int(context.events[i].entry)] += 1
    }
  }

  private func setSession(
    _ candidate: Candidate, _ request: Request, _ context: borrowing SessionContext,
    _ shortness: Double, _ base: Int, _ scratch: CompletionScratch
  ) {
    let entry = context.entries[Int(candidate.entry)]
    let recency = 1 / (1 + Double(context.sequence - 1 - entry.lastSequence))
    set(.sessionUses, log(1 + Double(entry.count)), base, scratch)
    set(.sessionRecency, recency, base, scratch)
    set(.recencyShortPrefix, recency * shortness, base, scratch)
    let followed = Double(scratch.entryFollowed[Int(candidate.entry)])
    set(.sessionFollower, log(1 + followed), base, scratch)
    if Int(candidate.entry) == request.previousEntry { set(.repeats, 1, base, scratch) }
  }

  private func setText(
    _ text: UnsafeBufferPointer<UInt8>, _ request: Request, _ context: borrowing SessionContext,
    _ base: Int, _ scratch: CompletionScratch
  ) {
    let length = scratch.prefix.count
    let rest = UnsafeBufferPointer(rebasing: text[length...])
    set(.remaining, log(1 + Double(UTF8Scalars.count(rest))), base, scratch)
    if rest.isEmpty { set(.complete, 1, base, scratch) }
    if length > 0, rest.isEmpty || rest[0] == 0x20 { set(.wordEnd, 1, base, scratch) }
    guard request.previousEntry >= 0 else { return }
    context.withText(of: request.previousEntry) { previous in
      if text.count > previous.count, text[previous.count] == 0x20, text.hasPrefix(previous) {
        set(.extends, 1, base, scratch)
      }
      var words = 0.0
      var shared = 0.0
      let seen = UnsafeBufferPointer(rebasing: previous.prefix(Self.overlapBytes))
      Tokenizer.forEachWord(UnsafeBufferPointer(rebasing: text.prefix(Self.overlapBytes))) { word in
        words += 1
        if contains(seen, word: UnsafeBufferPointer(rebasing: text[word])) { shared += 1 }
      }
      if words > 0 { set(.overlap, shared / words, base, scratch) }
    }
  }

  private func contains(
    _ text: UnsafeBufferPointer<UInt8>, word: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    var found = false
    Tokenizer.forEachWord(text) { range in
      if range.count == word.count,
        UnsafeBufferPointer(rebasing: text[range]).hasPrefix(word)
      {
        found = true
      }
    }
    return found
  }
}
