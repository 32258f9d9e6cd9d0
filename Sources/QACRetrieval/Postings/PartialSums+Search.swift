// Finds the documents of the greatest sums without going through all entries of all terms.
//
// Terms come in descending order of what they can add. Once all terms to come cannot lift a new
// document to the k-th best sum so far, they admit none; entries of long lists are then looked up
// for the documents that are left, and documents that cannot reach the k-th best any more are
// dropped. The k-th best sum is estimated from below by counting sums by their leading bits, so it
// takes one pass without sorting.
//
// Invariant: the result is that of adding up everything, ties by lower document. Every document's
// parts are added in the order of the terms, so sums are the same to the last bit.
// Cost: O(entries) at most; where few documents are left, O(documents left x log entries) per term.
// Source: Turtle and Flood, Information Processing and Management 31 (1995) (max-score);
// Moffat and Zobel, ACM TOIS 14 (1996), §4 (quit and continue).

extension PartialSums {
  static let binCount = 512
  /// The bits of a float below exponent and six bits of fraction.
  private static let binShift: UInt32 = 17

  /// Finds the greatest sums into `best`, which has its limit; they are in no order.
  ///
  /// - Parameters:
  ///   - source: The parts of the terms.
  ///   - rest: Per term, the most that it and all later ones together add to a document; then 0.
  ///   - limit: The limit of `best`. If it is 0, everything is added up, for `sum(of:)`.
  ///   - best: Receives documents with their sums.
  func search(
    _ source: some PartSource, rest: UnsafeBufferPointer<Float>, limit: Int, best: inout TopKeys
  ) {
    clear()
    let terms = source.termCount
    var entries = 0
    for term in 0..<terms { entries &+= source.entryCount(term) }
    // What rounding may have added to a sum of so many parts.
    let slack = 1 + 2.4e-7 * Float(terms + 2)
    let top = Int(rest[0].bitPattern >> Self.binShift)
    // Entries since the last pass over the sums: a pass must not cost more than it may save.
    var passed = 0
    var term = 0
    while term < terms {
      let length = source.entryCount(term)
      if limit > 0 && entries > worthwhileEntries + 2 * count && passed + length > 2 * count
        && rest[term] < 0.71 * rest[0]
      {
        if rest[term] * slack < lowest(limit, top: top) { break }
        passed = 0
      }
      admit(source, term)
      entries &-= length
      passed &+= length
      term += 1
    }
    stop = term
    passed = entries
    while term < terms {
      let length = source.entryCount(term)
      if passed + length > 4 * kept {
        drop(below: lowest(limit, top: top) / slack - rest[term])
        passed = 0
      }
      if length > kept * 2 * (Int.bitWidth - length.leadingZeroBitCount) {
        probe(source, term)
      } else {
        scan(source, term)
      }
      passed &+= length
      term += 1
    }
    if limit == 0 { return }
    let least = lowest(limit, top: top)
    for i in 0..<kept {
      let sum = sums[Int(reached[i])]
      if sum >= least { best.offer(TopKeys.key(sum, reached[i])) }
    }
  }

  /// The sum of `document` over all terms of the last search, whose parts `source` has.
  func sum(of document: Int, _ source: some PartSource) -> Float {
    let sum = sums[document]
    if sum > 0 { return sum }
    // No term before `stop` has a document that was never reached.
    var result: Float = 0
    for term in (sum == 0 ? stop : 0)..<source.termCount {
      result += source.part(term, of: document)
    }
    return result
  }

  /// A number that the `limit`-th greatest sum of the kept documents is not below; 0 if there are
  /// fewer. The greatest possible sum has the leading bits `top`.
  private func lowest(_ limit: Int, top: Int) -> Float {
    if kept < limit { return 0 }
    bins.update(repeating: 0, count: Self.binCount)
    let base = top - Self.binCount + 2
    for i in 0..<kept {
      let bits = Int(sums[Int(reached[i])].bitPattern >> Self.binShift)
      bins[min(max(bits - base, 0), Self.binCount - 1)] &+= 1
    }
    var left = limit
    var bin = Self.binCount - 1
    while bin > 0 && bin + base > 0 {
      left -= Int(bins[bin])
      if left <= 0 { return Float(bitPattern: UInt32(bin + base) << Self.binShift) }
      bin -= 1
    }
    return 0
  }
}
