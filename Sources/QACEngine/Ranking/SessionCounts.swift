// What the session itself did with a candidate: how often, how long ago, and after which query.
//
// Cost: O(events of the session) for each completion, O(1) for each candidate.

#if canImport(Glibc)
  import Glibc
#endif

/// Counts of the session's entries; holds the working memory of one thread.
struct SessionCounts {
  /// How often each entry followed the previous query in this session.
  private var followed: [Int32] = []
  /// How often the session submitted each entry at the place of the completion; empty if it
  /// submitted nothing there.
  private var atPlace: [Int32] = []

  /// Counts, for every entry, how often it followed the previous query.
  mutating func count(_ completion: borrowing Completion) {
    let events = completion.context.events
    countAtPlace(completion)
    followed.removeAll(keepingCapacity: true)
    followed.append(contentsOf: repeatElement(0, count: completion.context.entries.count))
    guard completion.previousEntry >= 0 else { return }
    for event in events where Int(event.before) == completion.previousEntry {
      followed[Int(event.entry)] += 1
    }
  }

  /// Counts what the session did at the place.
  private mutating func countAtPlace(_ completion: borrowing Completion) {
    atPlace.removeAll(keepingCapacity: true)
    let place = completion.situation.placeKey
    if place == 0 { return }
    for event in completion.context.events where event.place == place {
      if atPlace.isEmpty {
        atPlace.append(contentsOf: repeatElement(0, count: completion.context.entries.count))
      }
      atPlace[Int(event.entry)] += 1
    }
  }

  /// Sets the features of a candidate that is entry `id` of the session; `shortness` is
  /// 1 / (1 + scalars of the prefix).
  func set(
    _ row: FeatureRow, of id: Int, shortness: Double, for completion: borrowing Completion
  ) {
    let entry = completion.context.entries[id]
    let recency = 1 / (1 + Double(completion.context.sequence - 1 - entry.lastSequence))
    let uses = log(1 + Double(entry.count))
    let seconds = max(0, Double(completion.time) - Double(entry.lastTime))
    row[.sessionUses] = uses
    row[.sessionAge] = log(1 + seconds / 60) / 10
    row[.recencyShortPrefix] = recency * shortness
    row[.usesShortPrefix] = uses * shortness
    row[.sessionFollower] = log(1 + Double(followed[id]))
    if id == completion.previousEntry { row[.repeats] = 1 }
    if atPlace.isEmpty || atPlace[id] == 0 { return }
    row[.placeUses] = log(1 + Double(atPlace[id]))
  }
}
