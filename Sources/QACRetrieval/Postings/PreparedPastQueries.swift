// What the neighbour arm needs of past queries beside their postings.
//
// Invariant: inverse lengths are normal numbers above 0, whatever the file has.
// Cost: O(terms of past queries) to make.

import QACBinary
import QACIndex
import QACText

/// The inverse lengths of past queries: computed once, when an engine opens a file.
///
/// The terms of a kind together have a length of their own (`ItemTermBag`), so there is one number
/// per past query and kind: what a term's inverse document frequency is multiplied by.
/// Cost: O(terms of past queries); 4 bytes per past query and kind.
struct PreparedPastQueries: Sendable {
  /// That of kind k and past query p is at k x `count` + p.
  let inverseNorms: [Float]
  /// The number of past queries.
  let count: Int

  /// Prepares the past queries of `items`.
  init(_ items: ItemsView) {
    let kinds = ItemTerms.Kind.allCases
    count = items.pastCount
    var norms = [Float](repeating: 1, count: kinds.count * count)
    for query in 0..<count {
      var squares = SIMD8<Float>(repeating: 0)
      let (low, high) = items.pastTermOffsets.bounds(query)
      for i in Int(low)..<Int(high) {
        let idf = items.terms.idf(of: items.pastTerms[i])
        squares[Int(items.termKinds[Int(items.pastTerms[i])])] += idf * idf
      }
      var whole: Float = 0
      for kind in kinds where squares[Int(kind.rawValue)] > 0 {
        whole += ItemTermFactors.joint[kind] * ItemTermFactors.joint[kind]
      }
      for kind in kinds where squares[Int(kind.rawValue)] > 0 && whole > 0 {
        let square = squares[Int(kind.rawValue)] * whole
        // The least is a normal number, so that every product is above 0.
        norms[Int(kind.rawValue) * count + query] =
          max(ItemTermFactors.joint[kind] / square.squareRoot(), 1e-30)
      }
    }
    inverseNorms = norms
  }
}
