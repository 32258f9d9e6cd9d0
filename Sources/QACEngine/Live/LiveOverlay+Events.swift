// An event enters every sum, and leaves every sum again.
//
// Invariant: `add` and `drop` are each other's reverse; they and nothing else change what is
// derived from the ring.
// Cost: O(log n) text comparisons and one chunk of the order measured per event; when an entry
// becomes visible, its few events are added up.

import QACIndex

extension LiveOverlay {
  /// Adds `event`, whose entry is there, and that its session wrote its query as `surface`.
  func add(_ event: OverlayEvent, surface: [UInt8]) {
    let id = event.entry
    let number = ring.append(event)
    sessions.addEvent(of: event.session)
    sessions.setLast(of: event.session, to: id, at: event.time)
    let wasVisible = isVisible(id)
    enter(event, surface: surface)
    entries.addUse(of: id, event: number)
    if isVisible(id) {
      if wasVisible {
        clock.note(event.time)
        entries.setHeat(of: id, to: entries.list[Int(id)].heat + clock.heat(at: event.time))
      } else {
        // Now all of its events count; there are few of them.
        visibleCount += 1
        reheat(id)
      }
      order.raise(position(of: id), to: measure(id))
    }
    if event.previous != Self.noEntry { entries.link(from: event.previous, to: id) }
  }

  /// Counts `event` as what its session did with its entry; how the session wrote the entry
  /// replaces how it did before.
  private func enter(_ event: OverlayEvent, surface: [UInt8]) {
    let id = event.entry
    var pair = sessions[event.session, id] ?? OverlaySessions.Pair()
    if pair.events == 0 { entries.addSession(of: id) }
    pair.events += 1
    pair.day = OverlaySessions.day(of: event.time)
    if entries.list[Int(id)].label == Candidate.noLabel {
      entries.removeVote(pair.spelling, of: id)
      pair.spelling = entries.addVote(for: surface, of: id, profile: index.profile)
    }
    sessions[event.session, id] = pair
  }

  /// What remains to be done after events were dropped.
  struct Loss {
    /// A visible entry whose heat is a small rest of a large sum, and has to be added up anew.
    var cooled: UInt32?
    /// Whether the newest event that others knew of may be gone.
    var isNewest = false
  }

  /// Takes the event `number` out of every sum.
  @discardableResult
  func drop(_ number: Int) -> Loss {
    guard let event = ring[number] else { return Loss() }
    let id = event.entry
    ring.forget(number)
    sessions.removeEvent(of: event.session)
    if event.previous != Self.noEntry { entries.unlink(from: event.previous, to: id) }
    let wasVisible = isVisible(id)
    leave(event)
    var loss = Loss()
    loss.isNewest = wasVisible && event.time == clock.newest
    if wasVisible, !isVisible(id) {
      visibleCount -= 1
      entries.setHeat(of: id, to: 0)
      loss.isNewest = true
    }
    if entries.removeUse(of: id) == 0 {
      erase(id)
      return loss
    }
    if isVisible(id) {
      let gone = clock.heat(at: event.time)
      let rest = max(0, entries.list[Int(id)].heat - gone)
      entries.setHeat(of: id, to: rest)
      // Taking a use from a sum that it dominates leaves little but rounding errors.
      if rest < gone * 1e-6 { loss.cooled = id }
    }
    order.remeasure(position(of: id).chunk, measure)
    return loss
  }

  /// Takes `event` out of what its session did with its entry.
  private func leave(_ event: OverlayEvent) {
    let id = event.entry
    guard var pair = sessions[event.session, id] else { return }
    let day = OverlaySessions.day(of: event.time)
    pair.events -= 1
    let isLast = pair.events == 0
    if isLast || pair.day == day {
      pair.day = OverlaySessions.noDay
      entries.removeVote(pair.spelling, of: id)
      pair.spelling = Spellings.noVote
    }
    if isLast { entries.removeSession(of: id) }
    sessions[event.session, id] = isLast ? nil : pair
    sessions.forgetLast(of: event.session, ifEntry: id, on: isLast ? nil : day)
  }

  /// Adds up the heat of the visible entry `id` anew.
  ///
  /// - Complexity: O(its events).
  private func reheat(_ id: UInt32) {
    var sum = 0.0
    ring.forEachEvent(of: id, newest: entries.list[Int(id)].lastEvent) { event in
      clock.note(event.time)
      sum += clock.heat(at: event.time)
    }
    entries.setHeat(of: id, to: sum)
  }

  /// Computes the heat of entry `id` anew, and what others see of it, if it is visible.
  func remeasure(_ id: UInt32) {
    if entries.list[Int(id)].uses == 0 || !isVisible(id) { return }
    reheat(id)
    order.remeasure(position(of: id).chunk, measure)
  }

  /// Looks for the newest event of a visible entry among all.
  ///
  /// - Complexity: O(events kept).
  func findNewest() {
    var newest = Int64.min
    for number in ring.numbers {
      if let event = ring[number], isVisible(event.entry) { newest = max(newest, event.time) }
    }
    clock.setNewest(newest)
  }
}
