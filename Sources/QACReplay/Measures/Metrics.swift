// Adds up the ranks of submitted queries among the suggestions, overall and by kind of request.
//
// MRR@10 = mean over requests of 1 / rank, or 0 if the query is not among the ten suggestions.
// success@k = share of requests with the query among the first k. BLEU_RR: BLEU.swift. The figures
// of the lines that people see: SeenLines.swift.
// Source: Bar-Yossef and Kraus, WWW 2011, §5 (MRR); Yadav et al. 2021, §5.2.

/// The kind of a request, by which figures are broken down.
public struct RequestKind: Sendable, Equatable {
  /// The length of the prefix in scalars.
  public var prefixLength: Int
  /// Whether the system had a previous query.
  public var hasContext: Bool
  /// Whether the submitted query is a label of the index.
  public var isSeen: Bool
  /// Whether nothing was submitted before in the session.
  public var isFirst: Bool
  /// Whether the query was submitted before by the same session or user.
  public var isOwn: Bool
  /// What was still to come of a query that is not a label; nil for one that is.
  public var ending: EndingKind?

  /// Makes a kind.
  public init(
    prefixLength: Int, hasContext: Bool, isSeen: Bool, isFirst: Bool, isOwn: Bool,
    ending: EndingKind? = nil
  ) {
    self.prefixLength = prefixLength
    self.hasContext = hasContext
    self.isSeen = isSeen
    self.isFirst = isFirst
    self.isOwn = isOwn
    self.ending = ending
  }

  /// The names of the classes of prefix lengths, in order.
  public static let lengthClasses = ["0", "1", "2", "3", "4-6", "7+"]

  /// The name of the class of prefix lengths.
  public var lengthClass: String {
    switch prefixLength {
    case ...3: return "\(prefixLength)"
    case 4...6: return "4-6"
    default: return "7+"
    }
  }
}

/// Sums over requests.
public struct Tally: Sendable, Equatable {
  /// The number of requests.
  public private(set) var requests = 0
  /// The number of requests without a suggestion.
  public private(set) var empty = 0
  private var reciprocal = 0.0
  private var within = [0, 0, 0]
  private var similarity = 0.0

  /// Makes an empty tally.
  public init() {}

  /// Adds a request.
  ///
  /// - Parameters:
  ///   - rank: The rank of the query from 1; nil or a rank beyond 10 counts as missed.
  ///   - suggestions: The number of suggestions.
  ///   - bleu: BLEU_RR of the suggestions.
  public mutating func add(rank: Int?, suggestions: Int, bleu: Double = 0) {
    requests += 1
    similarity += bleu
    if suggestions == 0 { empty += 1 }
    guard let rank, rank <= 10 else { return }
    reciprocal += 1 / Double(rank)
    if rank <= 1 { within[0] += 1 }
    if rank <= 3 { within[1] += 1 }
    within[2] += 1
  }

  /// The mean reciprocal rank among the first ten.
  public var mrr10: Double { reciprocal / Double(max(1, requests)) }

  /// The shares of requests with the query first, among the first three, and among the first ten.
  public var success: (at1: Double, at3: Double, at10: Double) {
    let n = Double(max(1, requests))
    return (Double(within[0]) / n, Double(within[1]) / n, Double(within[2]) / n)
  }

  /// The mean of BLEU_RR.
  public var bleuRR: Double { similarity / Double(max(1, requests)) }
}

/// The figures of one system.
public struct SystemMetrics: Sendable, Equatable {
  /// All requests.
  public private(set) var overall = Tally()
  /// By class of prefix length; class 0 is of the requests that are typed key by key.
  public private(set) var byPrefixLength: [String: Tally] = [:]
  /// By "with" and "without" a previous query.
  public private(set) var byContext: [String: Tally] = [:]
  /// By "seen" and "unseen" queries.
  public private(set) var bySeen: [String: Tally] = [:]
  /// By "first" and "later" in the session.
  public private(set) var bySession: [String: Tally] = [:]
  /// By "own" and "new": whether the query was submitted before by the same session or user.
  public private(set) var byHistory: [String: Tally] = [:]
  /// Unseen queries by what was still to come.
  public private(set) var byEnding: [EndingKind: Tally] = [:]
  /// The lines that people see, over all requests.
  public private(set) var seen = SeenLines()
  /// The same by class of prefix length, with class 0 as in `byPrefixLength`.
  public private(set) var seenByPrefixLength: [String: SeenLines] = [:]
  /// The same of unseen queries, by what was still to come.
  public private(set) var seenByEnding: [EndingKind: SeenLines] = [:]
  /// The requests that are typed key by key.
  public private(set) var keys = KeyTally()

  /// Makes figures without requests.
  public init() {}

  /// Adds a request.
  ///
  /// - Parameters:
  ///   - rank: The rank of the query from 1, or nil.
  ///   - suggestions: The number of suggestions.
  ///   - bleu: BLEU_RR of the suggestions.
  ///   - kind: The kind of the request.
  public mutating func add(rank: Int?, suggestions: Int, bleu: Double = 0, kind: RequestKind) {
    func count(_ tallies: inout [String: Tally], _ name: String) {
      tallies[name, default: Tally()].add(rank: rank, suggestions: suggestions, bleu: bleu)
    }
    overall.add(rank: rank, suggestions: suggestions, bleu: bleu)
    count(&byPrefixLength, kind.lengthClass)
    count(&byContext, kind.hasContext ? "with" : "without")
    count(&bySeen, kind.isSeen ? "seen" : "unseen")
    count(&bySession, kind.isFirst ? "first" : "later")
    count(&byHistory, kind.isOwn ? "own" : "new")
    if let ending = kind.ending {
      byEnding[ending, default: Tally()].add(rank: rank, suggestions: suggestions, bleu: bleu)
    }
  }

  /// Adds what people see of the answer to a request of `kind`.
  public mutating func add(_ answer: SeenAnswer, kind: RequestKind) {
    seen.add(answer)
    seenByPrefixLength[kind.lengthClass, default: SeenLines()].add(answer)
    if let ending = kind.ending { seenByEnding[ending, default: SeenLines()].add(answer) }
  }

  /// Adds a request that is typed key by key.
  ///
  /// - Parameters:
  ///   - ranks: The rank of the query at each prefix length, from the empty prefix to the whole
  ///     query; 0 if it is not among ten.
  ///   - suggestions: The number of suggestions for the empty prefix.
  ///   - bleu: BLEU_RR of these suggestions.
  ///   - answer: What people see of these suggestions; nil if their texts are not known.
  public mutating func add(
    keys ranks: ArraySlice<UInt8>, suggestions: Int, bleu: Double = 0,
    seen answer: SeenAnswer? = nil
  ) {
    keys.add(ranks)
    let first = ranks.first ?? 0
    byPrefixLength["0", default: Tally()].add(
      rank: first == 0 ? nil : Int(first), suggestions: suggestions, bleu: bleu)
    if let answer { seenByPrefixLength["0", default: SeenLines()].add(answer) }
  }
}
