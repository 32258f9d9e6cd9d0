// Spherical balanced k-means over sparse unit vectors.
//
// Each round computes the similarity of every vector to every centroid. It then assigns the most
// similar pairs first, as long as the cluster has room (at most ceil(n / k) members). Last, each
// centroid becomes the normalised sum of its members. It ends when the assignment no longer
// changes, or after the given number of rounds.
// Invariant: clusters partition the input, none has more than ceil(n / k) members, and none is
// empty.
// Determinism: the seed chooses the first centroids; equal similarities go by vector, then by
// cluster.
// Cost: O(rounds x (k x non-zeros + n k log(n k))). Memory: k x features of the input.
// Source: Yu et al. 2022 (arXiv:2010.05878), §3.1 (hierarchical balanced spherical k-means). We
// differ: k clusters at once instead of 2, with a greedy balanced assignment.

import QACBinary
import QACText

/// Clusters sparse unit vectors into parts of nearly equal size.
enum BalancedKMeans {
  /// The cluster of each vector.
  ///
  /// - Parameters:
  ///   - vectors: Unit vectors, or zero vectors.
  ///   - k: The number of clusters, `1 ... vectors.count`.
  ///   - rounds: The most rounds.
  ///   - seed: Chooses the first centroids.
  /// - Returns: Numbers from 0 to `k - 1`, in the order of `vectors`.
  static func cluster(_ vectors: [SparseVector], k: Int, rounds: Int, seed: UInt64) -> [Int] {
    precondition(k >= 1 && k <= vectors.count, "\(k) clusters of \(vectors.count) vectors")
    if k == 1 { return [Int](repeating: 0, count: vectors.count) }
    let local = LocalFeatures(vectors)
    var generator = SplitMix64(seed: seed)
    var centroids = firstCentroids(vectors, local, k: k, &generator)
    var assignment = [Int](repeating: -1, count: vectors.count)
    for _ in 0..<max(1, rounds) {
      let similar = similarities(vectors, local, centroids, k: k)
      let next = assign(similar, count: vectors.count, k: k)
      if next == assignment { break }
      assignment = next
      centroids = means(vectors, local, assignment, k: k)
    }
    return assignment
  }

  /// Dense numbers for the features that occur.
  private struct LocalFeatures {
    var dense: [[Int32]] = []
    var count = 0

    init(_ vectors: [SparseVector]) {
      var number: [UInt32: Int32] = [:]
      for vector in vectors {
        dense.append(
          vector.ids.map { id in
            if let known = number[id] { return known }
            let new = Int32(number.count)
            number[id] = new
            return new
          })
      }
      count = number.count
    }
  }

  /// k distinct vectors, drawn at random: the first uniformly, each next one with a probability
  /// that falls with its similarity to the nearest of those chosen before.
  private static func firstCentroids(
    _ vectors: [SparseVector], _ local: LocalFeatures, k: Int, _ generator: inout SplitMix64
  ) -> [Float] {
    var chosen = [generator.below(vectors.count)]
    var nearest = [Float](repeating: 0, count: vectors.count)
    var centroids = [Float](repeating: 0, count: k * local.count)
    for c in 0..<k {
      let seed = chosen[c]
      for (f, value) in zip(local.dense[seed], vectors[seed].values) {
        centroids[Int(f) * k + c] = value
      }
      if c + 1 == k { break }
      var sum = 0.0
      for i in vectors.indices {
        var similarity: Float = 0
        for (f, value) in zip(local.dense[i], vectors[i].values) {
          similarity += value * centroids[Int(f) * k + c]
        }
        nearest[i] = max(nearest[i], similarity)
        sum += Double(max(0, 1 - nearest[i]))
      }
      var target = generator.unit() * sum
      var pick = -1
      for i in vectors.indices where !chosen.contains(i) {
        pick = i
        target -= Double(max(0, 1 - nearest[i]))
        if target <= 0 { break }
      }
      chosen.append(pick)
    }
    return centroids
  }

  /// The similarities of all vectors and clusters; that of vector i and cluster c is at `i * k +
  /// c`.
  private static func similarities(
    _ vectors: [SparseVector], _ local: LocalFeatures, _ centroids: [Float], k: Int
  ) -> [Float] {
    var result = [Float](repeating: 0, count: vectors.count * k)
    for i in vectors.indices {
      let row = i * k
      let values = vectors[i].values
      for (j, f) in local.dense[i].enumerated() {
        let base = Int(f) * k
        for c in 0..<k { result[row + c] += values[j] * centroids[base + c] }
      }
    }
    return result
  }

  /// Assigns the most similar pairs first, within capacities that differ by at most one.
  private static func assign(_ similar: [Float], count: Int, k: Int) -> [Int] {
    var room = (0..<k).map { count / k + ($0 < count % k ? 1 : 0) }
    let order = (0..<count * k).sorted { a, b in
      similar[a] != similar[b] ? similar[a] > similar[b] : a < b
    }
    var assignment = [Int](repeating: -1, count: count)
    var left = count
    for pair in order {
      let i = pair / k
      let c = pair % k
      if assignment[i] >= 0 || room[c] == 0 { continue }
      assignment[i] = c
      room[c] -= 1
      left -= 1
      if left == 0 { break }
    }
    return assignment
  }

  private static func means(
    _ vectors: [SparseVector], _ local: LocalFeatures, _ assignment: [Int], k: Int
  ) -> [Float] {
    var centroids = [Float](repeating: 0, count: k * local.count)
    for i in vectors.indices {
      for (f, value) in zip(local.dense[i], vectors[i].values) {
        centroids[Int(f) * k + assignment[i]] += value
      }
    }
    for c in 0..<k {
      var square: Float = 0
      for f in 0..<local.count { square += centroids[f * k + c] * centroids[f * k + c] }
      if square == 0 { continue }
      let factor = 1 / square.squareRoot()
      for f in 0..<local.count { centroids[f * k + c] *= factor }
    }
    return centroids
  }
}
