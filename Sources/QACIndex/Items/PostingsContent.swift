// Turns lists of terms per document into lists of documents per term.
//
// Invariant: the documents of a term ascend, as documents come in order.
// Cost: O(entries + terms).

/// Postings of one collection, before they are in a file: those of `PostingsView`.
public struct PostingsContent {
  /// The number of each term's first entry, and the end.
  public private(set) var offsets: [UInt64]
  /// The document per entry, ascending within a term.
  public private(set) var documents: [UInt32]
  /// How often the term occurs, per entry.
  public private(set) var counts: [UInt32]

  /// Makes postings.
  ///
  /// - Parameters:
  ///   - terms: The number of terms.
  ///   - forEach: Calls its argument with the document, the term and the count of every entry, in
  ///     the order of documents; it is called twice.
  public init(terms: Int, forEach: ((UInt32, UInt32, UInt32) -> Void) -> Void) {
    var next = [UInt64](repeating: 0, count: terms + 1)
    forEach { _, term, _ in next[Int(term) + 1] += 1 }
    for term in 0..<terms { next[term + 1] += next[term] }
    offsets = next
    var documents = [UInt32](repeating: 0, count: Int(next[terms]))
    var counts = documents
    forEach { document, term, count in
      let place = Int(next[Int(term)])
      documents[place] = document
      counts[place] = count
      next[Int(term)] += 1
    }
    self.documents = documents
    self.counts = counts
  }
}
