// When a request came, got its turn and was answered; and the log of those that took long.
//
// Invariant: nothing of what was asked is in the log but its length. A line a second at the most; the
// next one tells how many were passed over.
// Cost: two readings of the clock a request.

internal import Logging
internal import QACProtocol
internal import Synchronization

/// The times of one request, in microseconds of `ServerClock.microseconds`.
struct RequestTiming: Sendable {
  let method: Method
  /// The bytes of the prefix or query.
  let bytes: Int
  /// When it was read from the socket.
  let arrived: Int
  /// When its turn came.
  let start = ServerClock.microseconds
  /// When a completion's session was there.
  var loaded: Int?

  init(_ request: Request, arrived: Int) {
    method = request.method
    bytes = request.textBytes
    // A request of the rest of a line may have been read before its beginning was looked at.
    self.arrived = min(arrived, start)
  }

  var waiting: Int { start - arrived }
}

extension Request {
  /// The bytes of its prefix, query or rule.
  fileprivate var textBytes: Int {
    switch self {
    case .complete(let parameters): return parameters.prefix.count
    case .record(let parameters): return parameters.query.count
    case .forget(let parameters): return parameters.query?.count ?? 0
    case .block(let rule), .unblock(let rule): return rule.text.count
    case .history, .blocks, .status, .metrics, .reload, .ping: return 0
    }
  }
}

/// Tells the log of slow requests.
final class SlowLog: Sendable {
  private struct State {
    var next = Int.min
    var suppressed = 0
    var count = 0
  }

  private let logger: Logger
  /// From how many microseconds on a request is slow; nil for never.
  private let threshold: Int?
  private let state = Mutex(State())

  init(_ logger: Logger, milliseconds: Int) {
    self.logger = logger
    threshold = milliseconds > 0 ? milliseconds * 1000 : nil
  }

  /// How many slow requests there were.
  var count: Int { state.withLock { $0.count } }

  /// Tells of a request that was answered at `end`, if it was slow.
  func look(at timing: RequestTiming, end: Int) {
    // What reads a whole index takes as long as that takes.
    guard let threshold, end - timing.arrived >= threshold, timing.method != .reload else { return }
    let suppressed = state.withLock { state -> Int? in
      state.count += 1
      guard end >= state.next else {
        state.suppressed += 1
        return nil
      }
      defer { state.suppressed = 0 }
      state.next = end + 1_000_000
      return state.suppressed
    }
    guard let suppressed else { return }
    var metadata: Logger.Metadata = [
      "method": "\(timing.method)", "total_us": "\(end - timing.arrived)",
      "waiting_us": "\(timing.waiting)", "bytes": "\(timing.bytes)", "suppressed": "\(suppressed)",
    ]
    if timing.method == .complete {
      let loaded = timing.loaded ?? timing.start
      metadata["session_us"] = "\(loaded - timing.start)"
      metadata["engine_us"] = "\(end - loaded)"
    } else {
      metadata["work_us"] = "\(end - timing.start)"
    }
    logger.notice("slow request", metadata: metadata)
  }
}

extension ConnectionHandler {
  /// Counts a request that was answered at `end`.
  func finished(_ timing: RequestTiming, at end: Int = ServerClock.microseconds) {
    loop.metrics.finished(timing.method, microseconds: end - timing.start)
    if let loaded = timing.loaded { loop.metrics.loaded(microseconds: loaded - timing.start) }
    core.slow.look(at: timing, end: end)
  }
}
