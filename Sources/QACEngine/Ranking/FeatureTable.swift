// The ranker's features of every candidate: a row per candidate, a column per `RankerFeature`.
//
// Invariant: after `compute`, row i belongs to candidate i of the table that it was given.
// Cost: that of `FeatureComputer`; memory for the largest completion so far.

import QACBinary

/// The features of one candidate: a row of the table.
struct FeatureRow {
  fileprivate let first: UnsafeMutablePointer<Double>

  /// The value of `feature`.
  @inline(__always)
  subscript(feature: RankerFeature) -> Double {
    get { first[feature.rawValue] }
    nonmutating set { first[feature.rawValue] = newValue }
  }
}

/// The features of all candidates of one completion.
struct FeatureTable {
  /// `RankerFeature.count` values per candidate, in the candidates' order.
  private(set) var values: [Double] = []
  private var computer = FeatureComputer()

  /// Computes the features of all candidates of `table`.
  mutating func compute(_ table: borrowing CandidateTable, for completion: borrowing Completion) {
    values.removeAll(keepingCapacity: true)
    values.append(contentsOf: repeatElement(0, count: table.count * RankerFeature.count))
    Self.fill(&values, &computer, with: table, for: completion)
  }

  private static func fill(
    _ values: inout [Double], _ computer: inout FeatureComputer,
    with table: borrowing CandidateTable, for completion: borrowing Completion
  ) {
    let common = computer.prepare(table, for: completion)
    values.withUnsafeMutableBufferPointer { values in
      guard let first = values.baseAddress else { return }
      for i in 0..<table.count {
        computer.set(
          FeatureRow(first: first + i * RankerFeature.count), at: i, of: table, with: common,
          for: completion)
      }
    }
  }

  /// Adds `value` to `feature` of candidate `i`.
  mutating func add(_ value: Double, to feature: RankerFeature, of i: Int) {
    values[i * RankerFeature.count + feature.rawValue] += value
  }

  /// The features of candidate `i`, in the order of `RankerFeature`.
  func row(_ i: Int) -> ArraySlice<Double> {
    values[i * RankerFeature.count..<(i + 1) * RankerFeature.count]
  }
}
