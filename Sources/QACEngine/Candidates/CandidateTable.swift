// The candidates of one completion, each text once.
//
// A candidate is a label, or a text that is no label and lies in the table's arena: a query of the
// session or of the overlay that the index lacks, or a composed text. Candidates are found again by
// hash in an open-addressing table. Its slots carry the number of the completion, so emptying it
// costs nothing.
//
// Invariant: no two candidates have the same normalised text. A candidate's position does not
// change until the table is emptied.
// Cost: O(1) to add. Memory grows to what the largest completion needed, and stays.

import QACBinary
import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// The candidates of one completion.
struct CandidateTable {
  private(set) var items: [Candidate] = []
  private(set) var arena: [UInt8] = []
  private var slots: [UInt32]
  private var stamps: [UInt32]
  private(set) var stamp: UInt32 = 0
  /// What the sources found out beside candidates.
  var findings = Findings()
  /// What the sources found out about the reading.
  private(set) var readingFindings = Findings()
  /// Whether composed candidates that match as typed are left out, for a word before is misspelt.
  private(set) var hidesComposed = false
  /// The candidates and findings of what was typed, while the reading adds its own.
  private var typed: (items: [Candidate], findings: Findings) = ([], Findings())
  /// Labels of texts that were looked up before.
  var labels = LabelCache()
  /// What is left to spend on comparing candidates with rules while they are gathered.
  var blockWork = BlockWork()

  init() {
    slots = [UInt32](repeating: 0, count: 512)
    stamps = [UInt32](repeating: 0, count: 512)
  }

  /// Empties the table.
  mutating func reset() {
    items.removeAll(keepingCapacity: true)
    arena.removeAll(keepingCapacity: true)
    advance(from: stamp)
    findings = Findings()
    blockWork = BlockWork()
    hidesComposed = false
  }

  /// Empties the table, and overwrites the texts that it held.
  mutating func wipe() {
    reset()
    arena.wipe()
  }

  /// Takes the next stamp after `last`; starts anew where stamps end.
  mutating func advance(from last: UInt32) {
    stamp = last
    if stamp == UInt32.max {
      for i in stamps.indices { stamps[i] = 0 }
      stamp = 0
    }
    stamp += 1
  }

  var count: Int { items.count }

  /// Whether a label is another way of writing what was typed.
  var hasVariants: Bool { items.contains { $0.isRespelt && !$0.isCorrected } }

  /// What is added from now on belongs to the reading of the prefix.
  mutating func beginReading() {
    typed.items.removeAll(keepingCapacity: true)
    typed.items.append(contentsOf: items)
    typed.findings = findings
    findings = Findings()
  }

  /// Marks what was brought since `beginReading` as corrected. Of candidates that were there
  /// before, the reading takes only corrections; the others become what they were.
  ///
  /// - Parameters:
  ///   - cost: The cost of the errors.
  ///   - typedBytes: The bytes of the reading.
  ///   - uses: The uses of the labels that begin with the reading.
  ///   - hidesComposed: Whether nothing is composed on the prefix as typed, if the reading leads
  ///     on.
  ///   - changesHead: Whether a finished word differs.
  mutating func endReading(
    cost: Float, typedBytes: Int, uses: Double, hidesComposed: Bool, changesHead: Bool
  ) {
    var isFound = uses > 0
    for i in items.indices {
      if i < typed.items.count {
        let before = typed.items[i]
        let takes = before.match == .corrected && items[i].sources != before.sources
        if !takes {
          items[i] = before
          continue
        }
        items[i].correction.cost = min(cost, before.correction.cost)
        items[i].correction.followed = 0
        items[i].correction.followedEarlier = 0
      } else {
        items[i].correction.cost = cost
      }
      items[i].correction.isRead = true
      if !items[i].holdsWords { items[i].correction.typedBytes = Int32(typedBytes) }
      isFound = true
    }
    readingFindings = findings
    findings = typed.findings
    findings.corrected.uses = max(findings.corrected.uses, uses)
    if changesHead { findings.isHeadDoubtful = true }
    self.hidesComposed = hidesComposed && isFound
  }

  @inline(__always)
  subscript(i: Int) -> Candidate {
    // Not copied to read one field of it.
    _read { yield items[i] }
    _modify { yield &items[i] }
  }

  /// The position of `label`, or nil.
  func find(label: UInt32) -> Int? {
    let slot = slot(of: StableHash.mix(UInt64(label))) { $0.label == label }
    return stamps[slot] == stamp ? Int(slots[slot]) : nil
  }

  /// The position of `label`, made if there is none, with `source` added to it.
  @discardableResult
  mutating func add(label: UInt32, from source: SuggestionSource) -> Int {
    let hash = StableHash.mix(UInt64(label))
    let slot = slot(of: hash) { $0.label == label }
    if stamps[slot] == stamp {
      items[Int(slots[slot])].sources.insert(SourceSet(source))
      return Int(slots[slot])
    }
    return append(Candidate(label: label, hash: hash), slot, source)
  }

  /// The position of a text that is no label, or nil.
  func find(text: UnsafeBufferPointer<UInt8>) -> Int? {
    let hash = StableHash.of(text, seed: 0)
    let slot = slot(of: hash) { !$0.isLabel && isText($0, text) }
    return stamps[slot] == stamp ? Int(slots[slot]) : nil
  }

  /// The position of a text that is no label, made if there is none, with `source` added to it.
  ///
  /// - Parameters:
  ///   - text: The normalised text; no label has it.
  ///   - surface: How it is shown, if it was not there before.
  ///   - source: What brought it.
  /// - Returns: The position.
  @discardableResult
  mutating func add(
    text: UnsafeBufferPointer<UInt8>, surface: UnsafeBufferPointer<UInt8>,
    from source: SuggestionSource
  ) -> Int {
    add(text: text, hash: StableHash.of(text, seed: 0), surface: surface, from: source)
  }

  /// The same, of a text whose hash (`StableHash.of`, seed 0) is known.
  @discardableResult
  mutating func add(
    text: UnsafeBufferPointer<UInt8>, hash: UInt64, surface: UnsafeBufferPointer<UInt8>,
    from source: SuggestionSource
  ) -> Int {
    let slot = slot(of: hash) { !$0.isLabel && isText($0, text) }
    if stamps[slot] == stamp {
      items[Int(slots[slot])].sources.insert(SourceSet(source))
      return Int(slots[slot])
    }
    var candidate = Candidate(label: Candidate.noLabel, hash: hash)
    candidate.text = store(text)
    candidate.surface = store(surface)
    return append(candidate, slot, source)
  }

  /// The position of a query of the completion's session, made if there is none.
  @discardableResult
  mutating func add(
    entry id: Int, from source: SuggestionSource, for completion: borrowing Completion
  ) -> Int {
    let hash = completion.context.entries[id].hash
    let i = completion.context.withText(of: id) { text in
      if let label = labels.label(of: text, hash: hash, for: completion) {
        return add(label: label, from: source)
      }
      return completion.context.withSurface(of: id) {
        add(text: text, hash: hash, surface: $0, from: source)
      }
    }
    items[i].entry = Int32(id)
    return i
  }

  /// The position of a query of the completion's overlay, made if there is none.
  @discardableResult
  mutating func add(
    live id: UInt32, of overlay: LiveOverlay, from source: SuggestionSource
  ) -> Int {
    let label = overlay.label(of: id)
    if label != Candidate.noLabel { return add(label: label, from: source) }
    return overlay.withText(of: id) { text in
      overlay.withSurface(of: id) { add(text: text, surface: $0, from: source) }
    }
  }

  private mutating func store(_ bytes: UnsafeBufferPointer<UInt8>) -> Range<Int32> {
    let start = Int32(arena.count)
    arena.append(contentsOf: bytes)
    return start..<Int32(arena.count)
  }

  private func isText(_ candidate: borrowing Candidate, _ text: UnsafeBufferPointer<UInt8>) -> Bool
  {
    withText(of: candidate) { $0.equals(text) }
  }

  /// Calls `body` with the normalised text of any candidate, of the index that `view` shows.
  @inline(__always)
  func withText<R>(
    of candidate: borrowing Candidate, _ view: borrowing IndexView,
    _ body: (UnsafeBufferPointer<UInt8>) -> R
  ) -> R {
    candidate.isLabel ? body(view.text(of: candidate.label)) : withText(of: candidate, body)
  }

  /// Calls `body` with the normalised text of a candidate without a label.
  @inline(__always)
  func withText<R>(
    of candidate: borrowing Candidate, _ body: (UnsafeBufferPointer<UInt8>) -> R
  ) -> R {
    let (start, end) = (Int(candidate.text.lowerBound), Int(candidate.text.upperBound))
    return arena.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[start..<end])) }
  }

  /// Calls `body` with the display text of a candidate without a label.
  @inline(__always)
  func withSurface<R>(
    of candidate: borrowing Candidate, _ body: (UnsafeBufferPointer<UInt8>) -> R
  ) -> R {
    let (start, end) = (Int(candidate.surface.lowerBound), Int(candidate.surface.upperBound))
    return arena.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[start..<end])) }
  }

  /// The slot of the candidate with `hash` for which `matches` holds, or where it would go.
  @inline(__always)
  private func slot(of hash: UInt64, _ matches: (borrowing Candidate) -> Bool) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while stamps[slot] == stamp {
      let i = Int(slots[slot])
      if items[i].hash == hash, matches(items[i]) { break }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func append(
    _ candidate: Candidate, _ slot: Int, _ source: SuggestionSource
  ) -> Int {
    stamps[slot] = stamp
    slots[slot] = UInt32(items.count)
    items.append(candidate)
    items[items.count - 1].sources.insert(SourceSet(source))
    if items.count * 2 >= slots.count { grow() }
    return items.count - 1
  }

  /// Doubles the table and enters the candidates again.
  private mutating func grow() {
    let capacity = slots.count * 2
    slots = [UInt32](repeating: 0, count: capacity)
    stamps = [UInt32](repeating: 0, count: capacity)
    stamp = 1
    for (i, candidate) in items.enumerated() {
      var slot = Int(truncatingIfNeeded: candidate.hash) & (capacity - 1)
      while stamps[slot] == stamp { slot = (slot + 1) & (capacity - 1) }
      stamps[slot] = stamp
      slots[slot] = UInt32(i)
    }
  }
}

#if DEBUG
  extension CandidateTable {
    /// Stops where the table breaks its invariant. Tests call it; release builds have none of it.
    ///
    /// - Complexity: O(candidates^2) comparisons.
    func checkInvariants() {
      precondition(
        slots.count == stamps.count && items.count * 2 < slots.count + 2, "table too full")
      precondition(slots.count.nonzeroBitCount == 1, "slots are no power of two")
      let used = stamps.indices.filter { stamps[$0] == stamp }
      precondition(used.count == items.count, "a slot for each candidate")
      precondition(Set(used.map { slots[$0] }).count == items.count, "a candidate in two slots")
      for (i, candidate) in items.enumerated() {
        precondition(!candidate.sources.isEmpty, "a candidate without a source")
        if candidate.isLabel {
          precondition(find(label: candidate.label) == i, "a label that is not found")
          precondition(candidate.text.isEmpty && candidate.surface.isEmpty, "a label with a text")
        } else {
          let end = Int32(arena.count)
          precondition(
            candidate.text.upperBound <= end && candidate.surface.upperBound <= end,
            "a text outside the arena")
          precondition(
            withText(of: candidate) { find(text: $0) } == i, "a text that is not found")
        }
        precondition(candidate.correction.cost >= 0, "a correction that costs less than nothing")
      }
    }
  }
#endif

extension UnsafeBufferPointer<UInt8> {
  /// Whether these are the same bytes as `other`'s.
  @inline(__always)
  func equals(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
    count == other.count && hasPrefix(other)
  }

  /// Whether these bytes begin with `prefix`.
  @inline(__always)
  func hasPrefix(_ prefix: UnsafeBufferPointer<UInt8>) -> Bool {
    if count < prefix.count { return false }
    guard let mine = baseAddress, let other = prefix.baseAddress else { return true }
    return memcmp(mine, other, prefix.count) == 0
  }
}
