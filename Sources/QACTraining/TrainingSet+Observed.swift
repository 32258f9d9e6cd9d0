// Turns observations as strings into a training set.
//
// Invariant: equal observations in equal order give equal sets. Queries are numbered in the order
// in which they first occur.
// Cost: one dictionary entry per distinct query and one per spelling.

public import QACText

extension TrainingSet {
  /// Makes the training set that `observed` describes.
  ///
  /// Queries that share a normal form are one query. It is shown in the spelling that was submitted
  /// most; of several such, in the first. A query with an empty normal form is left out.
  public init(observed: [ObservedQuery], profile: NormalizationProfile = .search) {
    var table = QueryTexts(profile: profile)
    var examples: [Example] = []
    for observation in observed where observation.count > 0 {
      let previous = observation.previous.flatMap { table.add($0, count: 0) }
      guard let query = table.add(observation.text, count: observation.count) else { continue }
      examples.append(
        Example(
          previous: previous ?? TrainingSet.none, query: query, count: observation.count))
    }
    self.init(
      profile: profile, queries: table.normalized, surfaces: table.surfaces, examples: examples)
  }
}

/// Distinct queries and their spellings, numbered in the order in which they first occur.
private struct QueryTexts {
  private struct Spelling: Hashable {
    var query: UInt32
    var text: [UInt8]
  }

  private let normalizer: Normalizer
  private(set) var normalized: [[UInt8]] = []
  /// The spelling of each query to show, and how often it was submitted.
  private(set) var surfaces: [[UInt8]] = []
  private var most: [UInt64] = []
  private var ids: [[UInt8]: UInt32] = [:]
  private var uses: [Spelling: UInt64] = [:]

  init(profile: NormalizationProfile) {
    normalizer = Normalizer(profile)
  }

  /// Counts `count` uses of `text`.
  ///
  /// - Returns: The query's number, or nil if its normal form is empty.
  mutating func add(_ text: String, count: UInt32) -> UInt32? {
    let surface = Array(text.utf8)
    let form = normalizer.normalize(surface)
    if form.isEmpty { return nil }
    let id = ids[form] ?? UInt32(normalized.count)
    if ids.updateValue(id, forKey: form) == nil {
      normalized.append(form)
      surfaces.append(surface)
      most.append(0)
    }
    let total = uses[Spelling(query: id, text: surface), default: 0] + UInt64(count)
    uses[Spelling(query: id, text: surface)] = total
    if total > most[Int(id)] {
      most[Int(id)] = total
      surfaces[Int(id)] = surface
    }
    return id
  }
}
