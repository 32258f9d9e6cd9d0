// Deletions from an overlay, in steps: an event loop answers others between two of them.
//
// A deletion covers the events that there are when it begins; what is recorded meanwhile comes after them
// in the ring and stays. It ends with what its steps left to be done: heats that a large use dominated are
// added up anew, and the newest event is looked for, if it may be gone.
//
// Invariant: when the last step is done, the overlay holds nothing of what was to be deleted.
// Cost: a look at each event that there was, plus what dropping costs; each step counts what it does.

import QACIndex

extension LiveOverlay {
  /// A deletion that has begun.
  public struct Deletion {
    fileprivate let session: UInt64?
    fileprivate let times: ClosedRange<Int64>
    /// The entries to be deleted from, or nil for all.
    fileprivate let entries: Set<UInt32>?
    fileprivate var number: Int
    fileprivate let end: Int
    fileprivate var cooled: Set<UInt32> = []
    fileprivate var mustFindNewest = false
  }

  /// How many looks at an event dropping one counts for, or adding up a heat beside its events.
  private static let dropCost = 32

  /// Begins to remove what was submitted within `times`: by `session`, or by anybody where it is nil; of
  /// `queries`, which are normalised, or everything where it is nil.
  ///
  /// - Returns: What `advance` goes on with; nil where there is nothing to remove.
  /// - Complexity: O(`queries.count`) look-ups.
  public func beginForgetting(
    _ queries: Set<[UInt8]>?, session: UInt64?,
    times: ClosedRange<Int64> = Int64.min...Int64.max
  ) -> Deletion? {
    let entries = queries.map { Set($0.compactMap(find)) }
    if entries?.isEmpty == true || next == first { return nil }
    return Deletion(session: session, times: times, entries: entries, number: first, end: next)
  }

  /// Goes on with `deletion` for about as long as `steps` looks at an event take.
  ///
  /// - Returns: Whether it is done.
  public func advance(_ deletion: inout Deletion, steps: Int) -> Bool {
    var left = steps
    deletion.number = max(deletion.number, first)
    while deletion.number < deletion.end {
      if left <= 0 { return false }
      left -= 1
      defer { deletion.number += 1 }
      guard let event = event(deletion.number), deletion.times.contains(event.time) else {
        continue
      }
      if let session = deletion.session, event.session != session { continue }
      if let entries = deletion.entries, !entries.contains(event.entry) { continue }
      let loss = drop(deletion.number)
      if let cooled = loss.cooled { deletion.cooled.insert(cooled) }
      if loss.isNewest { deletion.mustFindNewest = true }
      left -= Self.dropCost
    }
    while let id = deletion.cooled.popFirst() {
      left -= useCount(of: id) + Self.dropCost
      remeasure(id)
      if left <= 0 { return false }
    }
    if deletion.mustFindNewest {
      findNewest()
      deletion.mustFindNewest = false
    }
    return true
  }

  /// Removes at once what was submitted within `times` by `session`, or by anybody where it is nil: the
  /// query `normalized`, or everything where it is nil.
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

  private func useCount(of id: UInt32) -> Int { Int(entries[Int(id)].uses) }
}
