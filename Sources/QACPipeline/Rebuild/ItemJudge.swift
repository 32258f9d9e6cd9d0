// Compares the items of a new index with those of the served one, on examples that neither was
// built from.
//
// A question is a query of one person in the held-out examples, with all items that it led to. Each
// index is asked as it would be served: the served one with the items that were added to the daemon
// beside it. An item that the served index cannot find counts as not found.
//
// The new index must meet these demands (`RebuildReport.Demand`): recall@10 and the mean reciprocal
// rank are not shown to be worse than those of the served index less a margin, by the upper end of
// the paired 95 % bootstrap interval over people. The completions' rule, by the lower end, is too
// strict here. The items' ranker is fitted anew every night, and a few hundred questions tell two
// fits apart by more than the margin, by chance. Where the served index has no items, BM25 of the
// words takes its place. Too few questions say nothing: then nothing is demanded of the items'
// quality, and the completions decide alone.
//
// Cost: one retrieval per question and system.

import Foundation
import QACIndex
import QACLogs
import QACReplay
import QACRetrieval
import QACText
import QACTraining

/// Judges the items of an index before it is published.
struct ItemJudge {
  /// A query of one person, and what it led to.
  private struct Question {
    var query: [UInt8]
    var person: UInt32
    /// Numbers of items of the new index.
    var relevant: [UInt32] = []
  }

  let settings: RebuildSettings
  /// The items of the served index; nil if it has none, or if there is no index.
  let served: RetrievalEngine?
  /// The items that are served beside them.
  let added: [AddedItem]

  /// What was asked, in the report's terms.
  private(set) var judgement = RebuildReport.ItemJudgement()
  private var questions: [Question] = []
  private let numbers: [[UInt8]: UInt32]

  /// Takes the questions of `heldOut`, examples that ascend by time.
  init(
    settings: RebuildSettings, served: RetrievalEngine?, added: [AddedItem],
    numbers: [[UInt8]: UInt32], heldOut: ArraySlice<ItemExample>
  ) {
    self.settings = settings
    self.served = served
    self.added = added
    self.numbers = numbers
    judgement.from = heldOut.first?.time ?? 0
    judgement.to = heldOut.last?.time ?? 0
    takeQuestions(heldOut)
  }

  /// Whether there are questions enough to judge by.
  var canJudge: Bool { judgement.questions >= settings.minimumRequests }

  private mutating func takeQuestions(_ heldOut: ArraySlice<ItemExample>) {
    struct Key: Hashable {
      var person: UInt32
      var form: [UInt8]
    }
    let normalizer = Normalizer(.search)
    var places: [Key: Int] = [:]
    var all: [Question] = []
    for (i, example) in zip(UInt32(0)..., heldOut) {
      guard let item = numbers[example.item] else { continue }
      // Examples without a session are of somebody else each.
      let person = example.session < 0 ? ~i : UInt32(example.session)
      let key = Key(person: person, form: normalizer.normalize(example.query))
      let place = places[key] ?? all.count
      if place == all.count {
        places[key] = place
        all.append(Question(query: example.query, person: person))
      }
      if !all[place].relevant.contains(item) { all[place].relevant.append(item) }
    }
    // An even sample.
    let step = max(1, Double(all.count) / Double(settings.maximumRequests))
    questions = (0..<min(all.count, settings.maximumRequests)).map { all[Int(Double($0) * step)] }
    judgement.questions = questions.count
    judgement.people = Set(questions.map(\.person)).count
  }

  /// Asks `engine`, the items of the new index, and the served ones.
  ///
  /// - Returns: The demands, checked; none if there are too few questions.
  mutating func judge(_ engine: RetrievalEngine) -> [RebuildReport.Check] {
    if !canJudge { return [] }
    let new = ask(engine, added: nil, .standard)
    let words = ask(engine, added: nil, RetrievalOptions(arms: [.lexical], rankedBy: .lexical))
    report(new, .new)
    var (other, name) = (words, RebuildReport.Contender.words)
    if let served {
      let beside = added.isEmpty ? nil : AddedItems(added, beside: served.index)
      (other, name) = (ask(served, added: beside, .standard), .served)
      report(other, .served)
    }
    report(words, .words)
    let bootstrap = Bootstrap(clusters: questions.map(\.person), seed: settings.build.seed)
    let pairs: [(RebuildReport.Demand, [Double], [Double])] = [
      (.itemRecall, new.map(\.recall10), other.map(\.recall10)),
      (.itemMRR, new.map(\.reciprocalRank), other.map(\.reciprocalRank)),
    ]
    return pairs.map { demand, now, before in
      RebuildReport.Check(
        comparing: demand, now, with: before, of: name.rawValue, mayBeWorse: true,
        margin: settings.margin, bootstrap)
    }
  }

  private mutating func report(_ scores: [RetrievalScore], _ name: RebuildReport.Contender) {
    let n = Double(scores.count)
    func mean(_ value: KeyPath<RetrievalScore, Double>) -> Double {
      scores.reduce(0) { $0 + $1[keyPath: value] } / n
    }
    judgement.systems.append(
      RebuildReport.ItemSystem(
        name: name, p1: mean(\.p1), recall10: mean(\.recall10), mrr: mean(\.reciprocalRank)))
  }

  /// Asks one system all questions.
  private func ask(
    _ engine: RetrievalEngine, added: AddedItems?, _ options: RetrievalOptions
  ) -> [RetrievalScore] {
    let pieces = 64
    let (questions, numbers) = (questions, numbers)
    let parts = Parallel.map(pieces, threads: settings.build.threads) { piece in
      let scratch = RetrievalScratch(engine: engine)
      return stride(from: piece, to: questions.count, by: pieces).map { i in
        questions[i].query.withUnsafeBufferPointer {
          engine.retrieve(query: $0, limit: 100, added: added, options: options, scratch: scratch)
        }
        let found = (0..<scratch.count).map { place in
          scratch.withItem(place) { id, _, _ in numbers[Array(id)] ?? .max }
        }
        return (i, RetrievalScore(found: found, relevant: questions[i].relevant))
      }
    }
    return parts.flatMap { $0 }.sorted { $0.0 < $1.0 }.map(\.1)
  }
}

extension RebuildReport.Check {
  /// Whether a figure of the new index is no worse than that of another system, less a margin.
  ///
  /// - Parameters:
  ///   - demand: Which figure.
  ///   - new: Its value for each request.
  ///   - other: The same of the other system.
  ///   - name: The other system.
  ///   - mayBeWorse: Whether the new index must only not be shown to be worse: the upper end of the
  ///     interval decides, else the lower one.
  ///   - margin: How much may be lost, as a share of the other system's figure.
  ///   - bootstrap: Resamples the requests.
  init(
    comparing demand: RebuildReport.Demand, _ new: [Double], with other: [Double],
    of name: String, mayBeWorse: Bool, margin: Double, _ bootstrap: Bootstrap
  ) {
    let n = Double(new.count)
    let (now, before) = (new.reduce(0, +) / n, other.reduce(0, +) / n)
    let interval = bootstrap.interval(of: zip(new, other).map { $0 - $1 })
    let bound = (mayBeWorse ? interval?.high : interval?.low) ?? 0
    let least = -margin * before
    self.init(
      name: demand, passed: bound >= least,
      text: String(
        format: "%.4f, %@ %.4f: the difference is at %@ %+.4f, and must be at least %+.4f", now,
        name, before, mayBeWorse ? "most" : "least", bound, least))
  }
}
