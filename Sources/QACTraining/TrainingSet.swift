// What an index is learned from: queries, and how often each followed which.

public import QACText

/// Observed queries, the input of a build.
public struct TrainingSet: Sendable {
  /// A query that was submitted after another, and how often.
  public struct Example: Sendable {
    /// The query before, an index of `queries`, or `none`.
    public var previous: UInt32
    /// The query, an index of `queries`.
    public var query: UInt32
    /// How often.
    public var count: UInt32
    /// A number for the person who submitted it, or `none` if the log does not tell people apart.
    public var user: UInt32
    /// When it was submitted, in unix seconds; 0 if the log has no times.
    public var time: Int64
    /// Where it was submitted, an index of `places`, or `none`.
    public var place: UInt32

    /// Makes an example.
    public init(
      previous: UInt32, query: UInt32, count: UInt32, user: UInt32 = TrainingSet.none,
      time: Int64 = 0, place: UInt32 = TrainingSet.none
    ) {
      self.previous = previous
      self.query = query
      self.count = count
      self.user = user
      self.time = time
      self.place = place
    }
  }

  /// Stands for "no previous query" and for "person not known".
  public static let none = UInt32.max

  /// How the texts were normalised.
  public var profile: NormalizationProfile
  /// Normalised texts, distinct.
  public var queries: [[UInt8]]
  /// Surface forms, in the order of `queries`.
  public var surfaces: [[UInt8]]
  /// What was observed.
  public var examples: [Example]
  /// The places that examples name.
  public var places: [[UInt8]]

  /// Makes a training set.
  public init(
    profile: NormalizationProfile, queries: [[UInt8]], surfaces: [[UInt8]], examples: [Example],
    places: [[UInt8]] = []
  ) {
    self.profile = profile
    self.queries = queries
    self.surfaces = surfaces
    self.examples = examples
    self.places = places
  }
}

extension TrainingSet {
  /// How often each of `queries` was submitted.
  func usesByQuery() -> [UInt64] {
    var counts = [UInt64](repeating: 0, count: queries.count)
    for example in examples { counts[Int(example.query)] += UInt64(example.count) }
    return counts
  }

  /// The queries with enough uses to become labels.
  func labels(_ uses: [UInt64], _ settings: BuildSettings) -> [Int] {
    queries.indices.filter {
      uses[$0] >= max(1, UInt64(settings.minimumCount)) && !queries[$0].isEmpty
    }
  }
}

/// A training set whose queries have become labels: sorted, counted, and indexed by label.
struct LabelledSet {
  /// Normalised texts of the labels, ascending.
  var labels: [[UInt8]] = []
  var surfaces: [[UInt8]] = []
  var weights: [UInt32] = []
  /// The label of each query of the training set, or nil.
  var labelOfQuery: [UInt32?] = []
  /// The index of each label's first example, and the number of examples; one more than labels.
  var exampleOffsets: [Int] = []
  /// The context of each example, an index of `contexts`; ascending within a label.
  var exampleContexts: [UInt32] = []
  /// How often each example was observed.
  var exampleCounts: [UInt32] = []
  /// The distinct previous queries, as indices of the training set's queries, ascending.
  var contexts: [UInt32] = []

  init(_ set: TrainingSet, _ settings: BuildSettings = BuildSettings()) throws(TrainingError) {
    let counts = set.usesByQuery()
    let kept = set.labels(counts, settings)
    guard !kept.isEmpty else {
      throw .noLabels(
        queries: set.queries.count, minimumCount: settings.minimumCount,
        minimumUsers: settings.minimumUsers)
    }
    let order = kept.sorted { set.queries[$0].lexicographicallyPrecedes(set.queries[$1]) }
    labelOfQuery = [UInt32?](repeating: nil, count: set.queries.count)
    for (label, query) in order.enumerated() {
      labelOfQuery[query] = UInt32(label)
      labels.append(set.queries[query])
      surfaces.append(set.surfaces[query])
      weights.append(UInt32(min(counts[query], UInt64(UInt32.max))))
    }
    collectExamples(set)
  }

  /// Adds up examples of equal (label, previous query), sorted.
  private mutating func collectExamples(_ set: TrainingSet) {
    var isContext = [Bool](repeating: false, count: set.queries.count)
    var pairs: [(key: UInt64, count: UInt32)] = []
    for example in set.examples where example.previous != TrainingSet.none {
      guard let label = labelOfQuery[Int(example.query)] else { continue }
      isContext[Int(example.previous)] = true
      pairs.append((UInt64(label) << 32 | UInt64(example.previous), example.count))
    }
    pairs.sort { $0.key < $1.key }
    var contextID = [UInt32](repeating: 0, count: set.queries.count)
    for query in set.queries.indices where isContext[query] {
      contextID[query] = UInt32(contexts.count)
      contexts.append(UInt32(query))
    }
    exampleOffsets = [Int](repeating: 0, count: labels.count + 1)
    var lastKey: UInt64?
    for pair in pairs {
      if pair.key == lastKey {
        let sum = exampleCounts[exampleCounts.count - 1].addingReportingOverflow(pair.count)
        exampleCounts[exampleCounts.count - 1] = sum.overflow ? UInt32.max : sum.partialValue
        continue
      }
      lastKey = pair.key
      exampleContexts.append(contextID[Int(pair.key & 0xFFFF_FFFF)])
      exampleCounts.append(pair.count)
      exampleOffsets[Int(pair.key >> 32) + 1] += 1
    }
    for label in labels.indices { exampleOffsets[label + 1] += exampleOffsets[label] }
  }
}
