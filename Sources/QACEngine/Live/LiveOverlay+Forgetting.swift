// Deletions from an overlay, in steps: an event loop answers others between two of them.
//
// A deletion covers the events that there are when it begins. What is recorded meanwhile comes
// after them in the ring and stays. It does not count as a repetition of an event that is about to
// go, nor does it follow one: it is as if the deletion were done. At its end, a deletion does what its steps left to be done: it
// adds up anew the heats that a large use dominated, and looks for the newest event if that may be
// gone.
//
// Invariant: when the last step is done, the overlay holds nothing that was to be deleted.
// Cost: a look at each event that there was, plus what dropping costs; each step counts what it
// does.

import QACIndex

extension LiveOverlay {
  /// A deletion that has begun.
  public struct Deletion {
    fileprivate let id: Int
    fileprivate let session: UInt64?
    fileprivate let times: ClosedRange<Int64>
    /// The entries whose events are deleted, or nil for all.
    fileprivate let entries: Set<UInt32>?
    /// The event that comes next, and the first one that the deletion does not cover.
    fileprivate var number: Int
    fileprivate let end: Int
    fileprivate var cooled: Set<UInt32> = []
    fileprivate var mustFindNewest = false

    fileprivate mutating func take(_ loss: Loss) {
      if let entry = loss.cooled { cooled.insert(entry) }
      if loss.isNewest { mustFindNewest = true }
    }

    fileprivate func covers(_ event: OverlayEvent, _ number: Int) -> Bool {
      number < end && times.contains(event.time) && session.map { $0 == event.session } != false
        && entries?.contains(event.entry) != false
    }
  }

  /// How many looks at an event it counts for to drop one, or to add up a heat, beside the events
  /// of that.
  private static let dropCost = 32

  /// Begins to remove what was submitted within `times`: by `session`, or by anybody if it is nil;
  /// of `queries`, which are normalised, or everything if they are nil.
  ///
  /// - Returns: What `advance` goes on with; nil if there is nothing to remove.
  /// - Complexity: O(`queries.count`) look-ups.
  public func beginForgetting(
    _ queries: Set<[UInt8]>?, session: UInt64?,
    times: ClosedRange<Int64> = Int64.min...Int64.max
  ) -> Deletion? {
    let entries = queries.map { Set($0.compactMap(find)) }
    if entries?.isEmpty == true || ring.numbers.isEmpty { return nil }
    deletionCount += 1
    let deletion = Deletion(
      id: deletionCount, session: session, times: times, entries: entries,
      number: ring.first, end: ring.next)
    pending.append(deletion)
    return deletion
  }

  /// Whether the newest event of `person` with the entry `id` is about to be deleted.
  func isDoomed(_ id: UInt32, of person: UInt64) -> Bool {
    if pending.isEmpty { return false }
    guard let number = sessions[person, id]?.number, let event = ring[number],
      event.person == person, event.entry == id
    else { return false }
    return pending.contains { $0.covers(event, number) }
  }

  /// Deletes at once the newest event of `person` with the entry `id`, which is doomed.
  func dropDoomed(_ id: UInt32, of person: UInt64) {
    guard let number = sessions[person, id]?.number else { return }
    // The deletion that comes to its end last does what is left to be done.
    let loss = drop(number)
    pending[pending.count - 1].take(loss)
  }

  /// Goes on with `deletion` for about as long as `steps` looks at an event take.
  ///
  /// - Returns: Whether it is done.
  public func advance(_ deletion: inout Deletion, steps: Int) -> Bool {
    var left = steps
    deletion.number = max(deletion.number, ring.first)
    while deletion.number < deletion.end {
      if left <= 0 { return false }
      left -= 1
      defer { deletion.number += 1 }
      guard let event = ring[deletion.number] else { continue }
      if !deletion.covers(event, deletion.number) { continue }
      deletion.take(drop(deletion.number))
      left -= Self.dropCost
    }
    if let i = pending.firstIndex(where: { $0.id == deletion.id }) {
      let kept = pending.remove(at: i)
      deletion.cooled.formUnion(kept.cooled)
      deletion.mustFindNewest = deletion.mustFindNewest || kept.mustFindNewest
    }
    while let id = deletion.cooled.popFirst() {
      left -= Int(entries.list[Int(id)].uses) + Self.dropCost
      remeasure(id)
      if left <= 0 { return false }
    }
    if deletion.mustFindNewest {
      findNewest()
      deletion.mustFindNewest = false
    }
    return true
  }

  /// Removes at once what was submitted within `times` by `session`, or by anybody if it is nil:
  /// the query `normalized`, or everything if it is nil.
  ///
  /// - Complexity: O(events kept).
  public func forget(
    normalized: [UInt8]?, session: UInt64?,
    times: ClosedRange<Int64> = Int64.min...Int64.max
  ) {
    guard
      var deletion = beginForgetting(normalized.map { [$0] }, session: session, times: times)
    else { return }
    _ = advance(&deletion, steps: .max)
  }
}
