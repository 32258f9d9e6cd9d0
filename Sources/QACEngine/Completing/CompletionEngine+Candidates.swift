// Gathers candidates from the sources, each text once.

import QACBinary
import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

extension CompletionEngine {
  /// Followers that each query before the previous one brings at most.
  private static let earlierFollowers = 8

  func gather(
    _ request: Request, _ context: borrowing SessionContext, _ overlay: LiveOverlay?,
    _ options: CompletionOptions, _ scratch: CompletionScratch
  ) {
    scratch.candidates.reset()
    scratch.features.removeAll()
    scratch.tree.reset()
    if request.previousEntry >= 0 {
      context.withText(of: request.previousEntry) { previous in
        RequestFeaturizer.features(
          previous: previous, space: request.view.features, into: &scratch.features)
      }
    }
    if options.uses(.index) { addIndex(request, options, scratch) }
    if options.uses(.popular) { addPopular(request, scratch) }
    if options.uses(.followers) { addFollowers(request, overlay, scratch) }
    if options.uses(.session) { addSession(request, context, scratch) }
    if let overlay { addRecent(request, overlay, options, scratch) }
    compose(request, context, options, scratch)
    scratch.isHeadDoubtful = false
    if options.uses(.corrected) { addCorrections(request, context, scratch) }
  }

  private func addIndex(
    _ request: Request, _ options: CompletionOptions, _ scratch: CompletionScratch
  ) {
    scratch.tree.search(
      request.view, range: request.range, features: scratch.features, limit: request.wanted,
      blocks: request.blocks, beam: options.beam)
    let mass = Double(request.view.mass(of: request.range))
    for found in scratch.tree.top.items {
      let i = scratch.candidates.add(label: found.label, from: .index)
      scratch.candidates[i].indexLog = Self.logShare(found.score, of: mass)
    }
  }

  /// ln(`score` / `mass`), finite where the score was too small for a number.
  static func logShare(_ score: Double, of mass: Double) -> Double {
    log(max(score / mass, Double.leastNormalMagnitude))
  }

  private func addPopular(_ request: Request, _ scratch: CompletionScratch) {
    scratch.popular.search(
      request.view, range: request.range, limit: request.wanted, blocks: request.blocks)
    for found in scratch.popular.top.items {
      scratch.candidates.add(label: found.label, from: .popular)
    }
  }

  /// The most frequent followers of each query of the context, in the index and since.
  private func addFollowers(
    _ request: Request, _ overlay: LiveOverlay?, _ scratch: CompletionScratch
  ) {
    for (i, step) in scratch.steps.enumerated() {
      let limit = i == 0 ? request.wanted : min(request.wanted, Self.earlierFollowers)
      scratch.followers.reset(limit: limit)
      for f in step.followers {
        let label = request.view.followerLabels[f]
        if let blocks = request.blocks, blocks.contains(label) { continue }
        scratch.followers.offer(
          ScoredLabel(label: label, score: request.view.followerCount(f)))
      }
      for found in scratch.followers.items {
        scratch.candidates.add(label: found.label, from: .followers)
      }
      guard let overlay, step.live != LiveOverlay.noEntry else { continue }
      scratch.followers.reset(limit: limit)
      overlay.forEachFollower(of: step.live) { id, count in
        if matches(overlay, id, request, scratch),
          !overlay.isBlocked(id, by: request.blocks, &scratch.gatheringWork)
        {
          scratch.followers.offer(ScoredLabel(label: id, score: Double(count)))
        }
      }
      for found in scratch.followers.items { add(overlay, found.label, .followers, scratch) }
    }
  }

  /// How much more a query of the session counts where it followed the previous one.
  private static let ownFollowerValue = 4.0

  /// The session's own queries: the newest and most frequent, and those that followed the previous one.
  private func addSession(
    _ request: Request, _ context: borrowing SessionContext, _ scratch: CompletionScratch
  ) {
    scratch.own.reset(limit: request.wanted)
    let isChosen = context.entries.count > request.wanted
    if isChosen { value(request, context, scratch) }
    let outline = scratch.prefix.withUnsafeBufferPointer { TextOutline.Prefix($0) }
    for id in context.entries.indices where context.entries[id].outline.mayBegin(with: outline) {
      let matches = scratch.prefix.withUnsafeBufferPointer { prefix in
        context.withText(of: id) { $0.hasPrefix(prefix) }
      }
      if !matches { continue }
      scratch.own.offer(
        ScoredLabel(label: UInt32(id), score: isChosen ? scratch.entryValues[id] : 0))
    }
    for found in scratch.own.items {
      add(entry: Int(found.label), from: .session, request, context, scratch)
    }
  }

  /// Adds a query of the session; returns its position.
  @discardableResult
  func add(
    entry id: Int, from source: SuggestionSource, _ request: Request,
    _ context: borrowing SessionContext, _ scratch: CompletionScratch
  ) -> Int {
    let hash = context.entries[id].hash
    let i = context.withText(of: id) { text in
      if let label = scratch.labels.label(of: text, hash: hash, request.view) {
        return scratch.candidates.add(label: label, from: source)
      }
      return context.withSurface(of: id) {
        scratch.candidates.add(text: text, surface: $0, from: source)
      }
    }
    scratch.candidates[i].entry = Int32(id)
    return i
  }

  /// What each entry of the session promises: 1 / (1 + queries since) for each time it was submitted.
  private func value(
    _ request: Request, _ context: borrowing SessionContext, _ scratch: CompletionScratch
  ) {
    scratch.entryValues.removeAll(keepingCapacity: true)
    scratch.entryValues.append(contentsOf: repeatElement(0, count: context.entries.count))
    var before = -1
    for (i, event) in context.events.enumerated() {
      let follows = before == request.previousEntry && before >= 0
      before = Int(event.entry)
      scratch.entryValues[before] +=
        (follows ? Self.ownFollowerValue : 1) / Double(context.events.count - i)
    }
  }

  /// The queries that others submitted most since the index was built.
  private func addRecent(
    _ request: Request, _ overlay: LiveOverlay, _ options: CompletionOptions,
    _ scratch: CompletionScratch
  ) {
    scratch.recent.reset(limit: request.wanted)
    scratch.liveUses = scratch.prefix.withUnsafeBufferPointer {
      overlay.search(
        prefix: $0, blocks: request.blocks, work: &scratch.gatheringWork,
        promising: &scratch.promising, into: &scratch.recent)
    }
    if !options.uses(.recent) { return }
    for found in scratch.recent.items { add(overlay, found.label, .recent, scratch) }
  }

  /// Whether others may see the overlay's entry and it begins with the prefix.
  private func matches(
    _ overlay: LiveOverlay, _ id: UInt32, _ request: Request, _ scratch: CompletionScratch
  ) -> Bool {
    if !overlay.isVisible(id) { return false }
    let entry = overlay.label(of: id)
    if entry != Candidate.noLabel { return request.range.contains(entry) }
    return scratch.prefix.withUnsafeBufferPointer { prefix in
      overlay.withText(of: id) { $0.hasPrefix(prefix) }
    }
  }

  private func add(
    _ overlay: LiveOverlay, _ id: UInt32, _ source: SuggestionSource, _ scratch: CompletionScratch
  ) {
    let label = overlay.label(of: id)
    if label != Candidate.noLabel {
      scratch.candidates.add(label: label, from: source)
    } else {
      overlay.withText(of: id) { text in
        overlay.withSurface(of: id) {
          _ = scratch.candidates.add(text: text, surface: $0, from: source)
        }
      }
    }
  }
}
