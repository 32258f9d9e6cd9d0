// The most probable division of one window into words.
//
//     places       0 手 1 机 2 壳 3       between the letters of a window
//     cost         of the best division from there to the end of the window
//     next         the place where its first word ends; 0 at the end of the window
//
// The path is found from the end of the window, so the best division from a place on depends on
// what follows it alone. If the last word is unfinished, what stands from some place to the end
// costs as much as a word that begins so.
// Cost: a look-up for each pair of places between which a beginning of a word stands. The places
// take 520 bytes of the stack.

extension WordBreaker {
  /// A place between two letters.
  struct Place {
    /// Bytes from the beginning of the window.
    var offset: UInt16
    /// The place where the first word from here on ends.
    var next: UInt8 = 0
    /// Whether a word may begin here.
    var mayBegin: Bool
    /// The cost of the words from here on, in sixteenths of a natural logarithm.
    var cost: Int32 = 0
  }

  /// The cost of a word that is not in the table: more than that of any word which is.
  private static let unknown: Int32 = 320

  /// Calls `body` with the places of `window`, which has 1 to `mostScalars` letters.
  func withPath<R>(
    _ text: UnsafeBufferPointer<UInt8>, _ window: Range<Int>, isUnfinished: Bool,
    _ body: (UnsafeMutableBufferPointer<Place>) -> R
  ) -> R {
    withUnsafeTemporaryAllocation(of: Place.self, capacity: Self.mostScalars + 1) { places in
      let text = UnsafeBufferPointer(rebasing: text[window])
      var count = 0
      var at = 0
      var previous: UInt32 = 0
      while at < text.count, count < Self.mostScalars {
        let offset = UInt16(at)
        let scalar = UTF8Decoder.scalar(in: text, at: &at)
        let mayBegin = count == 0 || UnspacedScript.mayBegin(scalar, behind: previous)
        places.initializeElement(at: count, to: Place(offset: offset, mayBegin: mayBegin))
        previous = scalar
        count += 1
      }
      places.initializeElement(at: count, to: Place(offset: UInt16(at), mayBegin: true))
      for i in (0..<count).reversed() where places[i].mayBegin {
        extend(places, from: i, count, text, isUnfinished: isUnfinished)
      }
      return body(UnsafeMutableBufferPointer(rebasing: places[...count]))
    }
  }

  /// Chooses the word that begins at place `i`.
  private func extend(
    _ places: UnsafeMutableBufferPointer<Place>, from i: Int, _ count: Int,
    _ text: UnsafeBufferPointer<UInt8>, isUnfinished: Bool
  ) {
    var best = Int32.max
    var hash = StableHash.start ^ StableHash.mix(Self.seed)
    var isBeginning = true
    for j in i + 1...count {
      if isBeginning {
        for byte in text[Int(places[j - 1].offset)..<Int(places[j].offset)] {
          hash = StableHash.step(hash, byte)
        }
      }
      let figures = isBeginning ? keys.rank(of: StableHash.mix(hash)).map { costs[$0] } : nil
      isBeginning = figures != nil
      if places[j].mayBegin {
        var cost = Int32.max
        if let figures {
          if figures & 0xFF != Self.none { cost = Int32(figures & 0xFF) }
          if isUnfinished, j == count { cost = min(cost, Int32(figures >> 8)) }
        }
        // What no word begins with is divided into the shortest words that there may be.
        if cost == Int32.max, best == Int32.max { cost = Self.unknown }
        if cost != Int32.max, cost + places[j].cost <= best {
          best = cost + places[j].cost
          places[i].next = UInt8(j)
        }
      }
      if !isBeginning, best != Int32.max { break }
    }
    places[i].cost = best
  }
}
