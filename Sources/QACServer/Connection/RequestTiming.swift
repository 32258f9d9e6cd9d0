// When a request arrived, got its turn and was answered.
//
// Cost: two readings of the clock per request.

internal import QACProtocol

/// The times of one request, in microseconds of `ServerClock.microseconds`.
struct RequestTiming: Sendable {
  let method: Method
  /// The bytes of the prefix or query.
  let bytes: Int
  /// When it was read from the socket.
  let arrived: Int
  /// When its turn came.
  let start = ServerClock.microseconds
  /// When the session of a completion or a retrieval was loaded; nil if it was in memory or there
  /// was none.
  var loaded: Int?

  init(_ request: Request, arrived: Int) {
    method = request.method
    bytes = request.textBytes
    // The rest of a request's line may have been read before its beginning was decoded.
    self.arrived = min(arrived, start)
  }

  var waiting: Int { start - arrived }
}

extension Request {
  /// The bytes of its prefix, query, rule or items.
  fileprivate var textBytes: Int {
    switch self {
    case .complete(let parameters): return parameters.prefix.count
    case .record(let parameters): return parameters.query.count
    case .outcome: return 0
    case .retrieve(let parameters): return parameters.query.count
    case .search(let parameters): return parameters.query.count
    case .forget(let parameters): return parameters.query?.count ?? 0
    case .block(let rule), .unblock(let rule), .unboost(let rule): return rule.text.count
    case .boost(let boost): return boost.rule.text.count
    case .pin(let pin), .unpin(let pin): return pin.prefix.count + pin.text.count
    case .itemsAdd(let items):
      return items.reduce(0) { $0 + $1.title.count + $1.text.count + $1.payload.count }
    case .itemsRemove(let ids): return ids.reduce(0) { $0 + $1.bytes.count }
    case .importEvents(let events): return events.reduce(0) { $0 + $1.query.count }
    case .history, .exportEvents, .blocks, .pins, .boosts, .items, .status, .metrics, .reload,
      .ping:
      return 0
    }
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
