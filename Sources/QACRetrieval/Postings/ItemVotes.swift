// The items that past queries vote for, each with its votes and with its nearest past query.
//
// Few of all items have votes, so they are in a hash table that grows to what searches need.
//
// Invariant: every item of `entries` has one place in `places`, which holds one more than its
// position; all other places are 0.
// Cost: O(1) per vote; emptying costs one step per item that had votes.

/// Votes per item.
struct ItemVotes {
  /// One item's votes.
  struct Entry {
    var item: UInt32
    /// The sum of its votes.
    var votes: Float = 0
    /// The sum of its votes with the power of the similarity doubled: the nearest count for more.
    var sharpVotes: Float = 0
    /// The greatest similarity of a past query that led to it.
    var similarity: Float = 0
  }

  private(set) var entries: [Entry] = []
  /// The sums over all items.
  private(set) var total = Entry(item: 0)
  private var places = [UInt32](repeating: 0, count: 512)

  /// Forgets all votes.
  mutating func reset() {
    // In reverse, so that an item is found as long as those that were placed before it are there.
    for entry in entries.reversed() { places[place(of: entry.item)] = 0 }
    entries.removeAll(keepingCapacity: true)
    total = Entry(item: 0)
  }

  /// Adds votes for an item from one past query.
  mutating func add(_ vote: Entry) {
    total.votes += vote.votes
    total.sharpVotes += vote.sharpVotes
    total.similarity = max(total.similarity, vote.similarity)
    let place = place(of: vote.item)
    if places[place] == 0 {
      entries.append(vote)
      places[place] = UInt32(entries.count)
      if entries.count * 2 > places.count { grow() }
      return
    }
    let position = Int(places[place]) - 1
    entries[position].votes += vote.votes
    entries[position].sharpVotes += vote.sharpVotes
    entries[position].similarity = max(entries[position].similarity, vote.similarity)
  }

  /// The votes for `item`, perhaps none.
  func entry(of item: UInt32) -> Entry {
    let place = place(of: item)
    return places[place] == 0 ? Entry(item: item) : entries[Int(places[place]) - 1]
  }

  /// The place that has `item`, or where it belongs.
  @inline(__always)
  private func place(of item: UInt32) -> Int {
    let mask = places.count - 1
    var place = Int((item &* 0x9E37_79B1) >> 7) & mask
    while places[place] != 0 && entries[Int(places[place]) - 1].item != item {
      place = (place + 1) & mask
    }
    return place
  }

  private mutating func grow() {
    places = [UInt32](repeating: 0, count: places.count * 2)
    for (i, entry) in entries.enumerated() { places[place(of: entry.item)] = UInt32(i + 1) }
  }
}
