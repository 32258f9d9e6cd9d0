// The ranker's features of every candidate: a row per candidate, a column per `RankerFeature`.
//
// The words that a candidate shares with the previous query, and what the word model says of it, take
// the longest, and only some candidates can still come among those that are shown. So these may
// wait until the ranking asks for them (`finish`).
//
// Invariant: after `compute`, row i belongs to candidate i of the table that it was given; in a row
// that `waits`, some of these features are 0.
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
  /// `RankerFeature.count` values per candidate, in the candidates' order; behind the rows stands
  /// what is left of others.
  private(set) var values: [Double] = []
  /// The number of rows.
  private(set) var rowCount = 0
  /// Whether the row of each candidate waits for `finish`.
  private(set) var waits: [Bool] = []
  private var computer = FeatureComputer()

  /// Forgets all rows.
  mutating func reset() {
    rowCount = 0
    waits.removeAll(keepingCapacity: true)
  }

  /// Computes the features of all candidates of `table`, except those of the reading, which
  /// `computeReading` computed before. The features that it `defers` may wait.
  mutating func compute(
    _ table: borrowing CandidateTable, defers: FeatureComputer.Deferral,
    for completion: borrowing Completion
  ) {
    extend(to: table.count)
    let common = computer.prepare(table, table.findings, for: completion)
    Self.fill(&values, &waits, &computer, with: table, common, defers: defers, for: completion)
  }

  /// Computes the rest of the row of candidate `i`, which waits.
  mutating func finish(
    _ i: Int, of table: borrowing CandidateTable, for completion: borrowing Completion
  ) {
    waits[i] = false
    values.withUnsafeMutableBufferPointer { values in
      guard let first = values.baseAddress else { return }
      computer.finish(
        FeatureRow(first: first + i * RankerFeature.count), at: i, of: table, for: completion)
    }
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
    Self.fill(&values, &waits, &computer, with: table, common, defers: .none, for: meant)
  }

  private mutating func extend(to count: Int) {
    let (start, end) = (rowCount * RankerFeature.count, count * RankerFeature.count)
    if end > values.count {
      values.append(contentsOf: repeatElement(0, count: end - values.count))
    }
    values.withUnsafeMutableBufferPointer { $0[start..<end].update(repeating: 0) }
    rowCount = count
    waits.append(contentsOf: repeatElement(false, count: count - waits.count))
  }

  /// Fills the rows of the candidates that are, or are not, of the reading, as `common` is.
  private static func fill(
    _ values: inout [Double], _ waits: inout [Bool], _ computer: inout FeatureComputer,
    with table: borrowing CandidateTable, _ common: FeatureComputer.Common,
    defers: FeatureComputer.Deferral, for completion: borrowing Completion
  ) {
    values.withUnsafeMutableBufferPointer { values in
      table.items.withUnsafeBufferPointer { candidates in
        guard let first = values.baseAddress, let candidate = candidates.baseAddress else { return }
        for i in candidates.indices where candidate[i].correction.isRead == common.isReading {
          waits[i] = computer.set(
            FeatureRow(first: first + i * RankerFeature.count), at: i, candidate + i, of: table,
            with: common, defers: defers, for: completion)
        }
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
