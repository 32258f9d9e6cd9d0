// Spherical k-means with two clusters of equal size over sparse unit vectors.
//
// Each round sorts the vectors by how much more similar they are to the first centroid than to the
// second. The first half of them becomes the first cluster, and the centroids become the normalised
// sums of their clusters. It ends when no vector changes its cluster, or after the given number of
// rounds. The halves are found by selection, not by sorting, so a round is linear. The sums change
// only by the vectors that change their cluster.
//
// Invariant: the clusters partition the vectors; the first one has the extra vector if there is
// one. The vectors of a cluster ascend.
// Determinism: the seed chooses the first centroids; equal differences go by vector.
// Cost: O(rounds x non-zeros). Memory: 16 bytes per feature.
// Source: Yu et al. 2022 (arXiv:2010.05878), §3.1 (hierarchical balanced spherical 2-means).

import QACBinary

/// Divides sparse unit vectors into halves; holds working memory for one thread.
struct BalancedHalves {
  let vectors: ItemEmbeddings
  let rounds: Int
  /// The sum of each cluster's vectors, and the difference of the centroids.
  private var first: [Float]
  private var second: [Float]
  private var difference: [Float]
  private var isTouched: [Bool]
  private var touched: [UInt32] = []
  private var keys: [UInt64] = []
  private var isFirst: [Bool] = []

  /// Makes working memory for divisions of `vectors` in at most `rounds` rounds each.
  init(_ vectors: ItemEmbeddings, rounds: Int) {
    self.vectors = vectors
    self.rounds = max(1, rounds)
    first = [Float](repeating: 0, count: vectors.features)
    second = first
    difference = first
    isTouched = [Bool](repeating: false, count: vectors.features)
  }

  /// Divides `members`, at least two ascending numbers of vectors.
  mutating func divide(_ members: [UInt32], seed: UInt64) -> (first: [UInt32], second: [UInt32]) {
    var generator = SplitMix64(seed: seed)
    touch(members)
    let a = generator.below(members.count)
    let b = (a + 1 + generator.below(members.count - 1)) % members.count
    Self.add(vectors, members[a], to: &first, times: 1)
    Self.add(vectors, members[b], to: &second, times: 1)
    for round in 0..<rounds {
      let previous = isFirst
      computeDifference()
      assign(members)
      if round == 0 {
        for id in touched { (first[Int(id)], second[Int(id)]) = (0, 0) }
        for (i, member) in members.enumerated() {
          if isFirst[i] {
            Self.add(vectors, member, to: &first, times: 1)
          } else {
            Self.add(vectors, member, to: &second, times: 1)
          }
        }
        continue
      }
      if isFirst == previous { break }
      for (i, member) in members.enumerated() where isFirst[i] != previous[i] {
        Self.add(vectors, member, to: &first, times: isFirst[i] ? 1 : -1)
        Self.add(vectors, member, to: &second, times: isFirst[i] ? -1 : 1)
      }
    }
    for id in touched {
      (first[Int(id)], second[Int(id)], isTouched[Int(id)]) = (0, 0, false)
    }
    return (
      members.indices.filter { isFirst[$0] }.map { members[$0] },
      members.indices.filter { !isFirst[$0] }.map { members[$0] }
    )
  }

  /// Lists the features of `members`.
  private mutating func touch(_ members: [UInt32]) {
    touched.removeAll(keepingCapacity: true)
    for member in members {
      for i in vectors.offsets[Int(member)]..<vectors.offsets[Int(member) + 1] {
        let id = vectors.ids[i]
        if isTouched[Int(id)] { continue }
        isTouched[Int(id)] = true
        touched.append(id)
      }
    }
  }

  private static func add(
    _ vectors: ItemEmbeddings, _ member: UInt32, to sums: inout [Float], times factor: Float
  ) {
    sums.withUnsafeMutableBufferPointer { sums in
      vectors.forEach(of: member) { sums[Int($0)] += factor * $1 }
    }
  }

  private mutating func computeDifference() {
    var squares: (Float, Float) = (0, 0)
    for id in touched {
      squares.0 += first[Int(id)] * first[Int(id)]
      squares.1 += second[Int(id)] * second[Int(id)]
    }
    let a = squares.0 > 0 ? 1 / squares.0.squareRoot() : 0
    let b = squares.1 > 0 ? 1 / squares.1.squareRoot() : 0
    for id in touched { difference[Int(id)] = a * first[Int(id)] - b * second[Int(id)] }
  }

  /// Finds the half that is nearer to the first centroid.
  private mutating func assign(_ members: [UInt32]) {
    keys.removeAll(keepingCapacity: true)
    difference.withUnsafeBufferPointer { difference in
      for (i, member) in members.enumerated() {
        var sum: Float = 0
        vectors.forEach(of: member) { sum += $1 * difference[Int($0)] }
        // The keys ascend as the differences descend.
        let bits = (0 - sum).bitPattern
        let ordered = bits & 1 << 31 == 0 ? bits | 1 << 31 : ~bits
        keys.append(UInt64(ordered) << 32 | UInt64(i))
      }
    }
    let half = (members.count + 1) / 2
    keys.withUnsafeMutableBufferPointer { Selection.putLeast(half, first: $0) }
    isFirst.removeAll(keepingCapacity: true)
    isFirst.append(contentsOf: repeatElement(false, count: members.count))
    for key in keys[..<half] { isFirst[Int(key & 0xFFFF_FFFF)] = true }
  }
}
