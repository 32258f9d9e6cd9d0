// Counters and latencies: one set per event loop, added up when somebody asks.
//
// Invariant: only its event loop counts into a set. Cost: a few nanoseconds per request; no lock,
// no allocation.

internal import QACProtocol

/// What one event loop has done.
final class Metrics: Sendable {
  /// Parts of the time that a request takes.
  enum Stage: Int, Sendable, CaseIterable {
    /// From the reading of a request to its turn.
    case waiting
    /// From the turn of a completion or a retrieval to the end of loading its session, if the
    /// session was not in memory.
    case session
  }

  private let requests = AtomicCells(count: Method.allCases.count)
  private let errors = AtomicCells(count: ErrorCode.allCases.count)
  private let durations = Method.allCases.map { _ in LatencyRecorder() }
  private let stages = Stage.allCases.map { _ in LatencyRecorder() }
  /// By kind of submission: how many, the sum of the places, and that of the saved characters.
  private let submissions = AtomicCells(count: 3 * Submission.kinds)

  /// The numbers of one or more sets.
  struct Counts: Sendable {
    /// Requests by method, in the order of `Method.allCases`.
    var requests = [Int](repeating: 0, count: Method.allCases.count)
    /// Error answers by code, in the order of `ErrorCode.allCases`.
    var errors = [Int](repeating: 0, count: ErrorCode.allCases.count)
    /// Microseconds from a request's turn to its answer, by method.
    var durations = [LatencyHistogram](repeating: .init(), count: Method.allCases.count)
    /// Microseconds by stage.
    var stages = [LatencyHistogram](repeating: .init(), count: Stage.allCases.count)
    /// By kind of submission: how many, the sum of the places of the lines that were taken, and the
    /// sum of the characters that these saved.
    var submissions = [SIMD3<Int>](repeating: .zero, count: Submission.kinds)

    static func += (sum: inout Counts, other: Counts) {
      for i in sum.requests.indices { sum.requests[i] += other.requests[i] }
      for i in sum.errors.indices { sum.errors[i] += other.errors[i] }
      for i in sum.durations.indices { sum.durations[i] += other.durations[i] }
      for i in sum.stages.indices { sum.stages[i] += other.stages[i] }
      for i in sum.submissions.indices { sum.submissions[i] &+= other.submissions[i] }
    }

    func duration(of method: Method) -> LatencyHistogram { durations[method.rawValue] }
    func time(in stage: Stage) -> LatencyHistogram { stages[stage.rawValue] }
  }

  /// Counts a request that waited `waiting` microseconds for its turn.
  func began(_ method: Method, waiting: Int) {
    requests.add(1, at: method.rawValue)
    stages[Stage.waiting.rawValue].record(waiting)
  }

  /// Counts the time that loading a session took.
  func loaded(microseconds: Int) {
    stages[Stage.session.rawValue].record(microseconds)
  }

  /// Counts the time from a request's turn to its answer.
  func finished(_ method: Method, microseconds: Int) {
    durations[method.rawValue].record(microseconds)
  }

  /// Counts a query whose client says whether a line was taken.
  func submitted(_ submission: Submission) {
    submissions.add(1, at: 3 * submission.kind)
    submissions.add(submission.place, at: 3 * submission.kind + 1)
    submissions.add(submission.saved, at: 3 * submission.kind + 2)
  }

  func error(_ code: ErrorCode) {
    if let i = ErrorCode.allCases.firstIndex(of: code) { errors.add(1, at: i) }
  }

  var snapshot: Counts {
    var counts = Counts()
    counts.requests = (0..<requests.count).map { requests[$0] }
    counts.errors = (0..<errors.count).map { errors[$0] }
    counts.durations = durations.map(\.snapshot)
    counts.stages = stages.map(\.snapshot)
    counts.submissions = (0..<Submission.kinds).map { kind in
      SIMD3(submissions[3 * kind], submissions[3 * kind + 1], submissions[3 * kind + 2])
    }
    return counts
  }
}
