// Computes the ranker's features of every candidate.

import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

extension CompletionEngine {
  /// Pseudo-count of popularity in the follower shares.
  private static let followerPrior = 4.0
  /// Uses that a query which was never used counts for in `heat`.
  private static let coldUses = 0.1
  /// Bytes of a query in which shared words are looked for. Comparing each word with each costs the
  /// square of it, and a query may be as long as a request: 64 KiB would take seconds.
  private static let overlapBytes = 512

  func featurize(
    _ request: Request, _ context: borrowing SessionContext, _ overlay: LiveOverlay?,
    _ scratch: CompletionScratch
  ) {
    let view = request.view
    let indexMass = max(1, Double(view.mass(of: request.range)))
    let mass = indexMass + Double(scratch.liveUses)
    let correctedMass = max(1, scratch.corrected.uses)
    let correctedShift = min(log(correctedMass / mass), Self.greatestShift)
    let masses = countFollowers(request, overlay, scratch)
    countOwnFollowers(request, context, scratch)
    if request.previousEntry >= 0 {
      context.withText(of: request.previousEntry) { scratch.trigrams.set($0) }
    }
    let prefixScalars = scratch.prefix.withUnsafeBufferPointer { UTF8Scalars.count($0) }
    let shortness = 1 / (1 + Double(prefixScalars))
    let lastLog = scratch.tree.top.items.last.map { Self.logShare($0.score, of: indexMass) } ?? 0
    let cooling = overlay?.cooling ?? 1

    scratch.values.removeAll(keepingCapacity: true)
    for i in 0..<scratch.candidates.count {
      let candidate = scratch.candidates[i]
      let base = scratch.values.count
      scratch.values.append(contentsOf: repeatElement(0, count: RankerFeature.count))
      let known = candidate.label != Candidate.noLabel
      let live = overlay.flatMap { liveUses(of: candidate, $0, scratch) }
      let uses = (known ? Double(view.weight(of: candidate.label)) : 0.5) + (live?.uses ?? 0)
      let stored = known ? Double(view.heats[Int(candidate.label)]) : 0
      let heat = log(Self.coldUses + (stored + (live?.heat ?? 0)) * cooling)
      let isCorrected = candidate.correction > 0
      // Shares are of what begins with the prefix, or of what it may have been meant to begin; the
      // shift sets the two against each other.
      let share = uses / (isCorrected ? correctedMass : mass)
      let among = isCorrected ? (scratch.corrected.last, scratch.corrected.earlier) : masses
      let shift = isCorrected ? correctedShift : 0
      let popularity = log(share) + shift
      let follower = Self.logShare(candidate.followed, of: among.0, prior: share) + shift
      let earlier = Self.logShare(candidate.followedEarlier, of: among.1, prior: share) + shift
      let index =
        isCorrected
        ? popularity
        : candidate.indexLog.isNaN ? min(lastLog, popularity) : candidate.indexLog
      set(.popularity, popularity, base, scratch)
      set(.heat, heat, base, scratch)
      set(.index, index, base, scratch)
      set(.follower, follower, base, scratch)
      set(.followed, candidate.followed > 0 ? 1 : 0, base, scratch)
      set(.earlierFollower, earlier, base, scratch)
      set(.unseen, known ? 0 : 1, base, scratch)
      set(.popularityShortPrefix, popularity * shortness, base, scratch)
      set(.heatShortPrefix, heat * shortness, base, scratch)
      set(.indexShortPrefix, index * shortness, base, scratch)
      set(.followerShortPrefix, follower * shortness, base, scratch)
      set(.earlierShortPrefix, earlier * shortness, base, scratch)
      if isCorrected {
        set(.correction, 1, base, scratch)
        set(.correctionCost, Double(candidate.correction), base, scratch)
      }
      if candidate.entry >= 0 {
        setSession(candidate, request, context, shortness, base, scratch)
      }
      let typed = isCorrected ? Int(candidate.typedBytes) : scratch.prefix.count
      if known {
        setText(view.text(of: candidate.label), typed, request, context, base, scratch)
        setComposed(candidate, view.text(of: candidate.label), request, base, scratch)
      } else {
        scratch.candidates.withText(of: candidate) {
          setText($0, typed, request, context, base, scratch)
          setComposed(candidate, $0, request, base, scratch)
        }
      }
    }
  }

  @inline(__always)
  func set(
    _ feature: RankerFeature, _ value: Double, _ base: Int, _ scratch: CompletionScratch
  ) {
    scratch.values[base + feature.rawValue] = value
  }

  /// ln of a share of `mass`, smoothed towards `prior`.
  private static func logShare(_ count: Double, of mass: Double, prior: Double) -> Double {
    log((count + followerPrior * prior) / (mass + followerPrior))
  }

  /// What the overlay has seen of a candidate, where others may see it.
  private func liveUses(
    of candidate: Candidate, _ overlay: LiveOverlay, _ scratch: CompletionScratch
  ) -> (uses: Double, heat: Double)? {
    let id =
      candidate.label != Candidate.noLabel
      ? overlay.entry(of: candidate.label)
      : scratch.candidates.withText(of: candidate) { overlay.find(text: $0) }
    guard let id, overlay.isVisible(id) else { return nil }
    return overlay.uses(of: id)
  }

  /// Adds up how often each candidate followed the queries of the context; returns how often anything
  /// that matches the prefix did.
  private func countFollowers(
    _ request: Request, _ overlay: LiveOverlay?, _ scratch: CompletionScratch
  ) -> (last: Double, earlier: Double) {
    let view = request.view
    var masses = (last: 0.0, earlier: 0.0)
    for (s, step) in scratch.steps.enumerated() {
      var mass = 0.0
      for f in step.followers { mass += Double(view.followerCounts[f]) }
      if !step.followers.isEmpty {
        for i in 0..<scratch.candidates.count {
          let label = scratch.candidates[i].label
          if label == Candidate.noLabel { continue }
          let low = IndexView.lowerBound(of: label, in: view.followerLabels, step.followers)
          if low < step.followers.upperBound, view.followerLabels[low] == label {
            count(Double(view.followerCounts[low]), i, s, step.weight, scratch)
          }
        }
      }
      if let overlay, step.live != LiveOverlay.noEntry {
        overlay.forEachFollower(of: step.live) { id, uses in
          let label = overlay.label(of: id)
          let i =
            label != Candidate.noLabel
            ? scratch.candidates.find(label: label)
            : overlay.withText(of: id) { scratch.candidates.find(text: $0) }
          // Followers that match but are no candidates are too few and rare to matter to the mass.
          guard let i, overlay.isVisible(id) else { return }
          mass += Double(uses)
          count(Double(uses), i, s, step.weight, scratch)
        }
      }
      if s == 0 { masses.last = mass } else { masses.earlier += step.weight * mass }
    }
    return masses
  }

  @inline(__always)
  private func count(
    _ uses: Double, _ candidate: Int, _ step: Int, _ weight: Double, _ scratch: CompletionScratch
  ) {
    if step == 0 {
      scratch.candidates[candidate].followed += uses
    } else {
      scratch.candidates[candidate].followedEarlier += weight * uses
    }
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
    let uses = log(1 + Double(entry.count))
    let seconds = max(0, Double(request.time) - Double(entry.lastTime))
    set(.sessionUses, uses, base, scratch)
    set(.sessionRecency, recency, base, scratch)
    set(.sessionAge, log(1 + seconds / 60) / 10, base, scratch)
    set(.recencyShortPrefix, recency * shortness, base, scratch)
    set(.usesShortPrefix, uses * shortness, base, scratch)
    let followed = Double(scratch.entryFollowed[Int(candidate.entry)])
    set(.sessionFollower, log(1 + followed), base, scratch)
    if Int(candidate.entry) == request.previousEntry { set(.repeats, 1, base, scratch) }
  }

  private func setText(
    _ text: UnsafeBufferPointer<UInt8>, _ length: Int, _ request: Request,
    _ context: borrowing SessionContext, _ base: Int, _ scratch: CompletionScratch
  ) {
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
      var known = 0.0
      let seen = UnsafeBufferPointer(rebasing: previous.prefix(Self.overlapBytes))
      Tokenizer.forEachWord(UnsafeBufferPointer(rebasing: text.prefix(Self.overlapBytes))) { word in
        words += 1
        if contains(seen, word: UnsafeBufferPointer(rebasing: text[word])) { known += 1 }
      }
      set(.similarity, scratch.trigrams.share(of: text), base, scratch)
      var shared = length
      let most = min(text.count, previous.count)
      while shared < most, text[shared] == previous[shared] { shared += 1 }
      if shared > length, previous.hasPrefix(UnsafeBufferPointer(rebasing: text[..<length])) {
        set(.sharedPrefix, Double(shared - length) / Double(text.count - length), base, scratch)
      }
      if words > 0 { set(.overlap, known / words, base, scratch) }
    }
  }

  private func contains(
    _ text: UnsafeBufferPointer<UInt8>, word: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    var found = false
    Tokenizer.forEachWord(text) { range in
      if UnsafeBufferPointer(rebasing: text[range]).equals(word) { found = true }
    }
    return found
  }
}
