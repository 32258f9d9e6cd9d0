// Gathers candidates from the sources, each text once.

import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

extension SessionContext {
  /// Calls `body` with the normalised text of entry `id`.
  @inline(__always)
  func withText<R>(of id: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    let entry = entries[id]
    return bytes.withUnsafeBufferPointer {
      let start = Int(entry.textStart)
      return body(UnsafeBufferPointer(rebasing: $0[start..<start + Int(entry.textCount)]))
    }
  }

  /// Calls `body` with the surface text of entry `id`.
  @inline(__always)
  func withSurface<R>(of id: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    let entry = entries[id]
    return bytes.withUnsafeBufferPointer {
      let start = Int(entry.surfaceStart)
      return body(UnsafeBufferPointer(rebasing: $0[start..<start + Int(entry.surfaceCount)]))
    }
  }
}

extension CompletionEngine {
  func gather(
    _ request: Request, _ context: borrowing SessionContext, _ options: CompletionOptions,
    _ scratch: CompletionScratch
  ) {
    scratch.candidates.removeAll(keepingCapacity: true)
    if scratch.stamp == UInt32.max {
      for i in scratch.slotStamps.indices { scratch.slotStamps[i] = 0 }
      scratch.stamp = 0
    }
    scratch.stamp += 1
    scratch.features.removeAll()
    scratch.tree.reset()
    if request.previousEntry >= 0 {
      context.withText(of: request.previousEntry) { previous in
        scratch.prefix.withUnsafeBufferPointer { prefix in
          RequestFeaturizer.features(
            previous: previous, prefix: prefix, space: request.view.features,
            into: &scratch.features)
        }
      }
    }
    if options.uses(.index) { addIndex(request, options, scratch) }
    if options.uses(.popular) { addPopular(request, scratch) }
    if options.uses(.followers) { addFollowers(request, scratch) }
    if options.uses(.session) { addSession(request, context, scratch) }
  }

  private func addIndex(
    _ request: Request, _ options: CompletionOptions, _ scratch: CompletionScratch
  ) {
    scratch.tree.search(
      request.view, range: request.range, features: scratch.features, limit: request.wanted,
      beam: options.beam)
    let mass = Double(request.view.mass(of: request.range))
    for found in scratch.tree.top.items {
      let i = candidate(of: found.label, from: .index, scratch)
      scratch.candidates[i].indexLog = Self.logShare(found.score, of: mass)
    }
  }

  /// ln(`score` / `mass`), finite where the score was too small for a number.
  static func logShare(_ score: Double, of mass: Double) -> Double {
    log(max(score / mass, Double.leastNormalMagnitude))
  }

  private func addPopular(_ request: Request, _ scratch: CompletionScratch) {
    scratch.popular.search(request.view, range: request.range, limit: request.wanted)
    for found in scratch.popular.top.items {
      _ = candidate(of: found.label, from: .popular, scratch)
    }
  }

  private func addFollowers(_ request: Request, _ scratch: CompletionScratch) {
    scratch.followers.reset(limit: request.wanted)
    guard request.previousLabel != Candidate.noLabel else { return }
    for i in request.view.followers(of: request.previousLabel, in: request.range) {
      scratch.followers.offer(
        ScoredLabel(
          label: request.view.followerLabels[i], score: Double(request.view.followerCounts[i])))
    }
    for found in scratch.followers.items {
      _ = candidate(of: found.label, from: .followers, scratch)
    }
  }

  private func addSession(
    _ request: Request, _ context: borrowing SessionContext, _ scratch: CompletionScratch
  ) {
    scratch.sessionText.removeAll(keepingCapacity: true)
    scratch.sessionRanges.removeAll(keepingCapacity: true)
    for id in context.entries.indices {
      let matches = scratch.prefix.withUnsafeBufferPointer { prefix in
        context.withText(of: id) { $0.hasPrefix(prefix) }
      }
      if !matches { continue }
      let label = context.withText(of: id) { request.view.label(of: $0) }
      if let label {
        let i = candidate(of: label, from: .session, scratch)
        scratch.candidates[i].entry = Int32(id)
        continue
      }
      scratch.candidates.append(
        Candidate(
          label: Candidate.noLabel, entry: Int32(id),
          sources: 1 << SuggestionSource.session.rawValue, indexLog: .nan))
      let start = scratch.sessionText.count
      context.withSurface(of: id) { scratch.sessionText.append(contentsOf: $0) }
      while scratch.sessionRanges.count < scratch.candidates.count - 1 {
        scratch.sessionRanges.append(0..<0)
      }
      scratch.sessionRanges.append(start..<scratch.sessionText.count)
    }
  }

  /// The position of `label`'s candidate, made if there is none yet, with `source` added to it.
  private func candidate(
    of label: UInt32, from source: SuggestionSource, _ scratch: CompletionScratch
  ) -> Int {
    if scratch.candidates.count * 2 >= scratch.slots.count { grow(scratch) }
    let mask = scratch.slots.count - 1
    var slot = Int(truncatingIfNeeded: StableHash.mix(UInt64(label))) & mask
    while scratch.slotStamps[slot] == scratch.stamp {
      let i = Int(scratch.slots[slot])
      if scratch.candidates[i].label == label {
        scratch.candidates[i].sources |= 1 << source.rawValue
        return i
      }
      slot = (slot + 1) & mask
    }
    scratch.slotStamps[slot] = scratch.stamp
    scratch.slots[slot] = UInt32(scratch.candidates.count)
    scratch.candidates.append(
      Candidate(label: label, entry: -1, sources: 1 << source.rawValue, indexLog: .nan))
    return scratch.candidates.count - 1
  }

  /// Doubles the table of labels and enters the candidates again.
  private func grow(_ scratch: CompletionScratch) {
    let capacity = scratch.slots.count * 2
    scratch.slots = [UInt32](repeating: 0, count: capacity)
    scratch.slotStamps = [UInt32](repeating: 0, count: capacity)
    scratch.stamp = 1
    for (i, candidate) in scratch.candidates.enumerated()
    where candidate.label != Candidate.noLabel {
      var slot = Int(truncatingIfNeeded: StableHash.mix(UInt64(candidate.label))) & (capacity - 1)
      while scratch.slotStamps[slot] == 1 { slot = (slot + 1) & (capacity - 1) }
      scratch.slotStamps[slot] = 1
      scratch.slots[slot] = UInt32(i)
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether these bytes begin with `prefix`.
  @inline(__always)
  func hasPrefix(_ prefix: UnsafeBufferPointer<UInt8>) -> Bool {
    if count < prefix.count { return false }
    guard let mine = baseAddress, let other = prefix.baseAddress else { return true }
    return memcmp(mine, other, prefix.count) == 0
  }
}
