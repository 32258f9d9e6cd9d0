// Measures what suggestions save a person who types a query key by key.
//
// The person types the query from its first character, looks at the first k suggestions after each
// key (and before the first), and picks the query as soon as it is among them. For a query of n
// characters that is first shown after t of them:
//
//     keystrokes saved   sum of max(0, n - t - 1) / sum of n: the pick costs one key, and the key
//                        that submits the query is needed either way
//     eSaved             mean of 1 - t / n: the pick costs nothing
//     pSaved             share of queries that are shown before they are typed out (t < n)
//     shortest prefix    mean of t over the queries that are shown at all (t <= n)
//     share              the share of these queries
//     MRL                mean number of characters that can be deleted from the end, one at a time,
//                        while the query stays among the first k after each deletion
//
// Sources: Kharitonov et al., SIGIR 2013 (eSaved and pSaved; here with the user model above, in
// which the person looks at every suggestion shown); Kim, EMNLP 2019 (mean recoverable length; here
// down to the empty prefix, while the author's program stops at two characters).

/// Sums over queries that are typed key by key.
public struct KeyTally: Sendable, Equatable {
  /// The numbers k of suggestions that the person looks at.
  public static let depths = [1, 3, 10]

  /// The sums for one number k.
  public struct Depth: Sendable, Equatable {
    fileprivate(set) var requests = 0
    fileprivate var keys = 0
    fileprivate var saved = 0
    fileprivate var relative = 0.0
    fileprivate var used = 0
    fileprivate var reached = 0
    fileprivate var typed = 0
    fileprivate var recoverable = 0

    /// The share of all keys that need not be pressed.
    public var keystrokesSaved: Double { Double(saved) / Double(max(1, keys)) }
    /// The mean share of a query that need not be typed if the pick costs nothing.
    public var eSaved: Double { relative / Double(max(1, requests)) }
    /// The share of queries that are picked before they are typed out.
    public var pSaved: Double { Double(used) / Double(max(1, requests)) }
    /// The share of queries that are shown at some prefix.
    public var share: Double { Double(reached) / Double(max(1, requests)) }
    /// The mean length in characters of the shortest prefix at which a query is shown, over the
    /// queries that are shown.
    public var shortestPrefix: Double { Double(typed) / Double(max(1, reached)) }
    /// The mean recoverable length in characters.
    public var recoverableLength: Double { Double(recoverable) / Double(max(1, requests)) }

    fileprivate mutating func add(_ ranks: ArraySlice<UInt8>, _ k: Int) {
      func isShown(_ rank: UInt8) -> Bool { rank > 0 && rank <= k }
      let length = ranks.count - 1
      requests += 1
      keys += length
      recoverable += ranks.dropLast().reversed().prefix(while: isShown).count
      guard let first = ranks.firstIndex(where: isShown) else { return }
      let typed = first - ranks.startIndex
      reached += 1
      self.typed += typed
      if typed == length { return }
      used += 1
      saved += length - typed - 1
      relative += 1 - Double(typed) / Double(length)
    }
  }

  /// The sums for each of `depths`, in their order.
  public private(set) var byDepth = [Depth](repeating: Depth(), count: KeyTally.depths.count)

  /// Makes sums without requests.
  public init() {}

  /// The number of queries.
  public var requests: Int { byDepth[0].requests }

  /// Adds a query.
  ///
  /// - Parameter ranks: The rank of the query at each prefix length from 0 to its own length; 0 if
  ///   it is not among ten. There is at least one.
  public mutating func add(_ ranks: ArraySlice<UInt8>) {
    precondition(!ranks.isEmpty, "the ranks begin with that of the empty prefix")
    for (i, k) in Self.depths.enumerated() { byDepth[i].add(ranks, k) }
  }
}
