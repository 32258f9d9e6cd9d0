// The items that the arms propose, each once, with what the arms say of it.
//
// Invariant: an item has at most one candidate; `place(of:)` finds it.
// Cost: O(1) per proposal; emptying costs one step per candidate. Memory is reused.

/// A proposed item.
struct CandidateItem {
  /// The item's number; those of added items follow the index's.
  var item: UInt32
  /// The probability that the tree gives.
  var tree: Float = 0
  /// Places in the lists of the arms, from 1; 0 if the item is not in the list.
  var treePlace: UInt16 = 0
  var wordsPlace: UInt16 = 0
  var stemsPlace: UInt16 = 0
  var votesPlace: UInt16 = 0
  /// The best place in any list of text.
  var textPlace: UInt16 = 0
}

/// The candidates of one query.
struct CandidateItems {
  private(set) var candidates: [CandidateItem] = []
  private var table = [UInt16](repeating: 0, count: 4096)

  /// The number of candidates.
  var count: Int { candidates.count }

  /// Candidate `i`.
  subscript(i: Int) -> CandidateItem { candidates[i] }

  /// Changes the candidate of `item`, which is made if it is not there.
  @inline(__always)
  mutating func update(_ item: UInt32, _ change: (inout CandidateItem) -> Void) {
    let slot = slot(of: item)
    if table[slot] == 0 {
      // Half of the table stays free; arms propose far fewer.
      if candidates.count >= table.count / 2 { return }
      candidates.append(CandidateItem(item: item))
      table[slot] = UInt16(candidates.count)
    }
    change(&candidates[Int(table[slot]) - 1])
  }

  /// The number of the candidate of `item`, which is there.
  func place(of item: UInt32) -> Int { Int(table[slot(of: item)]) - 1 }

  /// Changes the candidate of `item` if it is there.
  @inline(__always)
  mutating func updateIfPresent(_ item: UInt32, _ change: (inout CandidateItem) -> Void) {
    let slot = slot(of: item)
    if table[slot] != 0 { change(&candidates[Int(table[slot]) - 1]) }
  }

  /// The slot that has `item`, or where it belongs.
  @inline(__always)
  private func slot(of item: UInt32) -> Int {
    let mask = table.count - 1
    var slot = Int(truncatingIfNeeded: (item &* 0x9E37_79B1) &>> 12) & mask
    while table[slot] != 0, candidates[Int(table[slot]) - 1].item != item {
      slot = (slot + 1) & mask
    }
    return slot
  }

  /// Forgets all candidates.
  mutating func reset() {
    // In reverse, so that an item is found as long as those that were placed before it are there.
    for candidate in candidates.reversed() { table[slot(of: candidate.item)] = 0 }
    candidates.removeAll(keepingCapacity: true)
  }
}
