// What people see of the lists, in an evaluation's report. SeenLines.swift says what each figure is.

public import QACReplay

extension EvaluationReport {
  /// What people see of the lists of one system.
  public struct Seen: Codable, Sendable, Equatable {
    /// The figures over all requests.
    public var overall: SeenFigures
    /// By class of prefix length, as in `System.byPrefixLength`.
    public var byPrefixLength: [String: SeenFigures]

    init(_ seen: SeenLines, byPrefixLength: [String: SeenLines]) {
      overall = SeenFigures(seen)
      self.byPrefixLength = Dictionary(
        RequestKind.lengthClasses.map { ($0, SeenFigures(byPrefixLength[$0] ?? SeenLines())) },
        uniquingKeysWith: { $1 })
    }

    init(_ result: SystemResult) {
      self.init(result.metrics.seen, byPrefixLength: result.metrics.seenByPrefixLength)
      overall.usefulInterval = result.usefulInterval
      overall.savedInterval = result.savedInterval
    }
  }

  /// The figures of unseen queries of which the same kind of words was still to come.
  public struct Ending: Codable, Sendable, Equatable {
    /// The number of requests.
    public var requests: Int
    /// Their share among all requests for unseen queries.
    public var share: Double
    /// Mean reciprocal rank among the first ten.
    public var mrr10: Double
    /// The share of answers with a useful line, if the texts of lines are known.
    public var usefulAmong10: Double?
    /// The share of the characters still to type that the longest useful lines save, if the texts
    /// of lines are known.
    public var charactersSaved: Double?

    init(_ tally: Tally, _ seen: SeenLines?, of unseen: Int) {
      requests = tally.requests
      share = Double(tally.requests) / Double(unseen)
      mrr10 = tally.mrr10
      usefulAmong10 = seen?.usefulAmong10
      charactersSaved = seen?.charactersSaved
    }
  }

  /// What people see of the lists for a set of requests. All but `answers` and `lines` are shares.
  public struct SeenFigures: Codable, Sendable, Equatable {
    /// The number of answers.
    public var answers: Int
    /// The mean number of lines per answer that begin with what was typed.
    public var lines: Double
    /// Of these lines, the useful ones.
    public var useful: Double
    /// The 95 % interval of `useful`, if it was computed.
    public var usefulInterval: Interval?
    /// Of these lines, those that nobody submits and that are not useful.
    public var forNobody: Double
    /// Of these lines, those whose source composes.
    public var composed: Double
    /// Of the lines for queries without a misspelt word, those with one that was not typed.
    public var misspelt: Double
    /// Of the answers, those with a useful line.
    public var usefulAmong10: Double
    /// Of the answers, those with a useful line among the first three.
    public var usefulAmong3: Double
    /// Of the characters still to type, those that the longest useful lines save.
    public var charactersSaved: Double
    /// The 95 % interval of `charactersSaved`, if it was computed.
    public var savedInterval: Interval?
    /// Of all lines, those that do not begin with what was typed; the other figures leave them out.
    public var other: Double

    init(_ seen: SeenLines) {
      answers = seen.answers
      lines = seen.linesPerAnswer
      useful = seen.useful
      forNobody = seen.forNobody
      composed = seen.composed
      misspelt = seen.misspelt
      usefulAmong10 = seen.usefulAmong10
      usefulAmong3 = seen.usefulAmong3
      charactersSaved = seen.charactersSaved
      other = seen.otherShare
    }
  }
}
