// The terms of a query by number, while it is compared with items.
//
// The terms of an item are looked up four at once, most of them in vain. Those that the query has
// are noted first and compared afterwards, trigrams apart from others: so both loops have hardly a
// branch that is hard to predict.
//
// Cost: about three instructions per term of the item.

import QACText

/// The terms of a query by number, while it is compared with items; valid as long as the query's
/// memory.
struct QueryTable {
  private let slots: UnsafePointer<UInt16>
  let terms: UnsafePointer<RetrievalQuery.Term>
  /// The number of terms.
  let count: Int
  private let frequencies: UnsafePointer<Float>
  /// Places for the terms that an item has: for trigrams, and for others.
  let trigramHits: UnsafeMutablePointer<Hit>
  let otherHits: UnsafeMutablePointer<Hit>

  /// A term of the query that an item has.
  struct Hit {
    private var place: UnsafePointer<RetrievalQuery.Term>?
    /// The entry of the item's bag.
    let entry: Int

    /// No term.
    init() { (place, entry) = (nil, 0) }

    init(term: UnsafePointer<RetrievalQuery.Term>, entry: Int) {
      (place, self.entry) = (term, entry)
    }

    /// The term.
    var term: UnsafePointer<RetrievalQuery.Term> {
      guard let place else { preconditionFailure("a hit has a term") }
      return place
    }
  }

  /// Makes a table; a query without terms has none.
  init(
    slots: UnsafeBufferPointer<UInt16>, terms buffered: UnsafeBufferPointer<RetrievalQuery.Term>,
    frequencies: UnsafeBufferPointer<Float>, hits buffer: UnsafeMutableBufferPointer<Hit>
  ) {
    guard let slots = slots.baseAddress, let terms = buffered.baseAddress,
      let frequencies = frequencies.baseAddress, let hits = buffer.baseAddress
    else { preconditionFailure("a query that is compared has terms") }
    (self.slots, self.terms, self.frequencies) = (slots, terms, frequencies)
    count = buffered.count
    trigramHits = hits
    otherHits = hits + buffer.count / 2
  }

  /// How much a term counts that occurs `count` times; 0 for none.
  @inline(__always)
  func frequency(_ count: UInt32) -> Float {
    count < RetrievalQuery.frequencyCount
      ? frequencies[Int(count)] : ItemTermBag.frequency(count)
  }

  /// Which of the first four terms of `ids`, or of all if there are fewer, the query may have: bit
  /// i for term i. It has none of the others.
  @inline(__always)
  func mayHave(_ ids: UnsafePointer<UInt32>, count: Int) -> Int {
    func slot(_ i: Int) -> UInt16 { slots[RetrievalQuery.slot(of: ids[i])] }
    func bit(_ slot: UInt16, _ i: Int) -> Int { slot == 0 ? 0 : 1 &<< i }
    if count < 4 { return (0..<count).reduce(0) { $0 | bit(slot($1), $1) } }
    let (a, b, c, d) = (slot(0), slot(1), slot(2), slot(3))
    if a | b | c | d == 0 { return 0 }
    return bit(a, 0) | bit(b, 1) | bit(c, 2) | bit(d, 3)
  }

  /// The term `id`, or nil if the query does not have it.
  @inline(__always)
  func term(_ id: UInt32) -> UnsafePointer<RetrievalQuery.Term>? {
    var next = slots[RetrievalQuery.slot(of: id)]
    while next != 0 {
      let term = terms + (Int(next) &- 1)
      if term.pointee.id == id { return term }
      next = term.pointee.next
    }
    return nil
  }
}
