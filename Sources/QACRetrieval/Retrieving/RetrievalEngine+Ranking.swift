// Chooses the candidates that are compared with the query, and puts them in order.
//
// Cost: O(candidates x features + n log n) for n compared candidates.

import QACBinary
import QACIndex
import QACText

extension RetrievalEngine {
  /// The fewest candidates that are compared, if there are as many.
  private static let fewestCompared = 64

  /// The most candidates that are compared for `limit` items.
  private static func mostCompared(_ limit: Int) -> Int { max(fewestCompared, limit + limit / 4) }

  /// Chooses the candidates that are compared: of those that are not hidden the best by their early
  /// features, or all if the ranker has no weights for these.
  func choose(
    limit: Int?, hidden: HiddenItems?, options: RetrievalOptions, _ scratch: RetrievalScratch
  ) {
    for i in 0..<scratch.candidates.count {
      let item = scratch.candidates[i].item
      if item < itemCount, hidden?.contains(item) == true { continue }
      scratch.compared.append(Int32(truncatingIfNeeded: i))
    }
    guard let limit, options.rankedBy == nil, !earlyWeights.isEmpty,
      scratch.compared.count > Self.mostCompared(limit)
    else { return }
    scratch.keys.removeAll(keepingCapacity: true)
    for i in scratch.compared {
      let score = Float(Self.score(earlyWeights, scratch.rows, Int(i)))
      // The bits of floats, so that lesser keys are greater scores; ties go to the lower item, as
      // in the result.
      let bits = score.bitPattern
      let order = bits >> 31 == 1 ? bits : ~bits & 0x7FFF_FFFF
      scratch.keys.append(UInt64(order) << 32 | UInt64(scratch.candidates[Int(i)].item))
    }
    let count = Self.mostCompared(limit)
    scratch.keys.withUnsafeMutableBufferPointer { Selection.putLeast(count, first: $0) }
    scratch.compared.removeAll(keepingCapacity: true)
    for key in scratch.keys.prefix(count) {
      let place = scratch.candidates.place(of: UInt32(truncatingIfNeeded: key))
      scratch.compared.append(Int32(truncatingIfNeeded: place))
    }
  }

  /// The sum of the features of row `i`, each times its weight; there is a weight per number of a
  /// row.
  @inline(__always)
  private static func score(_ weights: [Double], _ rows: [Float], _ i: Int) -> Double {
    var sum = SIMD4<Double>.zero
    weights.withUnsafeBytes { weights in
      rows.withUnsafeBytes { rows in
        var f = 0
        while f < rowStride {
          let row = rows.loadUnaligned(
            fromByteOffset: 4 &* (i &* rowStride &+ f), as: SIMD4<Float>.self)
          let weight = weights.loadUnaligned(fromByteOffset: 8 &* f, as: SIMD4<Double>.self)
          sum += weight * SIMD4<Double>(row)
          f &+= 4
        }
      }
    }
    return sum.sum()
  }

  /// Scores the candidates that were compared, and puts the best `limit` in order.
  func rank(limit: Int?, options: RetrievalOptions, _ scratch: RetrievalScratch) {
    scratch.scores.append(contentsOf: repeatElement(0, count: scratch.candidates.count))
    for i in scratch.compared {
      let place = Int(i)
      if let single = options.rankedBy {
        scratch.scores[place] = score(scratch.candidates[place], place, by: single, scratch)
      } else {
        scratch.scores[place] = Self.score(paddedWeights, scratch.rows, place)
      }
      scratch.ranked.append(
        RankedCandidate(
          score: scratch.scores[place], item: scratch.candidates[place].item, candidate: i))
    }
    MergeSort.sort(&scratch.ranked, spare: &scratch.spareRanked) { $0.isBetter(than: $1) }
    for ranked in scratch.ranked.prefix(limit ?? .max) { scratch.order.append(ranked.candidate) }
  }

  /// What one arm alone says of a candidate.
  private func score(
    _ candidate: CandidateItem, _ i: Int, by arm: RetrievalOptions.Arm, _ scratch: RetrievalScratch
  ) -> Double {
    switch arm {
    case .tree: return candidate.treePlace == 0 ? -1 : Double(candidate.tree)
    case .lexical:
      return Double(scratch.rows[i * Self.rowStride + RetrievalFeature.words.rawValue])
    case .neighbours:
      return candidate.item < itemCount
        ? Double(scratch.neighbours.votes(for: candidate.item).votes) : 0
    }
  }
}

/// A candidate with what decides its place.
struct RankedCandidate: BitwiseCopyable {
  var score: Double
  var item: UInt32
  /// Its number.
  var candidate: Int32

  /// The order of results: by score, then by item.
  @inline(__always)
  func isBetter(than other: RankedCandidate) -> Bool {
    score > other.score || score == other.score && item < other.item
  }
}
