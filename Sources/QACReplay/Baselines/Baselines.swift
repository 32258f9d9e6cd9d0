// The simple systems that a replay compares with: popular, decayed, followers.
//
// They do not use the index, so they are a yardstick for it too. They count the queries of the
// log's own table, sorted by text, so that a prefix is a range. A query without a count is never
// suggested. In a live replay every submitted query is recorded as it comes.
//
// Invariant: suggestions begin with the prefix, none occurs twice, and ties are in the order of
// texts.
// Cost: O(log n) per record and O(10 log n) per request; for followers also the number of queries
// that ever followed the previous one.
// Sources: Bar-Yossef and Kraus, WWW 2011, §3 (most popular completion); Shokouhi and Radinsky,
// SIGIR 2012 (completion by time); Cormode et al., ICDE 2009 (forward decay: because all counts
// decay alike, they are kept in units of one moment, here as logarithms, which no span of time
// overflows).

internal import QACBinary
public import QACLogs

#if canImport(Glibc)
  import Glibc
#endif

/// Counts of submitted queries, and completion by these counts.
public final class Baselines {
  /// The number of suggestions of one answer.
  static let answers = SystemRunner.answers
  /// The default half-life in seconds: 14 days, as for an index.
  public static let defaultHalfLife = 14 * 86_400.0

  let texts: [[UInt8]]
  /// Query ids in the order of their texts.
  private let order: [UInt32]
  /// The position of each query id in `order`.
  private let place: [Int32]
  private let halfLife: Double
  private let start: Int64
  private var counts: MaximaTree
  private var decayedCounts: MaximaTree
  private var followers: [UInt32: [UInt32: UInt32]] = [:]

  /// Counts the queries of the learning part of `split`.
  ///
  /// - Parameters:
  ///   - log: The log; its table may have queries that are submitted later.
  ///   - split: The division of the log.
  ///   - halfLife: Seconds in which a count of `decayed` halves, greater than 0.
  public init(_ log: QueryLog, split: LogSplit, halfLife: Double = Baselines.defaultHalfLife) {
    precondition(halfLife > 0, "a half-life of \(halfLife) seconds")
    let texts = log.queries.normalized
    self.texts = texts
    self.halfLife = halfLife
    start = log.observations.first?.time ?? 0
    order = texts.indices.map { UInt32($0) }.sorted {
      Self.compare(texts[Int($0)], texts[Int($1)]) < 0
    }
    var place = [Int32](repeating: 0, count: texts.count)
    for (i, id) in order.enumerated() { place[Int(id)] = Int32(i) }
    self.place = place
    counts = MaximaTree(count: texts.count)
    decayedCounts = MaximaTree(count: texts.count)
    for (i, observation) in log.observations.enumerated() {
      record(observation, times: split.count(i, in: .learn))
    }
  }

  /// Counts `observation`; calls come in time order.
  ///
  /// - Parameters:
  ///   - observation: One of the log's observations.
  ///   - times: How often it was observed; 0 changes nothing.
  public func record(_ observation: Observation, times: UInt32 = 1) {
    if times == 0 { return }
    let position = Int(place[Int(observation.query)])
    counts.raise(position, to: max(0, counts[position]) + Double(times))
    let (age, overflow) = observation.time.subtractingReportingOverflow(start)
    // Times that are so far apart mean nothing; the count is then as old as the log.
    let fresh = (overflow ? 0 : Double(age) / halfLife) + log2(Double(times))
    let old = decayedCounts[position]
    let (less, more) = (min(old, fresh), max(old, fresh))
    decayedCounts.raise(position, to: more + log2(1 + exp2(less - more)))
    if observation.previous != QueryTable.none {
      followers[observation.previous, default: [:]][observation.query, default: 0] += times
    }
  }

  /// The ten queries that were submitted most often, as ids of the log's table.
  func popular(_ prefix: ArraySlice<UInt8>) -> [UInt32] {
    counts.best(Self.answers, in: range(of: prefix)).map { order[$0] }
  }

  /// The ten queries of greatest decayed count.
  func decayed(_ prefix: ArraySlice<UInt8>) -> [UInt32] {
    decayedCounts.best(Self.answers, in: range(of: prefix)).map { order[$0] }
  }

  /// The queries that followed `previous`, in order of count, popularity and text, and then
  /// `popular`; ten in all.
  func followers(_ prefix: ArraySlice<UInt8>, of previous: [UInt8]?) -> [UInt32] {
    let range = range(of: prefix)
    var found: [(count: UInt32, popularity: Double, position: Int)] = []
    if let previous, let id = id(of: previous), let next = followers[id] {
      for (query, count) in next where range.contains(Int(place[Int(query)])) {
        let position = Int(place[Int(query)])
        found.append((count, counts[position], position))
      }
    }
    found.sort { a, b in
      (b.count, b.popularity, a.position) < (a.count, a.popularity, b.position)
    }
    var result = found.prefix(Self.answers).map { order[$0.position] }
    for id in popular(prefix) where result.count < Self.answers && !result.contains(id) {
      result.append(id)
    }
    return result
  }

  /// The positions in `order` of the texts that begin with `prefix`.
  private func range(of prefix: ArraySlice<UInt8>) -> Range<Int> {
    let low = (0..<order.count).partitioningIndex {
      Self.compare(text(at: $0).prefix(prefix.count), prefix) >= 0
    }
    let high = (low..<order.count).partitioningIndex {
      Self.compare(text(at: $0).prefix(prefix.count), prefix) > 0
    }
    return low..<high
  }

  private func id(of text: [UInt8]) -> UInt32? {
    let i = (0..<order.count).partitioningIndex { Self.compare(self.text(at: $0), text[...]) >= 0 }
    return i < order.count && texts[Int(order[i])] == text ? order[i] : nil
  }

  private func text(at position: Int) -> ArraySlice<UInt8> { texts[Int(order[position])][...] }

  private static func compare(_ a: [UInt8], _ b: [UInt8]) -> Int { compare(a[...], b[...]) }

  /// The order of two texts by their bytes: negative, 0, positive.
  private static func compare(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int {
    a.withUnsafeBytes { x in
      b.withUnsafeBytes { y in
        if let p = x.baseAddress, let q = y.baseAddress {
          let difference = memcmp(p, q, min(x.count, y.count))
          if difference != 0 { return Int(difference) }
        }
        return x.count - y.count
      }
    }
  }
}
