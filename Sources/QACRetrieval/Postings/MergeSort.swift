// Sorts some hundred elements, whose order is random, in memory that is used again.
//
// Runs are merged without a branch on the comparison, which would be wrong half of the time.
// Invariant: stable; equal input gives equal output.
// Cost: O(n log n); nothing is allocated once as many elements were sorted.

/// Sorting by merging ever longer runs.
enum MergeSort {
  /// Sorts `elements`, so that none that follows is better; `spare` is working memory.
  @inline(__always)
  static func sort<Element: BitwiseCopyable>(
    _ elements: inout [Element], spare: inout [Element],
    isBetter: (_ second: Element, _ first: Element) -> Bool
  ) {
    let count = elements.count
    if spare.count < count { spare.append(contentsOf: elements[spare.count...]) }
    elements.withUnsafeMutableBufferPointer { elements in
      spare.withUnsafeMutableBufferPointer { spare in
        guard let elements = elements.baseAddress, let spare = spare.baseAddress else { return }
        var (from, to) = (elements, spare)
        var run = 1
        while run < count {
          var start = 0
          while start < count {
            let middle = min(start &+ run, count)
            let end = min(middle &+ run, count)
            merge(from, start..<middle, middle..<end, into: to, isBetter)
            start = end
          }
          swap(&from, &to)
          run &<<= 1
        }
        if from != elements { elements.update(from: from, count: count) }
      }
    }
  }

  /// Merges two neighbouring runs of `from` into the same places of `to`.
  @inline(__always)
  private static func merge<Element>(
    _ from: UnsafeMutablePointer<Element>, _ first: Range<Int>, _ second: Range<Int>,
    into to: UnsafeMutablePointer<Element>, _ isBetter: (Element, Element) -> Bool
  ) {
    var (a, b, out) = (first.lowerBound, second.lowerBound, first.lowerBound)
    while a < first.upperBound && b < second.upperBound {
      let takesSecond = isBetter(from[b], from[a]) ? 1 : 0
      to[out] = from[takesSecond == 1 ? b : a]
      a &+= 1 &- takesSecond
      b &+= takesSecond
      out &+= 1
    }
    let rest = a < first.upperBound ? a : b
    (to + out).update(from: from + rest, count: second.upperBound &- out)
  }
}
