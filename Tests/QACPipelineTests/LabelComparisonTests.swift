// What a report says about labels that came and went, and about the quality over time.

import QACIndex
import QACTestSupport
import Testing

@testable import QACPipeline

@Suite struct LabelComparisonTests {
  private func index(_ weights: [UInt32]) throws -> LabelIndex {
    var content = TinyIndex.content
    content.weights = weights
    return try LabelIndex(bytes: IndexWriter.serialize(content))
  }

  @Test func onlyWhatIsUsedMoreRises() throws {
    // Less is used in all: the shares of "new", "news", "newts" and even "paris" rise, their uses
    // do not.
    let labels = RebuildReport.Labels(
      try index([5, 2, 8, 9, 1, 1]), served: try index([5, 40, 8, 3, 1, 3]))
    #expect(labels.rising == [.init(text: "Newton", now: 9, before: 3)])
    #expect(labels.falling == [.init(text: "New York", now: 2, before: 40)])
    #expect(labels.newest.isEmpty && labels.added == 0 && labels.gone == 0)
    // More is used in all: the shares of the others fall.
    let grown = RebuildReport.Labels(
      try index([5, 40, 8, 3, 1, 3]), served: try index([5, 2, 8, 9, 1, 1]))
    #expect(grown.rising == [.init(text: "New York", now: 40, before: 2)])
    #expect(grown.falling == [.init(text: "Newton", now: 3, before: 9)])
  }

  @Test func aNightWithoutQueriesIsNoPointOverTime() {
    func report(_ now: Int64, requests: Int) -> RebuildReport {
      var report = RebuildReport()
      report.now = now
      var judgement = RebuildReport.Judgement()
      judgement.requests = requests
      judgement.systems = [.init(name: .new, mrr10: requests > 0 ? 0.5 : 0, keystrokesSaved: 0)]
      report.judgement = judgement
      return report
    }
    let day: Int64 = 86_400
    let nights = [report(day, requests: 10), report(2 * day, requests: 10)]
    let page = report(3 * day, requests: 10).page(nights)
    #expect(page.contains("Over time"))
    // The plot ends with the last night on which something was asked.
    #expect(report(3 * day, requests: 0).page([nights[0]]).contains("Over time") == false)
  }
}
