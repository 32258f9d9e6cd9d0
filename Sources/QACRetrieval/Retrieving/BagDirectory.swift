// Where the terms of an item with many terms lie in its bag: made once, when an engine opens a
// file.
//
// Ids are in the order of hashes, so they are spread evenly. A bag of n terms is divided by the
// highest bits of ids into at least n parts, and the directory says where each part begins. So a
// term of a query is found or missed in one step, where a bag of hundreds would be gone through.
//
// Invariant: part b of an item's bag is the entries from `starts[place + b]` to
// `starts[place + b + 1]`, counted from the bag's first.
// Cost: 2 to 8 bytes per term of an item that has at least `fewestTerms`, none for others.
// Source: Sanders and Transier, ALENEX 2007 ("Intersection in integer inverted indices"), §3:
// look-up lists, for ids that hashes have spread.

import QACBinary
import QACIndex
import QACText

/// The directories of the bags with many terms.
struct BagDirectory: Sendable {
  /// The terms from which on a bag has a directory.
  static let fewestTerms = 256
  /// What stands for no directory.
  static let none = UInt32.max

  /// The place of each item's directory in `starts`.
  let places: [UInt32]
  let starts: [UInt16]
  /// The bits of the greatest id.
  let idBits: Int

  /// Makes the directories of `items`.
  init(_ items: ItemsView) {
    let idBits = UInt32.bitWidth - UInt32(max(1, items.terms.count)).leadingZeroBitCount
    var starts: [UInt16] = []
    var places = [UInt32](repeating: Self.none, count: items.count)
    for item in 0..<items.count {
      let bag = items.bag(UInt32(item))
      guard bag.count >= Self.fewestTerms, bag.count < UInt16.max,
        let place = UInt32(exactly: starts.count), place != Self.none
      else { continue }
      places[item] = place
      let shift = Self.shift(bag.count, idBits)
      var part: UInt32 = 0
      for (i, entry) in bag.enumerated() {
        while part <= items.bagTerms[entry] >> shift {
          starts.append(UInt16(i))
          part += 1
        }
      }
      while part <= UInt32(1) << (UInt32(idBits) - shift) {
        starts.append(UInt16(bag.count))
        part += 1
      }
    }
    (self.places, self.starts, self.idBits) = (places, starts, idBits)
  }

  /// The bits of an id that do not count for the part of a bag of `count` terms.
  @inline(__always)
  static func shift(_ count: Int, _ idBits: Int) -> UInt32 {
    let bits = Int.bitWidth &- (count &- 1).leadingZeroBitCount
    return UInt32(truncatingIfNeeded: max(0, idBits &- bits))
  }

  /// Calls `body` with a view.
  @inline(__always)
  func withView<R>(_ body: (View) -> R) -> R {
    places.withUnsafeBufferPointer { places in
      starts.withUnsafeBufferPointer {
        body(View(places: places, starts: $0, idBits: idBits))
      }
    }
  }

  /// Borrowed directories; valid as long as the memory behind them.
  struct View {
    fileprivate let places: UnsafeBufferPointer<UInt32>
    fileprivate let starts: UnsafeBufferPointer<UInt16>
    fileprivate let idBits: Int

    /// The directory of `item`, whose bag is `bag`; nil if it has none.
    @inline(__always)
    func directory(of item: UInt32, _ bag: Range<Int>) -> Directory? {
      let place = places[Int(item)]
      guard place != BagDirectory.none, let starts = starts.baseAddress else { return nil }
      return Directory(
        starts: starts + Int(place), shift: BagDirectory.shift(bag.count, idBits),
        idBits: UInt32(truncatingIfNeeded: idBits), bag: bag)
    }
  }

  /// The directory of one bag.
  struct Directory {
    fileprivate let starts: UnsafePointer<UInt16>
    fileprivate let shift: UInt32
    fileprivate let idBits: UInt32
    fileprivate let bag: Range<Int>

    /// The entry of term `id` among `terms`, those of all bags; -1 if the bag does not have it.
    @inline(__always)
    func entry(of id: UInt32, in terms: UnsafeBufferPointer<UInt32>) -> Int {
      // Terms that only added items have are beyond those of the index.
      if id >> idBits != 0 { return -1 }
      let part = Int(truncatingIfNeeded: id &>> shift)
      let end = bag.lowerBound &+ Int(starts[part &+ 1])
      var first = bag.lowerBound &+ Int(starts[part])
      if end &- first > 4 {
        while first < end && terms[first] < id { first &+= 1 }
        return first < end && terms[first] == id ? first : -1
      }
      // Four at once, without a branch; no bag with a directory has fewer.
      first = min(first, terms.count &- 4)
      func bit(_ i: Int) -> Int { terms[first &+ i] == id ? 1 &<< i : 0 }
      let found = bit(0) | bit(1) | bit(2) | bit(3)
      let entry = first &+ found.trailingZeroBitCount
      return found != 0 && entry < end ? entry : -1
    }
  }
}
