// Chooses the examples that a rebuild learns, by the conditions under which it learns queries.
//
// A visit is what one session does without a long pause. A visit of a robot teaches nothing, and of
// equal examples of one visit the first alone counts. Without a session or a time nobody knows what
// belongs to a visit, so such an example is never left out for that.
//
// Invariant: the result ascends by time, and depends only on the examples, the filters and the
// window.
// Cost: O(n log n) for n examples, and one look at each distinct query.

import Foundation
import QACBinary
import QACLogs
import QACText

/// Leaves out examples that must not be learned.
struct ExampleFilter {
  let filters: LogFilters
  /// Unix seconds; examples of other times are left out, those of an unknown time are not.
  let window: ClosedRange<Int64>
  /// The profile in which the block list compares.
  let profile: NormalizationProfile
  /// The items that there are, by id.
  let numbers: [[UInt8]: UInt32]

  /// What becomes of the examples of one query.
  private enum Verdict {
    case learn
    case fault(TextFault)
    case empty
  }

  /// An example within a visit.
  private struct Deed: Hashable {
    var visit: Int
    var query: [UInt8]
    var item: [UInt8]
    var weight: Double
  }

  /// The examples that may be learned; the others are counted in `counts`.
  func learned(
    _ examples: [ItemExample], _ counts: inout RebuildReport.ItemCounts
  ) -> [ItemExample] {
    counts.tooOld = examples.count { $0.time != 0 && $0.time < window.lowerBound }
    counts.tooNew = examples.count { $0.time > window.upperBound }
    let order = examples.indices
      .filter { examples[$0].time == 0 || window.contains(examples[$0].time) }
      .sorted { (examples[$0].time, $0) < (examples[$1].time, $1) }
    let inWindow = order.map { examples[$0] }
    counts.examples = inWindow.count
    let visits = Visits(inWindow, filters)
    counts.robotSessions = visits.robots.count
    var verdicts: [[UInt8]: Verdict] = [:]
    var done: Set<Deed> = []
    var result: [ItemExample] = []
    let newest = inWindow.last?.time ?? 0
    for (example, visit) in zip(inWindow, visits.visit) {
      let verdict = verdicts[example.query] ?? self.verdict(example.query)
      verdicts[example.query] = verdict
      switch verdict {
      case .fault(let fault): counts.faultyTexts[fault.name, default: 0] += 1
      case .empty: counts.emptyQueries += 1
      case .learn where numbers[example.item] == nil: counts.unknownItems += 1
      case .learn:
        if let visit, visits.robots.contains(visit) {
          counts.robots += 1
        } else if let visit,
          !done.insert(
            Deed(visit: visit, query: example.query, item: example.item, weight: example.weight)
          ).inserted
        {
          counts.repeats += 1
        } else if isDecayed(example, newest: newest) {
          counts.decayed += 1
        } else {
          result.append(example)
        }
      }
    }
    counts.learned = result.count
    return result
  }

  private func verdict(_ query: [UInt8]) -> Verdict {
    let form = Normalizer(.search).normalize(query)
    if form.isEmpty { return .empty }
    if form.count > filters.longestQuery { return .fault(.tooLong) }
    let own = profile == .search ? form : Normalizer(profile).normalize(query)
    if filters.isBlocked(own) { return .fault(.blocked) }
    let fault = query.withUnsafeBufferPointer { filters.fault($0) }
    return fault == .none ? .learn : .fault(fault)
  }

  /// Whether the decay leaves an example out, by a number that is drawn from the example itself.
  private func isDecayed(_ example: ItemExample, newest: Int64) -> Bool {
    if filters.decayDays <= 0 || example.time == 0 { return false }
    let text = StableHash.of(example.query, seed: StableHash.of(example.item, seed: 2))
    let hash = StableHash.mix(
      text ^ StableHash.mix(UInt64(bitPattern: example.time) ^ StableHash.mix(filters.seed)))
    let age = Double(newest - example.time) / (filters.decayDays * 86_400)
    return Double(hash >> 11) * 0x1p-53 >= exp2(-age)
  }
}

/// The visits that examples belong to.
private struct Visits {
  /// The visit of each example; nil if it is not known.
  private(set) var visit: [Int?] = []
  /// The visits of robots.
  private(set) var robots: Set<Int> = []

  private struct Visit {
    var number: Int
    var time: Int64
    var minute: Int64
    var examples = 0
    var minuteExamples = 0
  }

  /// Divides `examples`, which ascend by time.
  init(_ examples: [ItemExample], _ filters: LogFilters) {
    var open: [Int32: Visit] = [:]
    var count = 0
    for example in examples {
      if example.session < 0 || example.time == 0 {
        visit.append(nil)
        continue
      }
      var own: Visit
      if let last = open[example.session], example.time - last.time <= filters.sessionGap {
        own = last
      } else {
        own = Visit(number: count, time: example.time, minute: example.time)
        count += 1
      }
      if example.time - own.minute >= 60 { (own.minute, own.minuteExamples) = (example.time, 0) }
      own.time = example.time
      own.examples += 1
      own.minuteExamples += 1
      if filters.robotSession > 0 && own.examples > filters.robotSession
        || filters.robotMinute > 0 && own.minuteExamples > filters.robotMinute
      {
        robots.insert(own.number)
      }
      open[example.session] = own
      visit.append(own.number)
    }
  }
}
