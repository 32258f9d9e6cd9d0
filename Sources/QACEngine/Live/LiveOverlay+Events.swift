// An event enters every sum, and leaves every sum again.
//
// Invariant: `add` and `drop` are each other's reverse; they and nothing else change what is
// derived from the ring.
// Cost: O(log n) text comparisons and one chunk of the order measured per event; when an entry
// becomes visible, its few events are added up.

import QACIndex

extension LiveOverlay {
  /// Adds `event`, whose entry is there, and that its session wrote its query as `surface` in
  /// `thread`.
  func add(_ event: OverlayEvent, surface: [UInt8], thread: UInt64) {
    let id = event.entry
    let number = ring.append(event)
    sessions.addEvent(of: event.person)
    sessions.setLast(of: event.session, to: id, at: event.time, in: thread)
    let before = standing(of: id)
    enter(event, number, surface: surface)
    entries.count(1, of: id, isFailure: event.isFailure)
    entries.setLastEvent(of: id, to: number)
    if !event.isFailure { places.add(id, by: event.person, at: event.place) }
    settle(id, from: before)
    if before.isVisible, isVisible(id), !event.isFailure {
      clock.note(event.time)
      entries.setHeat(of: id, to: entries.list[Int(id)].heat + clock.heat(at: event.time))
    }
    if isVisible(id) { order.raise(position(of: id), to: measure(id)) }
    if event.previous != Self.noEntry { entries.link(from: event.previous, to: id) }
  }

  /// What others know of an entry.
  struct Standing {
    var isVisible: Bool
    var isFailing: Bool
  }

  private func standing(of id: UInt32) -> Standing {
    Standing(isVisible: isVisible(id), isFailing: isFailing(id))
  }

  /// Brings up to date what depends on whether others may see entry `id`, or know that it fails.
  private func settle(_ id: UInt32, from before: Standing) {
    let now = standing(of: id)
    if now.isFailing != before.isFailing { failingCount += now.isFailing ? 1 : -1 }
    if now.isVisible == before.isVisible { return }
    if now.isVisible {
      // Now all of its events count; there are few of them.
      visibleCount += 1
      reheat(id)
    } else {
      visibleCount -= 1
      entries.setHeat(of: id, to: 0)
      order.remeasure(position(of: id).chunk, measure)
    }
  }

  /// Counts `event` as what its person did with its entry; how the person wrote the entry
  /// replaces how it did before. Nobody is shown how a query was written that failed.
  private func enter(_ event: OverlayEvent, _ number: Int, surface: [UInt8]) {
    let id = event.entry
    var pair = sessions[event.person, id] ?? OverlaySessions.Pair()
    count(&pair, of: id, isFailure: event.isFailure)
    pair.day = OverlaySessions.day(of: event.time)
    pair.number = number
    vote(&pair, of: id, for: event.isFailure ? nil : surface)
    sessions[event.person, id] = pair
  }

  private func count(_ pair: inout OverlaySessions.Pair, of id: UInt32, isFailure: Bool) {
    if isFailure {
      if pair.failures == 0 { entries.addSession(of: id, isFailure: true) }
      pair.failures += 1
    } else {
      if pair.events == 0 { entries.addSession(of: id, isFailure: false) }
      pair.events += 1
    }
  }

  private func uncount(_ pair: inout OverlaySessions.Pair, of id: UInt32, isFailure: Bool) {
    if isFailure {
      pair.failures -= 1
      if pair.failures == 0 { entries.removeSession(of: id, isFailure: true) }
    } else {
      pair.events -= 1
      if pair.events == 0 { entries.removeSession(of: id, isFailure: false) }
    }
  }

  /// Replaces the vote of a session for a spelling of entry `id`; with nil there is none.
  private func vote(_ pair: inout OverlaySessions.Pair, of id: UInt32, for surface: [UInt8]?) {
    if entries.list[Int(id)].label != Candidate.noLabel { return }
    entries.removeVote(pair.spelling, of: id)
    pair.spelling =
      surface.map { entries.addVote(for: $0, of: id, profile: index.profile) } ?? Spellings.noVote
  }

  /// Says of the event `number`, whose session wrote its query as `surface`, whether it failed.
  func turn(_ number: Int, toFailure isFailure: Bool, surface: [UInt8]) {
    guard let event = ring[number], event.isFailure != isFailure,
      var pair = sessions[event.person, event.entry]
    else { return }
    let id = event.entry
    let before = standing(of: id)
    ring.setFailure(number, to: isFailure)
    uncount(&pair, of: id, isFailure: event.isFailure)
    count(&pair, of: id, isFailure: isFailure)
    entries.count(-1, of: id, isFailure: event.isFailure)
    entries.count(1, of: id, isFailure: isFailure)
    if isFailure {
      places.remove(id, by: event.person, at: event.place)
    } else {
      places.add(id, by: event.person, at: event.place)
    }
    if pair.number == number { vote(&pair, of: id, for: isFailure ? nil : surface) }
    sessions[event.person, id] = pair
    settle(id, from: before)
    // A session turns few events, so the heat is added up anew.
    if isVisible(id) { remeasure(id) }
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
    sessions.removeEvent(of: event.person)
    if event.previous != Self.noEntry { entries.unlink(from: event.previous, to: id) }
    let before = standing(of: id)
    leave(event)
    if !event.isFailure { places.remove(id, by: event.person, at: event.place) }
    entries.count(-1, of: id, isFailure: event.isFailure)
    settle(id, from: before)
    var loss = Loss()
    loss.isNewest =
      before.isVisible && (event.time == clock.newest && !event.isFailure || !isVisible(id))
    if !entries.list[Int(id)].hasEvents {
      erase(id)
      return loss
    }
    if before.isVisible, isVisible(id), !event.isFailure {
      let gone = clock.heat(at: event.time)
      let rest = max(0, entries.list[Int(id)].heat - gone)
      entries.setHeat(of: id, to: rest)
      // Taking a use from a sum that it dominates leaves little but rounding errors.
      if rest < gone * 1e-6 { loss.cooled = id }
    }
    order.remeasure(position(of: id).chunk, measure)
    return loss
  }

  /// Takes `event` out of what its person did with its entry.
  private func leave(_ event: OverlayEvent) {
    let id = event.entry
    guard var pair = sessions[event.person, id] else { return }
    let day = OverlaySessions.day(of: event.time)
    uncount(&pair, of: id, isFailure: event.isFailure)
    let isLast = pair.events == 0 && pair.failures == 0
    if isLast || pair.day == day {
      pair.day = OverlaySessions.noDay
      pair.number = 0
      entries.removeVote(pair.spelling, of: id)
      pair.spelling = Spellings.noVote
    }
    sessions[event.person, id] = isLast ? nil : pair
    // What is left of a shared pair may be another session's.
    let isForgotten = isLast || event.person != event.session
    sessions.forgetLast(of: event.session, ifEntry: id, on: isForgotten ? nil : day)
  }

  /// Adds up the heat of the visible entry `id` anew.
  ///
  /// - Complexity: O(its events).
  private func reheat(_ id: UInt32) {
    var sum = 0.0
    ring.forEachEvent(of: id, newest: entries.list[Int(id)].lastEvent) { event in
      if event.isFailure { return }
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
      if let event = ring[number], !event.isFailure, isVisible(event.entry) {
        newest = max(newest, event.time)
      }
    }
    clock.setNewest(newest)
  }
}
