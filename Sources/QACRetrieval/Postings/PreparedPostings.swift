// What BM25 needs of a collection beside its postings: computed once, when an engine opens a file.
//
//     score(d) = sum over terms t:  n(t) idf(t) (k1 + 1) f(t, d) / (f(t, d) + norm(d))
//     norm(d)  = k1 (1 - b + b length(d) / average length)
//
// n(t) is how often the query has the term, f(t, d) how often the document has it.
//
// Cost: O(entries + documents) to make; 8 bytes per term and 4 per document.
// Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009,
// §3.4. The formula with its defaults is that of SQLite: https://sqlite.org/fts5.html, "The bm25()
// function"; there, an idf that is not above 0 is taken as 1e-6.

import QACBinary
import QACIndex

#if canImport(Glibc)
  import Glibc
#endif

/// The parameters of BM25.
public struct BM25Parameters: Sendable, Equatable {
  /// How much rare a term is worth.
  public enum InverseFrequency: Sendable {
    /// ln((N - n + 0.5) / (n + 0.5)), at least 1e-6: that of SQLite.
    case sqlite
    /// ln(1 + (N - n + 0.5) / (n + 0.5)), which is above 0 for every term: that of Lucene.
    case smoothed
  }

  /// How slowly further occurrences of a term lose their worth; at least 0.
  public var k1: Float
  /// How much the length of a document counts, 0 to 1.
  public var b: Float
  /// How much a rare term is worth.
  public var inverseFrequency: InverseFrequency

  /// Makes parameters; the defaults are those of SQLite.
  public init(k1: Float = 1.2, b: Float = 0.75, inverseFrequency: InverseFrequency = .sqlite) {
    self.k1 = k1
    self.b = b
    self.inverseFrequency = inverseFrequency
  }

  /// The inverse document frequency of a term that `frequency` of `documents` documents have.
  func idf(documents: Int, frequency: Int) -> Float {
    let ratio = (Double(documents - frequency) + 0.5) / (Double(frequency) + 0.5)
    switch inverseFrequency {
    case .sqlite: return Float(ratio > 1 ? max(log(ratio), 1e-30) : 1e-6)
    case .smoothed: return Float(max(log(1 + ratio), 1e-30))
    }
  }
}

/// The weights of terms and the lengths of documents of one collection.
struct PreparedPostings: Sendable {
  let parameters: BM25Parameters
  /// Per term, its inverse document frequency; 0 if no document has it.
  let idf: [Float]
  /// Per term, the greatest f / (f + norm) of its documents.
  let greatest: [Float]
  /// Per document, its norm.
  let norms: [Float]
  /// The words of a document, on average.
  let averageLength: Double

  /// Prepares `postings`, whose documents have lengths.
  ///
  /// - Complexity: O(entries + documents).
  init(_ postings: PostingsView, _ parameters: BM25Parameters = BM25Parameters()) {
    let n = postings.lengths.count
    var total = 0.0
    for document in 0..<n { total += Double(postings.lengths[document]) }
    let average = total > 0 ? total / Double(n) : 1
    averageLength = average
    let norms = (0..<n).map { document in
      Self.norm(length: Int(postings.lengths[document]), average: average, parameters)
    }
    var idf = [Float](repeating: 0, count: postings.termCount)
    var greatest = idf
    norms.withUnsafeBufferPointer { norms in
      for term in 0..<postings.termCount {
        let list = postings.list(UInt32(term))
        if list.isEmpty { continue }
        var (frequency, most): (Int, Float) = (0, 0)
        postings.forEach(list) { document, count in
          frequency += 1
          most = max(most, Float(count) / (Float(count) + norms[document]))
        }
        idf[term] = parameters.idf(documents: n, frequency: frequency)
        greatest[term] = most
      }
    }
    self.parameters = parameters
    self.idf = idf
    self.greatest = greatest
    self.norms = norms
  }

  /// The norm of a document of `length` words.
  func norm(length: Int) -> Float {
    Self.norm(length: length, average: averageLength, parameters)
  }

  private static func norm(
    length: Int, average: Double, _ parameters: BM25Parameters
  ) -> Float {
    let (k1, b) = (Double(parameters.k1), Double(parameters.b))
    return Float(k1 * (1 - b + b * Double(length) / average))
  }
}
