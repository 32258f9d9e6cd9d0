// The scores of documents while a search goes through its terms: one sum per document.
//
// A sum of 0 means that no term has reached the document. So emptying costs what the last search
// touched, not one step per document.
//
//     sums      0  2.5  0  -1  0.7 ...    per document
//     reached   1 4 | 3                   those that may be among the best | those that cannot
//
// Invariant: a document is in `reached` exactly if its sum is not 0. Sums of documents that may be
// among the best are complete up to the current term; those of others are -1 (`dropped`).
// Cost: 8 bytes per document, allocated once.
// Source: Zobel and Moffat, ACM Computing Surveys 38 (2006), §4 (accumulators).

/// The parts of which the scores of one query are made.
protocol PartSource {
  /// The number of terms.
  var termCount: Int { get }
  /// The entries of term `term`.
  func entryCount(_ term: Int) -> Int
  /// Calls `body` with each document of term `term` that is wanted, ascending, and with what the
  /// term adds to its score: more than 0.
  func forEachPart(
    _ term: Int, where isWanted: (_ document: Int) -> Bool,
    _ body: (_ document: Int, _ part: Float) -> Void)
  /// What term `term` adds to the score of `document`: the same number, or 0.
  func part(_ term: Int, of document: Int) -> Float
}

/// One sum per document of a collection.
final class PartialSums {
  static let dropped: Float = -1

  /// The number of documents.
  let documents: Int
  let sums: UnsafeMutablePointer<Float>
  let reached: UnsafeMutablePointer<UInt32>
  /// The documents that were reached.
  private(set) var count = 0
  /// The documents that may be among the best; they come first in `reached`.
  private(set) var kept = 0
  /// The first term that admitted no new documents.
  var stop = 0
  /// How many kept documents have a sum with given leading bits.
  let bins: UnsafeMutablePointer<UInt32>
  /// So many entries are gone through without asking whether that can be avoided.
  let worthwhileEntries: Int

  /// Makes sums of 0.
  init(documents: Int, worthwhileEntries: Int) {
    self.documents = documents
    self.worthwhileEntries = worthwhileEntries
    sums = .allocate(capacity: documents)
    sums.initialize(repeating: 0, count: documents)
    // Admitting writes one place ahead, so there is one more.
    reached = .allocate(capacity: documents + 1)
    reached.initialize(repeating: 0, count: documents + 1)
    bins = .allocate(capacity: Self.binCount)
    bins.initialize(repeating: 0, count: Self.binCount)
  }

  deinit {
    sums.deallocate()
    reached.deallocate()
    bins.deallocate()
  }

  /// Sets all sums to 0.
  func clear() {
    for i in 0..<count { sums[Int(reached[i])] = 0 }
    (count, kept, stop) = (0, 0, 0)
  }

  /// Adds the parts of `term`, and admits the documents that it reaches first.
  @inline(__always)
  func admit(_ source: some PartSource, _ term: Int) {
    let (sums, reached) = (sums, reached)
    var count = count
    source.forEachPart(term, where: { _ in true }) { document, part in
      let sum = sums[document]
      sums[document] = sum + part
      reached[count] = UInt32(truncatingIfNeeded: document)
      // Bits instead of floats are compared without a branch, which would be hard to predict.
      count &+= sum.bitPattern == 0 ? 1 : 0
    }
    self.count = count
    kept = count
  }

  /// Adds the parts of `term` to the kept documents, by going through all its entries.
  @inline(__always)
  func scan(_ source: some PartSource, _ term: Int) {
    let sums = sums
    source.forEachPart(term, where: { sums[$0] > 0 }) { document, part in
      sums[document] += part
    }
  }

  /// Adds the parts of `term` to the kept documents, by looking each of them up.
  @inline(__always)
  func probe(_ source: some PartSource, _ term: Int) {
    for i in 0..<kept {
      let document = Int(reached[i])
      sums[document] += source.part(term, of: document)
    }
  }

  /// Drops kept documents whose sum is below `least`.
  func drop(below least: Float) {
    var i = 0
    while i < kept {
      let document = reached[i]
      if sums[Int(document)] >= least {
        i += 1
        continue
      }
      sums[Int(document)] = Self.dropped
      kept -= 1
      reached[i] = reached[kept]
      reached[kept] = document
    }
  }
}
