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
// Cost: for each candidate one look-up in the overlay and O(features); one pass over its text where
// the key before did not have it, or began another word (`TextMemo`).

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
  /// What the word model says of the ends of texts.
  private var endings = TextMemo(0.0)

  /// Which features of a row may wait until the ranking asks for them (`finish`).
  struct Deferral {
    /// The words that a text shares with the previous query.
    var overlap: Bool
    /// What the word model says of a text that is not composed; at most 0.
    var language: Bool

    /// None waits.
    static let none = Deferral(overlap: false, language: false)

    /// Those that a ranker of these `weights` can do without.
    init(_ weights: [Double]) {
      overlap = true
      // Else the greatest score of a row that waits has no bound.
      language = weights[RankerFeature.language.rawValue] >= 0
    }

    private init(overlap: Bool, language: Bool) {
      self.overlap = overlap
      self.language = language
    }
  }

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
    previous.begin(completion)
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
  ///
  /// The candidate is behind a pointer, so that it is not copied.
  ///
  /// - Returns: Whether the words that it shares with the previous query, or what the word model says
  ///   of it, wait for `finish`.
  @inline(__always)
  mutating func set(
    _ row: FeatureRow, at i: Int, _ candidate: UnsafePointer<Candidate>,
    of table: borrowing CandidateTable, with common: Common, defers: Deferral,
    for completion: borrowing Completion
  ) -> Bool {
    let live = completion.overlay.flatMap { Self.liveUses(of: candidate, in: table, $0) }
    // A misspelt query ranks as its right label does, and a little behind it.
    let isMisspelt = candidate.pointee.isMisspelt
    let label = isMisspelt ? candidate.pointee.meant : candidate.pointee.label
    let stored =
      label == Candidate.noLabel
      ? Self.unseenUses : Double(completion.view.weight(of: label)) * common.usesPerWeight
    let uses = stored + (live?.uses ?? 0)
    if candidate.pointee.holdsWords {
      setWords(row, candidate.pointee.words)
      setMeant(
        row, at: i, share: uses / common.anywhereMass, shift: common.anywhereShift,
        of: common.findings.anywhere)
    } else if candidate.pointee.isSynonym {
      setSynonym(
        row, share: uses / (common.findings.synonymUses * common.usesPerWeight), with: common)
    } else if isMisspelt || candidate.pointee.isRespelt, !common.isReading {
      let cost = isMisspelt ? Self.misspeltCost : Double(candidate.pointee.correction.cost)
      if cost > 0 {
        row[.correction] = 1
        row[.correctionCost] = cost
      }
      let share = uses / common.correctedMass * (cost > 0 ? 1 : common.variantShare)
      setMeant(
        row, at: i, share: share, shift: common.correctedShift, of: common.findings.corrected)
    } else {
      setMatching(row, indexLog: candidate.pointee.indexLog, at: i, uses: uses, with: common)
    }
    if common.isReading { setRead(row, cost: candidate.pointee.correction.cost, with: common) }
    let isLabel = candidate.pointee.isLabel
    let storedHeat = isLabel ? completion.view.heat(of: candidate.pointee.label) : 0
    let heat = log(Self.coldUses + (storedHeat + (live?.heat ?? 0)) * common.cooling)
    row[.heat] = heat
    row[.unseen] = isLabel ? 0 : 1
    row[.popularityShortPrefix] = row[.popularity] * common.shortness
    row[.heatShortPrefix] = heat * common.shortness
    row[.indexShortPrefix] = row[.index] * common.shortness
    row[.followerShortPrefix] = row[.follower] * common.shortness
    row[.earlierShortPrefix] = row[.earlierFollower] * common.shortness
    if completion.places.isKnown {
      let entry = completion.overlay.flatMap { Self.entry(of: candidate, in: table, $0) }
      setPlace(row, candidate.pointee.label, entry: entry, for: completion)
    }
    let entry = Int(candidate.pointee.entry)
    if entry >= 0 {
      session.set(row, of: entry, shortness: common.shortness, for: completion)
    }
    return table.withText(of: candidate.pointee, completion.view) { text in
      let waits = setEnding(
        row, candidate, text, with: common, defers: defers.language, for: completion)
      return previous.set(
        row, of: text, hash: candidate.pointee.hash,
        typedBytes: candidate.pointee.typedBytes(in: completion), defers: defers.overlap,
        for: completion) || waits
    }
  }

  /// Sets the words that candidate `i` shares with the previous query, and what the word model says
  /// of it.
  mutating func finish(
    _ row: FeatureRow, at i: Int, of table: borrowing CandidateTable,
    for completion: borrowing Completion
  ) {
    table.items.withUnsafeBufferPointer { candidates in
      guard let candidate = candidates.baseAddress.map({ $0 + i }) else { return }
      table.withText(of: candidate.pointee, completion.view) { text in
        let (start, lastWord) = Self.ending(of: candidate, text, for: completion)
        row[.language] = language(
          text, candidate.pointee.hash, from: start, after: lastWord, for: completion)
        previous.finish(row, of: text, hash: candidate.pointee.hash, for: completion)
      }
    }
  }

  /// Sets the shares of a candidate that begins with the prefix: of what matches.
  @inline(__always)
  private func setMatching(
    _ row: FeatureRow, indexLog: Double, at i: Int, uses: Double, with common: Common
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
      indexLog.isNaN ? min(common.findings.leastIndexLog, popularity) : indexLog
  }

  /// Sets what people do with a candidate, the overlay's `entry` if it has one, at the place.
  private func setPlace(
    _ row: FeatureRow, _ label: UInt32, entry: UInt32?, for completion: borrowing Completion
  ) {
    let count =
      completion.places.count(of: label, completion.view.places)
      + completion.places.count(ofEntry: entry, completion.overlay)
    if count == 0 { return }
    row[.placed] = 1
    row[.placeCount] = log(1 + Self.placeScale * count)
  }

  /// Sets what tells a candidate of the reading from one that was typed.
  @inline(__always)
  private func setRead(_ row: FeatureRow, cost: Float, with common: Common) {
    row[.popularity] += common.correctedShift
    row[.follower] += common.correctedShift
    row[.earlierFollower] += common.correctedShift
    row[.index] += common.correctedShift
    row[.correction] = 1
    row[.correctionCost] = Double(cost)
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

  /// Where the unfinished word begins in `text`, that of `candidate`, and the key of the word before.
  @inline(__always)
  private static func ending(
    of candidate: UnsafePointer<Candidate>, _ text: UnsafeBufferPointer<UInt8>,
    for completion: borrowing Completion
  ) -> (start: Int, lastWord: UInt64) {
    if !candidate.pointee.isRespelt, candidate.pointee.match == .prefix {
      return (completion.tailStart, completion.lastWord)
    }
    // What begins with other bytes has a head and a last word of its own.
    let typed = UnsafeBufferPointer(rebasing: text[..<candidate.pointee.typedBytes(in: completion)])
    let start = completion.view.breaker.tailStart(of: typed)
    let head = UnsafeBufferPointer(rebasing: typed[..<start])
    return (start, WordKey.last(of: head, completion.view.breaker))
  }

  /// Sets what the ending of a candidate, whose text is `text`, says. Returns whether what the word
  /// model says waits for `finish`, which it may if it `defers` and is not remembered.
  @inline(__always)
  private mutating func setEnding(
    _ row: FeatureRow, _ candidate: UnsafePointer<Candidate>, _ text: UnsafeBufferPointer<UInt8>,
    with common: Common, defers: Bool, for completion: borrowing Completion
  ) -> Bool {
    let (start, lastWord) = Self.ending(of: candidate, text, for: completion)
    let suffixLog = candidate.pointee.ending.suffixLog
    row[.suffix] = suffixLog.isNaN ? common.findings.leastSuffixLog : suffixLog
    row[.suffixContext] = Double(candidate.pointee.ending.evidence) / 2
    let sharedScalars = candidate.pointee.ending.sharedScalars
    if sharedScalars > 0 { row[.compound] = log(1 + Double(sharedScalars)) }
    row[.ownWord] = candidate.pointee.ending.ownRecency
    row[.ownWordFollows] = candidate.pointee.ending.ownFollows ? 1 : 0
    if candidate.pointee.isComposed {
      row[.composed] = 1
      let isDoubtful =
        common.findings.isHeadDoubtful
        || (sharedScalars > 0 && common.findings.corrected.uses > 0)
      if isDoubtful { row[.unknownHead] = 1 }
    } else if defers {
      let key = Self.languageKey(candidate.pointee.hash, from: start, after: lastWord)
      guard let known = endings.find(key) else { return true }
      row[.language] = known
      return false
    }
    row[.language] = language(
      text, candidate.pointee.hash, from: start, after: lastWord, for: completion)
    return false
  }

  /// ln P of what `text`, of this hash, has from byte `start` on after the word `previous`. It is
  /// the same on each key of a word.
  @inline(__always)
  private mutating func language(
    _ text: UnsafeBufferPointer<UInt8>, _ hash: UInt64, from start: Int, after previous: UInt64,
    for completion: borrowing Completion
  ) -> Double {
    let key = Self.languageKey(hash, from: start, after: previous)
    return endings.find(key) ?? learn(text, key, from: start, after: previous, for: completion)
  }

  /// Asks the word model, and remembers what it says under `key`.
  @inline(never)
  private mutating func learn(
    _ text: UnsafeBufferPointer<UInt8>, _ key: UInt64, from start: Int, after previous: UInt64,
    for completion: borrowing Completion
  ) -> Double {
    let rest = UnsafeBufferPointer(
      rebasing: text[start..<min(text.count, start + Self.modelledBytes)])
    let logProbability = words.logProbability(
      ofRest: rest, after: previous, completion.view.words)
    endings.insert(logProbability, key)
    return logProbability
  }

  /// Under what `endings` remembers it.
  @inline(__always)
  private static func languageKey(
    _ hash: UInt64, from start: Int, after previous: UInt64
  ) -> UInt64 {
    hash ^ StableHash.mix(previous &+ UInt64(start))
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
    of candidate: UnsafePointer<Candidate>, in table: borrowing CandidateTable,
    _ overlay: LiveOverlay
  ) -> (uses: Double, heat: Double)? {
    guard let id = entry(of: candidate, in: table, overlay), overlay.isVisible(id) else {
      return nil
    }
    return overlay.uses(of: id)
  }

  /// The overlay's entry of a candidate, or nil.
  @inline(__always)
  private static func entry(
    of candidate: UnsafePointer<Candidate>, in table: borrowing CandidateTable,
    _ overlay: LiveOverlay
  ) -> UInt32? {
    candidate.pointee.isLabel
      ? overlay.entry(of: candidate.pointee.label)
      : table.withText(of: candidate.pointee) {
        overlay.find(text: $0, hash: candidate.pointee.hash)
      }
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
