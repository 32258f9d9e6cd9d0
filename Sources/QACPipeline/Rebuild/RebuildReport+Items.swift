// The part of a rebuild's report that is about items: numbers alone, no text of an item or a query.

import Foundation

extension RebuildReport {
  /// The items, compared with those of the served index.
  public struct Items: Codable, Sendable, Equatable {
    /// The number of items of the new index.
    public var count = 0
    /// The number of those that the served index lacks.
    public var added = 0
    /// The number of items of the served index that the new one lacks.
    public var gone = 0
    /// What was read, and what was left out.
    public var counts = ItemCounts()
    /// How well items are found; nil if that was not judged.
    public var judgement: ItemJudgement?
  }

  /// What became of rows of items and of examples.
  ///
  /// Invariant: `examples` is the sum of the counts after it.
  public struct ItemCounts: Codable, Sendable, Equatable {
    /// Rows of the files of items that are left out or not whole, by reason.
    public var badItems: [String: Int] = [:]
    /// Items that the files lack and the daemon's database has.
    public var addedItems = 0
    /// Items that the block list blocks.
    public var blockedItems = 0
    /// Examples of the daemon's database; nil if none was read.
    public var databaseExamples: Int?
    /// Examples that cannot be used, by reason.
    public var badExamples: [String: Int] = [:]
    /// Examples before the window; not part of `examples`.
    public var tooOld = 0
    /// Examples after the window; not part of `examples`.
    public var tooNew = 0

    /// Examples within the window.
    public var examples = 0
    /// Examples with a query that must not be learned, by `TextFault.name`.
    public var faultyTexts: [String: Int] = [:]
    /// Examples of whose query nothing is left in the normal form.
    public var emptyQueries = 0
    /// Examples of items that there are not.
    public var unknownItems = 0
    /// Examples of robots' visits.
    public var robots = 0
    /// Repeats of an example in its visit.
    public var repeats = 0
    /// Older examples that the decay left out.
    public var decayed = 0
    /// Examples that are learned.
    public var learned = 0

    /// Visits of robots.
    public var robotSessions = 0
  }

  /// How well items were found for the held-out examples.
  public struct ItemJudgement: Codable, Sendable, Equatable {
    /// Queries that were asked: each query of a person with the items that it led to.
    public var questions = 0
    /// The people who submitted them.
    public var people = 0
    /// Unix seconds of the first of the held-out examples.
    public var from: Int64 = 0
    /// Unix seconds of the last of the held-out examples.
    public var to: Int64 = 0
    /// The figures of each system; none if there were too few questions.
    public var systems: [ItemSystem] = []
  }

  /// The figures of one system on the held-out examples.
  public struct ItemSystem: Codable, Sendable, Equatable {
    /// Which system.
    public var name: Contender
    /// How often the first item is one that the query led to.
    public var p1: Double
    /// The share of the items that the query led to among the first 10.
    public var recall10: Double
    /// The mean of one over the place of the first such item among the first 100.
    public var mrr: Double
  }

  /// What became of items and examples, one row each: name, number, remark.
  var itemCountRows: [[String]] {
    guard let items else { return [] }
    let counts = items.counts
    func reasons(_ reasons: [String: Int], _ what: String) -> [[String]] {
      reasons.sorted { $0.key < $1.key }.map { ["\(what): \($0.key)", "\($0.value)", ""] }
    }
    var rows = reasons(counts.badItems, "rows of items")
    rows += [
      ["items of the daemon's database", "\(counts.addedItems)", "which no file has"],
      ["items on the block list", "\(counts.blockedItems)", "left out"],
      ["examples in the window", "\(counts.examples)", ""],
    ]
    for (name, count) in counts.faultyTexts.sorted(by: { $0.key < $1.key }) {
      rows.append(["– \(Self.title(ofFault: name))", "\(count)", ""])
    }
    rows += [
      ["– no word in the query", "\(counts.emptyQueries)", ""],
      ["– no item has their id", "\(counts.unknownItems)", ""],
      ["– robots", "\(counts.robots)", "\(counts.robotSessions) visits"],
      ["– repeats in a visit", "\(counts.repeats)", ""],
      ["– left out by decay", "\(counts.decayed)", ""],
      ["examples learned", "\(counts.learned)", "terms of too few people do not count"],
      ["examples before the window", "\(counts.tooOld)", "not counted above"],
      ["examples after now", "\(counts.tooNew)", "not counted above"],
    ]
    rows += reasons(counts.badExamples, "examples left out")
    return rows.filter { $0[1] != "0" }
  }

  /// The page's part about items.
  var itemsPart: String {
    guard let items else { return "" }
    var text =
      "<h2>Items</h2><p>\(items.count) items: \(items.added) new, \(items.gone) gone.</p>"
    if let judgement = items.judgement {
      text +=
        "<p>\(judgement.questions) held-out queries of \(judgement.people) people led to items, "
        + "from \(Self.date(judgement.from)) to \(Self.date(judgement.to)).</p>"
      if !judgement.systems.isEmpty {
        text += Self.table(
          ["system", "P@1", "recall@10", "MRR"],
          judgement.systems.map { system in
            [system.name.rawValue]
              + [system.p1, system.recall10, system.mrr].map { String(format: "%.4f", $0) }
          }, numbers: [1, 2, 3])
      }
    }
    return text + Self.table(["", "number", ""], itemCountRows, numbers: [1])
  }
}
