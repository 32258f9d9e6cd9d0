// The query before each example, of the same session.
//
// Only queries that led to items are known. A query counts as context as long as it does for a
// completion: half an hour.
// Cost: O(n log n) for n examples with session and time.

import QACLogs

/// What the sessions of examples asked before.
struct PreviousQueries {
  /// The seconds after which a query is no context.
  private static let gap: Int64 = 1_800

  private let examples: [ItemExample]
  /// For each example, another one whose query came before; -1 for none.
  private var before: [Int]

  /// Orders the examples of each session.
  init(_ examples: [ItemExample]) {
    self.examples = examples
    before = [Int](repeating: -1, count: examples.count)
    let timed = examples.indices.filter { examples[$0].session >= 0 && examples[$0].time > 0 }
    let order = timed.sorted { a, b in
      (examples[a].session, examples[a].time, a) < (examples[b].session, examples[b].time, b)
    }
    for (last, i) in zip(order, order.dropFirst())
    where examples[last].session == examples[i].session
      && examples[i].time - examples[last].time < Self.gap
    {
      // Several items of one query all follow the same query.
      before[i] = examples[last].query == examples[i].query ? before[last] : last
    }
  }

  /// The query before example `i`, as typed; nil if there is none.
  func query(before i: Int) -> [UInt8]? { before[i] < 0 ? nil : examples[before[i]].query }
}
