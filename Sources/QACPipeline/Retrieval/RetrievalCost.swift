// What retrieval costs: processor time per query, training time, and bytes.
//
// Queries are asked one at a time on one thread, and the least of three rounds counts. The making
// of features is measured apart, so that the search can be compared with that of systems that are
// handed vectors. Keys are those of Benchmarks/retrieval, which shows them beside other systems.
// Figures are times, so they differ from run to run.

import QACRetrieval
import QACTraining

#if canImport(Glibc)
  import Glibc
#endif

/// What a system costs.
public struct RetrievalCost: Sendable, Codable {
  /// Two percentiles of times, in milliseconds.
  public struct Percentiles: Sendable, Codable {
    /// The median.
    public var p50: Double
    /// The time that one in a hundred exceeds.
    public var p99: Double

    /// The percentiles of `nanoseconds`.
    init(_ nanoseconds: [Int]) {
      let sorted = nanoseconds.sorted()
      func at(_ share: Double) -> Double {
        sorted.isEmpty ? 0 : Double(sorted[Int(share * Double(sorted.count - 1))]) / 1e6
      }
      (p50, p99) = (at(0.5), at(0.99))
    }
  }

  /// Times per query.
  public struct Milliseconds: Sendable, Codable {
    /// Of the search alone.
    public var search: Percentiles
    /// With the making of its features from the text.
    public var withFeatures: Percentiles

    private enum CodingKeys: String, CodingKey {
      case search
      case withFeatures = "with_features"
    }
  }

  /// Times per query.
  public var milliseconds: Milliseconds
  /// Seconds in which the tree was trained, by number of threads; nil for arms without training.
  public var trainingSeconds: [String: Double]?
  /// The bytes of what is searched.
  public var modelBytes: Int

  private enum CodingKeys: String, CodingKey {
    case milliseconds
    case trainingSeconds = "training_seconds"
    case modelBytes = "model_bytes"
  }

  private static let rounds = 3

  /// Nanoseconds of this thread.
  private static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  /// Measures `engine` with `options` on `questions`.
  static func times(
    _ engine: RetrievalEngine, _ questions: [RetrievalEvaluation.Question],
    _ options: RetrievalOptions
  ) -> Milliseconds {
    let scratch = RetrievalScratch(engine: engine)
    var (search, both): ([Int], [Int]) = ([], [])
    for question in questions {
      var (leastSearch, leastBoth) = (Int.max, Int.max)
      for _ in 0..<rounds {
        question.query.withUnsafeBufferPointer { query in
          let start = now
          engine.read(query: query, scratch: scratch)
          let middle = now
          if options.rankedBy == .tree {
            engine.searchTree(beam: options.beam, limit: 100, scratch: scratch)
            let end = now
            leastSearch = min(leastSearch, end - middle)
            leastBoth = min(leastBoth, end - start)
          } else {
            engine.retrieve(query: query, limit: 100, options: options, scratch: scratch)
            let end = now
            leastBoth = min(leastBoth, end - middle)
            leastSearch = min(leastSearch, max(0, end - middle - (middle - start)))
          }
        }
      }
      search.append(leastSearch)
      both.append(leastBoth)
    }
    return Milliseconds(search: Percentiles(search), withFeatures: Percentiles(both))
  }
}

extension RetrievalReport {
  /// Measures all systems, and trains the tree again with one thread.
  mutating func addTimes(
    _ learned: LearnedItems, _ set: ItemSet, _ questions: [RetrievalEvaluation.Question],
    _ options: RetrievalEvaluation.Options
  ) throws {
    var seconds = ["\(options.settings.tree.threads)": learned.trainingSeconds]
    if options.settings.tree.threads != 1 {
      var settings = options.settings
      settings.tree.threads = 1
      seconds["1"] = try LearnedItems(set, settings: settings, fitsRanker: false).trainingSeconds
    }
    for system in System.allCases {
      systems[system.rawValue]?.cost = RetrievalCost(
        milliseconds: RetrievalCost.times(
          learned.engine, questions, system.options(beam: options.beam)),
        trainingSeconds: system == .tree || system == .full ? seconds : nil,
        modelBytes: system == .tree ? treeBytes : itemBytes)
    }
  }
}
