// Computes the features of candidates from what is known of the index, the session and the text.
//
//     overlay, index  --> FollowerCounts --+
//     session         --> SessionCounts ---+--> one row per candidate
//     previous query  --> PreviousQuery ---+
//     word model      --> WordCache -------+
//
// Shares are of what begins with the prefix. For corrections they are of what the prefix may have
// been meant to begin; a shift sets the two against each other.
//
// Cost: for each candidate one look-up in the overlay, one pass over its text, and O(features).

import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// Computes features; holds the working memory of one thread.
struct FeatureComputer {
  /// Pseudo-count of popularity in the follower shares.
  private static let followerPrior = 4.0
  /// Uses that a query which was never used counts for in `heat`.
  private static let coldUses = 0.1
  /// What a misspelt query costs as it is, in full typing errors: more than its right label.
  private static let misspeltCost = Double(CorrectedSource.aliasCost) + 0.25
  /// Uses that a text which is no label counts for in `popularity`.
  private static let unseenUses = 0.5
  /// The share of people who write a text in another way than its label, where no label matches
  /// what was typed.
  private static let variantShare = 0.25
  /// The same where one matches: then it was probably meant.
  private static let variantShareBesideMatches = 0.0625
  /// How much the first use at a place counts beside the later ones (`RankerFeature.placeCount`).
  private static let placeScale = 10.0
  /// Bytes behind the head that the word model reads: sums over more mean little.
  private static let modelledBytes = 256

  private var followers = FollowerCounts()
  private var session = SessionCounts()
  private var previous = PreviousQuery()
  private var words = WordCache()

  /// Sums and shares that all candidates of one completion have in common.
  struct Common {
    /// 1 / (1 + scalars of the prefix).
    var shortness: Double
    /// The uses that one unit of weight stands for.
    var usesPerWeight: Double
    /// The uses of what matches, in the index and since.
    var mass: Double
    /// The uses of what the prefix may have been meant to begin.
    var correctedMass: Double
    /// ln of how much more that is, bounded.
    var correctedShift: Double
    /// What the sources found out.
    var findings: Findings
    /// Whether the candidates are those of the reading.
    var isReading = false
    /// The uses of what holds the words of the prefix.
    var anywhereMass: Double
    /// ln of how much more that is, bounded.
    var anywhereShift: Double
    /// The share of people who write a text in another way than its label.
    var variantShare: Double
    /// ln of the share of the previous query's followers that smoothing leaves to a label that is
    /// none of them, relative to the label's prior.
    var restLast: Double
    /// The same for the queries before that.
    var restEarlier: Double
    /// What turns heat into uses under decay.
    var cooling: Double

    /// Makes this that of the reading of a prefix for which the sources found out `typed`.
    mutating func shiftReading(from typed: Findings, of completion: borrowing Completion) {
      isReading = true
      let typedMass =
        usesPerWeight * max(1, Double(completion.view.mass(of: completion.range)))
        + Double(typed.liveUses)
      correctedShift = min(log(mass / typedMass), CorrectionPenalty.greatestShift)
    }
  }

  /// Reads what the candidates have in common.
  mutating func prepare(
    _ table: borrowing CandidateTable, _ findings: Findings, for completion: borrowing Completion
  ) -> Common {
    followers.count(table, for: completion)
    session.count(completion)
    previous.read(completion)
    // The findings are sums of weights; a use may have many units of weight.
    let usesPerWeight = 1 / Double(completion.view.weightPerUse)
    let indexMass = usesPerWeight * max(1, Double(completion.view.mass(of: completion.range)))
    let mass = indexMass + Double(findings.liveUses)
    let correctedMass = usesPerWeight * max(1, findings.corrected.uses)
    let anywhereMass = usesPerWeight * max(1, findings.anywhere.uses)
    return Common(
      shortness: 1 / (1 + Double(UTF8Scalars.count(completion.prefix))),
      usesPerWeight: usesPerWeight,
      mass: mass,
      correctedMass: correctedMass,
      correctedShift: min(log(correctedMass / mass), CorrectionPenalty.greatestShift),
      findings: findings,
      anywhereMass: anywhereMass,
      anywhereShift: min(log(anywhereMass / mass), CorrectionPenalty.greatestShift),
      variantShare: completion.range.isEmpty ? Self.variantShare : Self.variantShareBesideMatches,
      restLast: Self.restLog(followers.lastMass), restEarlier: Self.restLog(followers.earlierMass),
      cooling: completion.overlay?.cooling ?? 1)
  }

  /// Sets the row of candidate `i`, which is all zero before.
  @inline(__always)
  mutating func set(
    _ row: FeatureRow, at i: Int, of table: borrowing CandidateTable, with common: Common,
    for completion: borrowing Completion
  ) {
    let candidate = table[i]
    let live = completion.overlay.flatMap { Self.liveUses(of: candidate, in: table, $0) }
    // A misspelt query ranks as its right label does, and a little behind it.
    let label = candidate.isMisspelt ? candidate.meant : candidate.label
    let stored =
      label == Candidate.noLabel
      ? Self.unseenUses : Double(completion.view.weight(of: label)) * common.usesPerWeight
    let uses = stored + (live?.uses ?? 0)
    if candidate.holdsWords {
      setWords(row, candidate.words)
      setMeant(
        row, at: i, share: uses / common.anywhereMass, shift: common.anywhereShift,
        of: common.findings.anywhere)
    } else if candidate.isSynonym {
      setSynonym(
        row, share: uses / (common.findings.synonymUses * common.usesPerWeight), with: common)
    } else if candidate.isMisspelt || candidate.isRespelt, !common.isReading {
      let cost = candidate.isMisspelt ? Self.misspeltCost : Double(candidate.correction.cost)
      if cost > 0 {
        row[.correction] = 1
        row[.correctionCost] = cost
      }
      let share = uses / common.correctedMass * (cost > 0 ? 1 : common.variantShare)
      setMeant(
        row, at: i, share: share, shift: common.correctedShift, of: common.findings.corrected)
    } else {
      setMatching(row, candidate, at: i, uses: uses, with: common)
    }
    if common.isReading { setRead(row, candidate, with: common) }
    let storedHeat = candidate.isLabel ? completion.view.heat(of: candidate.label) : 0
    let heat = log(Self.coldUses + (storedHeat + (live?.heat ?? 0)) * common.cooling)
    row[.heat] = heat
    row[.unseen] = candidate.isLabel ? 0 : 1
    row[.popularityShortPrefix] = row[.popularity] * common.shortness
    row[.heatShortPrefix] = heat * common.shortness
    row[.indexShortPrefix] = row[.index] * common.shortness
    row[.followerShortPrefix] = row[.follower] * common.shortness
    row[.earlierShortPrefix] = row[.earlierFollower] * common.shortness
    if completion.places.isKnown {
      let entry = completion.overlay.flatMap { Self.entry(of: candidate, in: table, $0) }
      setPlace(row, candidate, entry: entry, for: completion)
    }
    if candidate.entry >= 0 {
      session.set(row, of: candidate, shortness: common.shortness, for: completion)
    }
    table.withText(of: candidate, completion.view) { text in
      previous.set(
        row, of: text, typedBytes: candidate.typedBytes(in: completion), for: completion)
      setEnding(row, candidate, text, with: common, for: completion)
    }
  }

  /// Sets the shares of a candidate that begins with the prefix: of what matches.
  @inline(__always)
  private func setMatching(
    _ row: FeatureRow, _ candidate: Candidate, at i: Int, uses: Double, with common: Common
  ) {
    let share = uses / common.mass
    let popularity = log(share)
    let (last, earlier) = (followers.last[i], followers.earlier[i])
    row[.popularity] = popularity
    row[.followed] = last > 0 ? 1 : 0
    row[.follower] =
      last > 0
      ? Self.logShare(last, of: followers.lastMass, prior: share) : popularity + common.restLast
    row[.earlierFollower] =
      earlier > 0
      ? Self.logShare(earlier, of: followers.earlierMass, prior: share)
      : popularity + common.restEarlier
    row[.index] =
      candidate.indexLog.isNaN
      ? min(common.findings.leastIndexLog, popularity) : candidate.indexLog
  }

  /// Sets what people do with a candidate, the overlay's `entry` if it has one, at the place.
  private func setPlace(
    _ row: FeatureRow, _ candidate: Candidate, entry: UInt32?, for completion: borrowing Completion
  ) {
    let count =
      completion.places.count(of: candidate.label, completion.view.places)
      + completion.places.count(ofEntry: entry, completion.overlay)
    if count == 0 { return }
    row[.placed] = 1
    row[.placeCount] = log(1 + Self.placeScale * count)
  }

  /// Sets what tells a candidate of the reading from one that was typed.
  @inline(__always)
  private func setRead(_ row: FeatureRow, _ candidate: Candidate, with common: Common) {
    for feature in [RankerFeature.popularity, .follower, .earlierFollower, .index] {
      row[feature] += common.correctedShift
    }
    row[.correction] = 1
    row[.correctionCost] = Double(candidate.correction.cost)
  }

  /// Sets the shares of a candidate that does not begin with the prefix: of what the prefix may
  /// have meant in the same way.
  @inline(__always)
  private func setMeant(
    _ row: FeatureRow, at i: Int, share: Double, shift: Double, of masses: CorrectedMasses
  ) {
    let (last, earlier) = (followers.last[i], followers.earlier[i])
    row[.popularity] = log(share) + shift
    row[.followed] = last > 0 ? 1 : 0
    row[.follower] = Self.logShare(last, of: masses.last, prior: share) + shift
    row[.earlierFollower] = Self.logShare(earlier, of: masses.earlier, prior: share) + shift
    row[.index] = row[.popularity]
  }

  /// Sets how a label holds the words of the prefix.
  @inline(__always)
  private func setWords(_ row: FeatureRow, _ words: HeldWords) {
    row[.wordsMatch] = 1
    row[.wordsBefore] = log(1 + Double(words.before))
    row[.wordsUntyped] = log(1 + Double(words.untyped))
    row[.wordsBegun] = Double(words.begun)
    row[.wordsReordered] = words.isReordered ? 1 : 0
  }

  /// Sets the shares of a label that matches by a synonym alone: of all such labels.
  @inline(__always)
  private func setSynonym(_ row: FeatureRow, share: Double, with common: Common) {
    let popularity = log(share)
    row[.popularity] = popularity
    row[.follower] = popularity + common.restLast
    row[.earlierFollower] = popularity + common.restEarlier
    row[.index] = popularity
    row[.synonym] = 1
  }

  /// Sets what the ending of a candidate, whose text is `text`, says.
  @inline(__always)
  private mutating func setEnding(
    _ row: FeatureRow, _ candidate: Candidate, _ text: UnsafeBufferPointer<UInt8>,
    with common: Common, for completion: borrowing Completion
  ) {
    var tailStart = completion.tailStart
    var lastWord = completion.lastWord
    // What begins with other bytes has a head and a last word of its own.
    if candidate.isRespelt || candidate.match != .prefix {
      let typed = UnsafeBufferPointer(rebasing: text[..<candidate.typedBytes(in: completion)])
      tailStart = completion.view.breaker.tailStart(of: typed)
      lastWord = WordKey.last(
        of: UnsafeBufferPointer(rebasing: typed[..<tailStart]), completion.view.breaker)
    }
    let ending = candidate.ending
    row[.suffix] = ending.suffixLog.isNaN ? common.findings.leastSuffixLog : ending.suffixLog
    row[.suffixContext] = Double(ending.evidence) / 2
    if ending.sharedScalars > 0 { row[.compound] = log(1 + Double(ending.sharedScalars)) }
    row[.ownWord] = ending.ownRecency
    row[.ownWordFollows] = ending.ownFollows ? 1 : 0
    let rest = UnsafeBufferPointer(
      rebasing: text[tailStart..<min(text.count, tailStart + Self.modelledBytes)])
    row[.language] = words.logProbability(
      ofRest: rest, after: lastWord, completion.view.words)
    if candidate.isComposed {
      row[.composed] = 1
      let isDoubtful =
        common.findings.isHeadDoubtful
        || (ending.sharedScalars > 0 && common.findings.corrected.uses > 0)
      if isDoubtful { row[.unknownHead] = 1 }
    }
  }

  /// ln of the share of `mass` that smoothing leaves to one that is no follower, relative to its
  /// prior.
  private static func restLog(_ mass: Double) -> Double {
    mass > 0 ? log(followerPrior / (mass + followerPrior)) : 0
  }

  /// ln of a share of `mass`, smoothed towards `prior`.
  private static func logShare(_ count: Double, of mass: Double, prior: Double) -> Double {
    log((count + followerPrior * prior) / (mass + followerPrior))
  }

  /// What the overlay has seen of a candidate, where others may see it.
  private static func liveUses(
    of candidate: Candidate, in table: borrowing CandidateTable, _ overlay: LiveOverlay
  ) -> (uses: Double, heat: Double)? {
    guard let id = entry(of: candidate, in: table, overlay), overlay.isVisible(id) else {
      return nil
    }
    return overlay.uses(of: id)
  }

  /// The overlay's entry of a candidate, or nil.
  @inline(__always)
  private static func entry(
    of candidate: Candidate, in table: borrowing CandidateTable, _ overlay: LiveOverlay
  ) -> UInt32? {
    candidate.isLabel
      ? overlay.entry(of: candidate.label)
      : table.withText(of: candidate) { overlay.find(text: $0) }
  }
}

extension Candidate {
  /// The bytes of the text that stand for the prefix.
  @inline(__always)
  func typedBytes(in completion: borrowing Completion) -> Int {
    if holdsWords { return Int(words.typedBytes) }
    if isSynonym { return Int(synonymBytes) }
    return isRespelt ? Int(correction.typedBytes) : completion.prefix.count
  }
}
