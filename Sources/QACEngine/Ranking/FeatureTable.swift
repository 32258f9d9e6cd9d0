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

  /// Forgets all rows.
  mutating func reset() { values.removeAll(keepingCapacity: true) }

  /// Computes the features of all candidates of `table`, except those of the reading, which
  /// `computeReading` computed before.
  mutating func compute(_ table: borrowing CandidateTable, for completion: borrowing Completion) {
    extend(to: table.count)
    let common = computer.prepare(table, table.findings, for: completion)
    Self.fill(&values, &computer, with: table, common, for: completion)
  }

  /// Computes the features of the candidates of the reading.
  ///
  /// - Parameters:
  ///   - table: The candidates, all of them.
  ///   - meant: The completion of the reading.
  ///   - completion: The completion of the prefix as typed.
  mutating func computeReading(
    _ table: borrowing CandidateTable, for meant: borrowing Completion,
    of completion: borrowing Completion
  ) {
    extend(to: table.count)
    var common = computer.prepare(table, table.readingFindings, for: meant)
    common.shiftReading(from: table.findings, of: completion)
    Self.fill(&values, &computer, with: table, common, for: meant)
  }

  private mutating func extend(to count: Int) {
    let missing = count * RankerFeature.count - values.count
    values.append(contentsOf: repeatElement(0, count: missing))
  }

  /// Fills the rows of the candidates that are, or are not, of the reading, as `common` is.
  private static func fill(
    _ values: inout [Double], _ computer: inout FeatureComputer,
    with table: borrowing CandidateTable, _ common: FeatureComputer.Common,
    for completion: borrowing Completion
  ) {
    values.withUnsafeMutableBufferPointer { values in
      guard let first = values.baseAddress else { return }
      for i in 0..<table.count where table[i].correction.isRead == common.isReading {
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
