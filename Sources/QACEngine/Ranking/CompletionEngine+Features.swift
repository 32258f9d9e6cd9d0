// Computes the ranker's features of every candidate.

import QACBinary
import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// The features of one candidate, where they lie among those of all.
struct FeatureRow {
  let first: UnsafeMutablePointer<Double>

  /// The value of `feature`.
  @inline(__always)
  subscript(feature: RankerFeature) -> Double {
    get { first[feature.rawValue] }
    nonmutating set { first[feature.rawValue] = newValue }
  }
}

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
    scratch.previousWords.removeAll(keepingCapacity: true)
    if request.previousEntry >= 0 {
      context.withText(of: request.previousEntry) { previous in
        scratch.trigrams.set(previous)
        let read = UnsafeBufferPointer(rebasing: previous.prefix(Self.overlapBytes))
        Tokenizer.forEachWord(read) { scratch.previousWords.append($0) }
      }
    }
    let prefixScalars = scratch.prefix.withUnsafeBufferPointer { UTF8Scalars.count($0) }
    let shortness = 1 / (1 + Double(prefixScalars))
    let lastLog = scratch.tree.top.items.last.map { Self.logShare($0.score, of: indexMass) } ?? 0
    let cooling = overlay?.cooling ?? 1

    // ln of what a label has of the followers' share without having followed.
    let restLast = Self.restLog(masses.last)
    let restEarlier = Self.restLog(masses.earlier)

    scratch.values.removeAll(keepingCapacity: true)
    scratch.values.append(
      contentsOf: repeatElement(0, count: scratch.candidates.count * RankerFeature.count))
    scratch.values.withUnsafeMutableBufferPointer { values in
      guard let first = values.baseAddress else { return }
      for i in 0..<scratch.candidates.count {
        let row = FeatureRow(first: first + i * RankerFeature.count)
        let candidate = scratch.candidates[i]
        let known = candidate.label != Candidate.noLabel
        let live = overlay.flatMap { liveUses(of: candidate, $0, scratch) }
        let uses = (known ? Double(view.weight(of: candidate.label)) : 0.5) + (live?.uses ?? 0)
        let stored = known ? view.heat(of: candidate.label) : 0
        let heat = log(Self.coldUses + (stored + (live?.heat ?? 0)) * cooling)
        // Shares are of what begins with the prefix, or of what it may have been meant to begin; the
        // shift sets the two against each other.
        if candidate.correction > 0 {
          let share = uses / correctedMass
          let corrected = scratch.corrected
          row[.popularity] = log(share) + correctedShift
          row[.follower] =
            Self.logShare(candidate.followed, of: corrected.last, prior: share) + correctedShift
          row[.earlierFollower] =
            Self.logShare(candidate.followedEarlier, of: corrected.earlier, prior: share)
            + correctedShift
          row[.index] = row[.popularity]
          row[.correction] = 1
          row[.correctionCost] = Double(candidate.correction)
        } else {
          let share = uses / mass
          let popularity = log(share)
          row[.popularity] = popularity
          row[.follower] =
            candidate.followed > 0
            ? Self.logShare(candidate.followed, of: masses.last, prior: share)
            : popularity + restLast
          row[.earlierFollower] =
            candidate.followedEarlier > 0
            ? Self.logShare(candidate.followedEarlier, of: masses.earlier, prior: share)
            : popularity + restEarlier
          row[.index] =
            candidate.indexLog.isNaN ? min(lastLog, popularity) : candidate.indexLog
        }
        row[.heat] = heat
        row[.followed] = candidate.followed > 0 ? 1 : 0
        row[.unseen] = known ? 0 : 1
        row[.popularityShortPrefix] = row[.popularity] * shortness
        row[.heatShortPrefix] = heat * shortness
        row[.indexShortPrefix] = row[.index] * shortness
        row[.followerShortPrefix] = row[.follower] * shortness
        row[.earlierShortPrefix] = row[.earlierFollower] * shortness
        if candidate.entry >= 0 {
          setSession(candidate, request, context, shortness, row, scratch)
        }
        let typed =
          candidate.correction > 0 ? Int(candidate.typedBytes) : scratch.prefix.count
        scratch.withNormalizedText(of: candidate, view) { text in
          setText(text, typed, request, context, row, scratch)
          setComposed(candidate, text, request, row, scratch)
        }
      }
    }
  }

  /// ln of the share of `mass` that smoothing leaves to one that is no follower, relative to its prior.
  private static func restLog(_ mass: Double) -> Double {
    mass > 0 ? log(followerPrior / (mass + followerPrior)) : 0
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
      for f in step.followers { mass += view.followerCount(f) }
      if !step.followers.isEmpty {
        for i in 0..<scratch.candidates.count {
          let label = scratch.candidates[i].label
          if label == Candidate.noLabel { continue }
          let low = IndexView.lowerBound(of: label, in: view.followerLabels, step.followers)
          if low < step.followers.upperBound, view.followerLabels[low] == label {
            count(view.followerCount(low), i, s, step.weight, scratch)
          }
        }
      }
      if let overlay, step.live != LiveOverlay.noEntry {
        overlay.forEachFollower(of: step.live) { id, uses in
          if !overlay.isVisible(id) { return }
          let label = overlay.label(of: id)
          let i =
            label != Candidate.noLabel
            ? scratch.candidates.find(label: label)
            : overlay.withText(of: id) { scratch.candidates.find(text: $0) }
          // Followers that match but are no candidates are too few and rare to matter to the mass.
          guard let i else { return }
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
    _ shortness: Double, _ row: FeatureRow, _ scratch: CompletionScratch
  ) {
    let entry = context.entries[Int(candidate.entry)]
    let recency = 1 / (1 + Double(context.sequence - 1 - entry.lastSequence))
    let uses = log(1 + Double(entry.count))
    let seconds = max(0, Double(request.time) - Double(entry.lastTime))
    row[.sessionUses] = uses
    row[.sessionAge] = log(1 + seconds / 60) / 10
    row[.recencyShortPrefix] = recency * shortness
    row[.usesShortPrefix] = uses * shortness
    let followed = Double(scratch.entryFollowed[Int(candidate.entry)])
    row[.sessionFollower] = log(1 + followed)
    if Int(candidate.entry) == request.previousEntry { row[.repeats] = 1 }
  }

  private func setText(
    _ text: UnsafeBufferPointer<UInt8>, _ length: Int, _ request: Request,
    _ context: borrowing SessionContext, _ row: FeatureRow, _ scratch: CompletionScratch
  ) {
    let rest = UnsafeBufferPointer(rebasing: text[length...])
    row[.remaining] = log(1 + Double(UTF8Scalars.count(rest)))
    if rest.isEmpty { row[.complete] = 1 }
    if length > 0, rest.isEmpty || rest[0] == 0x20 { row[.wordEnd] = 1 }
    guard request.previousEntry >= 0 else { return }
    context.withText(of: request.previousEntry) { previous in
      if text.count > previous.count, text[previous.count] == 0x20, text.hasPrefix(previous) {
        row[.extends] = 1
      }
      var words = 0.0
      var known = 0.0
      Tokenizer.forEachWord(UnsafeBufferPointer(rebasing: text.prefix(Self.overlapBytes))) { word in
        words += 1
        if scratch.previousWords.contains(where: {
          $0.count == word.count
            && UnsafeBufferPointer(rebasing: previous[$0]).equals(
              UnsafeBufferPointer(rebasing: text[word]))
        }) {
          known += 1
        }
      }
      row[.similarity] = scratch.trigrams.share(of: text)
      if words > 0 { row[.overlap] = known / words }
    }
  }
}
