// Reads the entries of a term that are wanted, and looks one document up.
//
// Cost: one step per entry; O(log entries) for one document.

import QACBinary
import QACIndex

extension PostingsView {
  /// The number of terms.
  var termCount: Int { offsets.count - 1 }

  /// Calls `body` with each document of `list` that is wanted, ascending, and its count.
  @inline(__always)
  func forEach(
    _ list: Range<Int>, where isWanted: (_ document: Int) -> Bool = { _ in true },
    _ body: (_ document: Int, _ count: UInt32) -> Void
  ) {
    let (documents, counts, end) = (documents, counts, list.upperBound)
    var i = list.lowerBound
    while i < end {
      let document = Int(documents[i])
      if isWanted(document) { body(document, counts[i]) }
      i &+= 1
    }
  }

  /// The place of `document` in `list`; nil if it is not there.
  @inline(__always)
  func place(of document: Int, in list: Range<Int>) -> Int? {
    let i = list.partitioningIndex { documents[$0] >= document }
    return i < list.upperBound && documents[i] == document ? i : nil
  }
}
