// The retrievals that are counted: some queries of a file of examples, in several ways.
//
// Invariant: decided by the file alone.

import QACIndex
import QACLogs
import QACRetrieval

/// Queries for items.
struct FixedRetrievals {
  /// One way to ask every query.
  struct Group {
    var name: String
    var limit: Int
    /// Whether the query before in the list is the session's previous one.
    var hasPrevious = false
    var added: AddedItems?
  }

  /// Queries that are asked.
  private static let count = 40
  /// Items that are added.
  private static let addedItems = 50

  /// The queries.
  let queries: [[UInt8]]
  private let titles: [[UInt8]]

  /// Takes queries from the examples of the file at `path`.
  init(_ path: String) throws {
    var seen: Set<[UInt8]> = []
    let distinct = try ItemExamples(contentsOf: [path]).examples.map(\.query)
      .filter { seen.insert($0).inserted }
    let step = max(1, distinct.count / Self.count)
    queries = stride(from: 0, to: distinct.count, by: step).prefix(Self.count)
      .map { distinct[$0] }
    titles = Array(distinct.suffix(Self.addedItems))
  }

  /// The ways to ask the queries of the index `index`.
  func groups(beside index: LabelIndex) -> [Group] {
    let items = titles.enumerated().map { number, title in
      AddedItem(
        id: Array("added \(number)".utf8), title: title, text: [], weight: 1, payload: [])
    }
    return [
      Group(name: "10 items", limit: 10), Group(name: "100 items", limit: 100),
      Group(name: "10 items, after another query", limit: 10, hasPrevious: true),
      Group(
        name: "10 items, some of them added", limit: 10,
        added: AddedItems(items, beside: index)),
    ]
  }

  /// The previous query of query `number`; none for the first.
  func previous(_ group: Group, _ number: Int) -> [UInt8] {
    group.hasPrevious && number > 0 ? queries[number - 1] : []
  }
}
