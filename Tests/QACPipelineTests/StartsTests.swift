// What pairs of queries say about queries that came first.

import QACLogs
import QACText
import QACTraining
import Testing

@testable import QACPipeline

@Suite struct StartsTests {
  typealias Example = TrainingSet.Example

  @Test func aQueryFollowedMoreOftenThanItFollowedCameFirst() {
    let examples = [
      Example(previous: 0, query: 1, count: 5), Example(previous: 1, query: 2, count: 3),
      Example(previous: 3, query: 0, count: 1),
      Example(previous: TrainingSet.none, query: 4, count: 2),
      Example(previous: 4, query: 2, count: 7),
    ]
    let starts = TrainingSet.starts(of: examples, queries: 5)
    #expect(starts.map(\.query) == [0, 3, 4])
    #expect(starts.map(\.count) == [4, 1, 5])
    #expect(starts.allSatisfy { $0.previous == TrainingSet.none })
  }

  @Test func pairsTeachThemAndEventsDoNot() {
    let texts = ["a", "b"].map { Array($0.utf8) }
    let table = QueryTable(normalized: texts, surface: texts)
    let pair = Observation(query: 1, previous: 0, session: 0, user: 0, time: 0, count: 3)
    let pairs = TrainingSet(
      QueryLog(observations: [pair], queries: table, isTimed: false), profile: .search)
    #expect(pairs.examples.map(\.query) == [1, 0])
    #expect(pairs.examples.map(\.count) == [3, 3])
    let events = TrainingSet(QueryLog(observations: [pair], queries: table), profile: .search)
    #expect(events.examples.map(\.query) == [1])
  }
}
