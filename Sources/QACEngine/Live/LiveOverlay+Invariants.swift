// What the overlay promises between two calls, counted anew from the ring. Tests call it after each
// operation; release builds have nothing to check.
//
// While a deletion has steps left, two promises may not hold yet: a heat may be a rest of rounding
// errors, and the clock may name an event that is gone. So this is not called then.
// Cost: O(events + entries + labels of the index) look-ups, in debug builds alone.

import QACText

extension LiveOverlay {
  /// Stops where a sum differs from what the events say, or a part from another.
  func checkInvariants() {
    #if DEBUG
      let tally = Tally(self)
      checkEntries(tally)
      checkFinding()
      checkSessions(tally)
      checkOrder()
      checkPlaces(tally)
    #endif
  }
}

#if DEBUG
  extension LiveOverlay {
    /// What the events of the ring add up to.
    private struct Tally {
      struct Follow: Hashable {
        var from: UInt32
        var to: UInt32
      }

      var events: [UInt32: [Int]] = [:]
      var failures: [UInt32: Int] = [:]
      var pairs: [OverlaySessions.PairKey: [Int32]] = [:]
      /// By pair, how many of its events failed.
      var failedPairs: [OverlaySessions.PairKey: Int] = [:]
      var sessions: [UInt64: UInt32] = [:]
      /// What each session has an event of.
      var ofSessions: Set<OverlaySessions.PairKey> = []
      /// The events with a place that did not fail.
      var places: [OverlayPlaces.Key: UInt32] = [:]
      var successors: [UInt32: UInt32] = [:]
      var follows: [Follow: UInt32] = [:]
      /// By entry, the sessions that have a vote for each spelling.
      var votes: [UInt32: [UInt64: UInt32]] = [:]

      init(_ overlay: LiveOverlay) {
        let ring = overlay.ring
        precondition(ring.numbers.count <= ring.capacity, "more events than the capacity")
        var count = 0
        for number in ring.numbers {
          guard let event = ring[number] else { continue }
          count += 1
          precondition(event.time > overlay.cutoff, "an event that the index has")
          precondition(event.earlier < number, "an event behind its successor")
          events[event.entry, default: []].append(number)
          ofSessions.insert(.init(session: event.session, entry: event.entry))
          let key = OverlaySessions.PairKey(session: event.person, entry: event.entry)
          pairs[key, default: []].append(OverlaySessions.day(of: event.time))
          if event.place != 0, !event.isFailure {
            let key = OverlayPlaces.Key(
              person: event.person, place: event.place, entry: event.entry)
            places[key, default: 0] += 1
          }
          if event.isFailure {
            failures[event.entry, default: 0] += 1
            failedPairs[key, default: 0] += 1
          }
          sessions[event.person, default: 0] += 1
          if event.previous != LiveOverlay.noEntry {
            successors[event.previous, default: 0] += 1
            follows[Follow(from: event.previous, to: event.entry), default: 0] += 1
          }
        }
        precondition(ring.count == count, "a wrong number of events")
        for (key, pair) in overlay.sessions.pairs.all {
          votes[key.entry, default: [:]][pair.spelling, default: 0] += 1
        }
      }
    }

    /// Uses, sessions, followers, heat and free ids.
    private func checkEntries(_ tally: Tally) {
      let free = Set(entries.free)
      precondition(free.count == entries.free.count, "an id is free twice")
      var sessionCounts: [UInt32: UInt32] = [:]
      var failedCounts: [UInt32: UInt32] = [:]
      for (key, days) in tally.pairs {
        let failures = tally.failedPairs[key] ?? 0
        if failures > 0 { failedCounts[key.entry, default: 0] += 1 }
        if failures < days.count { sessionCounts[key.entry, default: 0] += 1 }
      }
      var visible = 0
      var failing = 0
      var newest = Int64.min
      for (i, entry) in entries.list.enumerated() {
        let id = UInt32(i)
        let numbers = tally.events[id] ?? []
        let failures = tally.failures[id] ?? 0
        precondition(entry.uses == numbers.count - failures, "uses differ from the events")
        precondition(entry.failures == failures, "failures differ from the events")
        precondition(entry.sessions == sessionCounts[id] ?? 0, "sessions differ from the events")
        precondition(
          entry.failedSessions == failedCounts[id] ?? 0, "failed sessions differ from the events")
        if isFailing(id) { failing += 1 }
        precondition(entry.successors == tally.successors[id] ?? 0, "a wrong sum of successors")
        precondition(
          free.contains(id) == (!entry.hasEvents && entry.successors == 0),
          "an id in use is free, or an unused one is not")
        checkFollowers(of: id, tally)
        checkSpellings(of: id, tally)
        if !entry.hasEvents {
          precondition(
            entry.label == Candidate.noLabel && entry.text.isEmpty && entry.followers.isEmpty
              && entry.spellings.isEmpty && entry.lastEvent == 0,
            "something of an entry is left behind its last event")
        }
        var chain: [Int64] = []
        ring.forEachEvent(of: id, newest: entry.lastEvent) { chain.append($0.time) }
        let times = numbers.compactMap { ring[$0]?.time }
        precondition(chain.reversed() == times, "the chain of an entry misses an event")
        if isVisible(id) {
          visible += 1
          let uses = numbers.compactMap { ring[$0] }.filter { !$0.isFailure }.map(\.time)
          newest = max(newest, uses.max() ?? newest)
          let heat = uses.reduce(0.0) { $0 + clock.heat(at: $1) }
          precondition(abs(entry.heat - heat) <= 1e-6 * heat, "heat differs from the events")
        } else {
          precondition(entry.heat == 0, "an invisible entry is hot")
        }
      }
      precondition(visibleCount == visible, "a wrong number of visible entries")
      precondition(failingCount == failing, "a wrong number of failing entries")
      // It may be ahead: see `HeatClock.newest`.
      precondition(visible == 0 || clock.newest >= newest, "the clock is behind")
    }

    /// Followers that were given up for others are not counted; none is counted too often.
    private func checkFollowers(of id: UInt32, _ tally: Tally) {
      let followers = entries.list[Int(id)].followers
      precondition(followers.count <= OverlayEntries.followerCapacity, "too many followers")
      precondition(Set(followers.map(\.entry)).count == followers.count, "a follower twice")
      for link in followers {
        let count = tally.follows[Tally.Follow(from: id, to: link.entry)] ?? 0
        precondition(link.count > 0 && link.count <= count, "a follower counts too often")
      }
    }

    /// Votes for a spelling that was given up are not counted; none is counted too often.
    private func checkSpellings(of id: UInt32, _ tally: Tally) {
      let list = entries.list[Int(id)].spellings.list
      if list.isEmpty { return }
      precondition(entries.list[Int(id)].label == Candidate.noLabel, "spellings of a label")
      precondition(list.count <= Spellings.most, "too many spellings")
      precondition(Set(list.map(\.hash)).count == list.count, "a spelling twice")
      let votes = tally.votes[id] ?? [:]
      for spelling in list {
        precondition(
          spelling.votes > 0 && spelling.votes <= votes[spelling.hash] ?? 0,
          "a spelling has more votes than sessions")
      }
    }

    /// Each entry with uses is found by its label or its text, and no other is.
    private func checkFinding() {
      var found = 0
      for (label, id) in entries.ofLabel.enumerated() where id != Self.noEntry {
        found += 1
        precondition(entries.list[Int(id)].label == UInt32(label), "a label's entry is another")
      }
      for (hash, ids) in entries.ofText.all {
        precondition(!ids.isEmpty, "a hash of no text")
        for id in ids {
          let entry = entries.list[Int(id)]
          found += 1
          precondition(
            entry.label == Candidate.noLabel && !entry.text.isEmpty
              && StableHash.of(entry.text, seed: 0) == hash,
            "a text stands under another's hash")
          precondition(find(entry.text) == id, "a text is found as another entry")
        }
      }
      precondition(
        found == entries.list.count(where: \.hasEvents), "an entry is not found, or in vain")
    }

    /// Pairs, counts of events and last entries.
    private func checkSessions(_ tally: Tally) {
      precondition(sessions.pairs.count == tally.pairs.count, "a pair without an event")
      for (key, days) in tally.pairs {
        guard let pair = sessions[key.session, key.entry] else {
          preconditionFailure("an event without its pair")
        }
        let failures = tally.failedPairs[key] ?? 0
        precondition(
          Int(pair.events) == days.count - failures && Int(pair.failures) == failures,
          "a pair's events differ from the ring")
        precondition(
          pair.number == 0
            || ring[pair.number].map { OverlaySessions.day(of: $0.time) } == pair.day,
          "a pair names another event")
        let isKnown = days.contains(pair.day)
        precondition(isKnown || pair.day == OverlaySessions.noDay, "a day without an event")
        precondition(isKnown || pair.spelling == Spellings.noVote, "a vote without an event")
      }
      precondition(sessions.eventCounts.count == tally.sessions.count, "a session without events")
      for (session, count) in tally.sessions {
        precondition(sessions.eventCount(of: session) == count, "a session's events differ")
        precondition(Int(count) <= share, "a session has more than its share")
      }
      for (session, last) in sessions.last.all {
        precondition(
          tally.ofSessions.contains(.init(session: session, entry: last.entry)),
          "a last entry without an event")
      }
    }

    /// Uses and sessions of entries by place; those of entries that were given up are not counted,
    /// and none is counted too often.
    private func checkPlaces(_ tally: Tally) {
      precondition(places.own.count == tally.places.count, "a place of no event")
      var uses: [OverlayPlaces.Key: (uses: UInt32, people: UInt32)] = [:]
      for (key, count) in tally.places {
        precondition(places.own[key] == count, "events of a place differ from the ring")
        let whole = OverlayPlaces.Key(person: 0, place: key.place, entry: key.entry)
        let known = uses[whole] ?? (0, 0)
        uses[whole] = (known.uses + count, known.people + 1)
      }
      precondition(
        places.free.count + places.numbers.count == places.lists.count, "a list of no place")
      for (place, number) in places.numbers.all {
        let list = places.lists[number]
        precondition(!list.isEmpty && list.count <= OverlayPlaces.capacity, "a list is too long")
        for (i, use) in list.enumerated() {
          precondition(i == 0 || list[i - 1].entry < use.entry, "entries of a place out of order")
          let own = uses[OverlayPlaces.Key(person: 0, place: place, entry: use.entry)] ?? (0, 0)
          precondition(
            use.uses > 0 && use.uses <= own.uses && use.people <= own.people,
            "an entry counts too often at a place")
        }
      }
    }

    /// The order holds each entry with uses once, by text, with what others see of it.
    private func checkOrder() {
      order.checkInvariants()
      var previous: [UInt8]?
      var count = 0
      for item in order.chunks.flatMap(\.items) {
        count += 1
        let text = withText(of: item.entry) { Array($0) }
        if let previous {
          precondition(previous.lexicographicallyPrecedes(text), "texts are out of order")
        }
        previous = text
        precondition(entries.list[Int(item.entry)].hasEvents, "an entry without events is in order")
        precondition(item == measure(item.entry), "the order shows what is not so")
      }
      precondition(
        count == entries.list.count(where: \.hasEvents), "an entry is not in the order")
    }
  }

  extension SteadyTable {
    /// All keys and values.
    fileprivate var all: [(key: Key, value: Value)] {
      shards.flatMap { shard in shard.map { ($0.key, $0.value) } }
    }
  }
#endif
