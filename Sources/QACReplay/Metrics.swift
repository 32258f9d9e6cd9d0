// Ranks of submitted queries among the suggestions, added up overall and by kind of request.
//
// MRR@10 = mean over requests of 1 / rank, 0 where the query is not among the ten suggestions.
// success@k = share of requests whose query is among the first k.
// Source: Bar-Yossef and Kraus, WWW 2011, §5 (MRR); Yadav et al. 2021, §5.2.

/// A kind of request by which figures are broken down.
public struct RequestKind: Sendable {
  /// Scalars of the prefix.
  public var prefixLength: Int
  /// Whether a query was submitted before in the session.
  public var hasContext: Bool
  /// Whether the submitted query is a label of the index.
  public var isSeen: Bool

  /// Makes a kind.
  public init(prefixLength: Int, hasContext: Bool, isSeen: Bool) {
    self.prefixLength = prefixLength
    self.hasContext = hasContext
    self.isSeen = isSeen
  }

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
  /// Requests without any suggestion.
  public private(set) var empty = 0
  private var reciprocal = 0.0
  private var within = [0, 0, 0]

  /// Makes an empty tally.
  public init() {}

  /// Adds a request whose query came at `rank` (from 1), or not at all.
  public mutating func add(rank: Int?, suggestions: Int) {
    requests += 1
    if suggestions == 0 { empty += 1 }
    guard let rank, rank <= 10 else { return }
    reciprocal += 1 / Double(rank)
    if rank <= 1 { within[0] += 1 }
    if rank <= 3 { within[1] += 1 }
    within[2] += 1
  }

  /// Mean reciprocal rank among the first ten.
  public var mrr10: Double { requests == 0 ? 0 : reciprocal / Double(requests) }

  /// Share of requests whose query was first, among three, among ten.
  public var success: (at1: Double, at3: Double, at10: Double) {
    let n = Double(max(1, requests))
    return (Double(within[0]) / n, Double(within[1]) / n, Double(within[2]) / n)
  }
}

/// The figures of one system.
public struct SystemMetrics: Sendable, Equatable {
  /// All requests.
  public private(set) var overall = Tally()
  /// By class of prefix length.
  public private(set) var byPrefixLength: [String: Tally] = [:]
  /// "with" and "without" a previous query.
  public private(set) var byContext: [String: Tally] = [:]
  /// "seen" and "unseen" queries.
  public private(set) var bySeen: [String: Tally] = [:]

  /// Makes figures without requests.
  public init() {}

  /// Adds a request.
  public mutating func add(rank: Int?, suggestions: Int, kind: RequestKind) {
    overall.add(rank: rank, suggestions: suggestions)
    byPrefixLength[kind.lengthClass, default: Tally()].add(rank: rank, suggestions: suggestions)
    byContext[kind.hasContext ? "with" : "without", default: Tally()]
      .add(rank: rank, suggestions: suggestions)
    bySeen[kind.isSeen ? "seen" : "unseen", default: Tally()]
      .add(rank: rank, suggestions: suggestions)
  }
}
