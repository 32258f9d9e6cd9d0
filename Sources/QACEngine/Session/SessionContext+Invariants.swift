// What a session's context promises between two calls. Tests call it after each operation; release
// builds have nothing to check.
//
// Cost: O(bytes + entries x entries), in debug builds alone.

import QACText

extension SessionContext {
  /// Stops where an entry differs from its events, or the bytes hold anything but the texts of
  /// entries.
  func checkInvariants() {
    #if DEBUG
      precondition(events.count <= capacity, "more events than the capacity")
      precondition(sequence >= events.count, "fewer queries recorded than kept")
      let failed = entries.count { $0.hasFailed }
      precondition(failedCount == failed, "another number of failures")
      for (i, event) in events.enumerated() {
        let before = events[..<i].last { $0.isIn(event.thread) }
        precondition(event.before == before?.entry ?? -1, "an event follows another than it did")
      }
      checkEvents()
      checkTexts()
      checkRows()
    #endif
  }

  #if DEBUG
    /// The rows say what entries and events say.
    private func checkRows() {
      precondition(rows.count == entries.count, "not one row per entry")
      var promises = [Double](repeating: 0, count: entries.count)
      for (i, event) in events.enumerated() {
        promises[Int(event.entry)] += 1 / Double(events.count - i)
      }
      precondition(rows.map(\.promise) == promises, "a promise of other events")
      let newestFirst = entries.indices.sorted {
        entries[$0].lastSequence > entries[$1].lastSequence
      }
      precondition(rows.map { Int($0.recent) } == newestFirst, "another order of time")
      let bestFirst = entries.indices.sorted {
        promises[$0] != promises[$1] ? promises[$0] > promises[$1] : $0 < $1
      }
      precondition(rows.map { Int($0.promising) } == bestFirst, "another order of promises")
    }

    /// Counts, times and sequence numbers of the entries are those of their events.
    private func checkEvents() {
      var counts = [Int32](repeating: 0, count: entries.count)
      var newest = [Int](repeating: -1, count: entries.count)
      for (place, event) in events.enumerated() {
        precondition(entries.indices.contains(Int(event.entry)), "an event of no entry")
        counts[Int(event.entry)] += 1
        newest[Int(event.entry)] = place
      }
      for (id, entry) in entries.enumerated() {
        precondition(counts[id] > 0, "an entry without an event")
        precondition(entry.count == counts[id], "an entry's count differs from its events")
        precondition(entry.lastTime == events[newest[id]].time, "an entry's time is another's")
        precondition((0..<sequence).contains(entry.lastSequence), "a sequence number to come")
      }
      let byEvent = entries.indices.sorted { newest[$0] < newest[$1] }
      for (earlier, later) in zip(byEvent, byEvent.dropFirst()) {
        precondition(
          entries[earlier].lastSequence < entries[later].lastSequence,
          "sequence numbers are not in the order of the events")
      }
    }

    /// The texts fill the bytes without gap or overlap; no two entries have the same.
    private func checkTexts() {
      var end = 0
      var seen: Set<[UInt8]> = []
      for (id, entry) in entries.enumerated() {
        precondition(Int(entry.textStart) == end, "bytes before a text are nobody's")
        precondition(entry.textCount > 0, "an empty query")
        precondition(
          entry.surfaceStart == entry.textStart + entry.textCount, "a surface is not by its text")
        end = Int(entry.surfaceStart + entry.surfaceCount)
        withText(of: id) { text in
          precondition(seen.insert(Array(text)).inserted, "a query has two entries")
          precondition(entry.hash == StableHash.of(text, seed: 0), "a hash of another text")
          precondition(rows[id].outline == TextOutline(text), "an outline of another text")
        }
      }
      precondition(end == bytes.count, "text that was forgotten is still there")
    }
  #endif
}
