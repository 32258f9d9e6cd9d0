// The log of requests that took long.
//
// Invariant: of what was asked, the log holds only the length. It gets at most one line per second,
// and the next line says how many requests were passed over.
// Cost: one comparison per request; a lock per slow one.

internal import Logging
internal import QACProtocol
internal import Synchronization

/// Logs slow requests.
final class SlowLog: Sendable {
  private struct State {
    var next = Int.min
    var suppressed = 0
    var count = 0
  }

  private let logger: Logger
  /// A request that takes this many microseconds or more is slow; nil if none is.
  private let threshold: Int?
  private let state = Mutex(State())

  init(_ logger: Logger, milliseconds: Int) {
    self.logger = logger
    threshold = milliseconds > 0 ? milliseconds * 1000 : nil
  }

  /// The number of slow requests so far.
  var count: Int { state.withLock { $0.count } }

  /// Logs a request that was answered at `end`, if it was slow.
  func look(at timing: RequestTiming, end: Int) {
    // A reload reads a whole index, which takes as long as it takes.
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
    if timing.method == .complete || timing.method == .retrieve {
      let loaded = timing.loaded ?? timing.start
      metadata["session_us"] = "\(loaded - timing.start)"
      metadata["engine_us"] = "\(end - loaded)"
    } else {
      metadata["work_us"] = "\(end - timing.start)"
    }
    logger.notice("slow request", metadata: metadata)
  }
}
