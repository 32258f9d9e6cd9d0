// The answer to `status`: the daemon's state, for people and scripts.
//
// Invariant: members may be added, but never removed or given another meaning. None of them holds a
// query or a session's name.

internal import QACEngine
internal import QACIndex
internal import QACProtocol
internal import QACRetrieval
internal import QACSessions
internal import QACText
internal import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

extension ServerCore {
  /// The counters of all event loops, added up.
  var counts: Metrics.Counts {
    var counts = Metrics.Counts()
    for metrics in metrics { counts += metrics.snapshot }
    return counts
  }

  /// Seconds since the start.
  var uptimeSeconds: Int { (ServerClock.microseconds - startedAt) / 1_000_000 }

  /// The members of the answer to `status`.
  ///
  /// - Parameter loop: The state of the event loop that asks.
  /// - Returns: The members, in their order.
  func status(_ loop: LoopState) -> [JSONValue.Member] {
    let counts = counts
    let served = index.current
    let statistics = store.statistics
    var members: [JSONValue.Member] = [
      .init("version", .text(ProgramVersion.number)),
      .init("features", .array(ProtocolLimits.features.map { .text("\($0)") })),
      .init("pid", .integer(Int64(getpid()))),
      .init("uptime_seconds", .integer(Int64(uptimeSeconds))),
      .init("index", .string(served.identity)),
      .init("labels", .integer(Int64(served.engine.index.labelCount))),
      .init("profile", .text(served.engine.index.profile.name)),
      .init("loaded_at", .integer(served.loadedAt)),
      .init("provenance", served.provenance),
      .init("blocks", served.blockMembers),
      .init("pins", .integer(Int64(served.rules.pins.count))),
      .init("boosts", .integer(Int64(served.rules.boosts.count))),
      .init("items", served.itemMembers),
      .init("index_path", .text(configuration.indexPath)),
      .init("block_list_path", configuration.blockListPath.map { .text($0) } ?? .null),
      .init("database_path", .text(configuration.databasePath)),
      .init("clock", .text(configuration.clock.rawValue)),
      .init("connections", .integer(Int64(connections.count))),
      .init("held_bytes", .integer(Int64(held.load(ordering: .relaxed)))),
      .init("sessions", .integer(Int64(statistics.sessions))),
      .init("events", .integer(Int64(statistics.events))),
      .init("examples", .integer(Int64(statistics.examples))),
      .init("cached_sessions", .integer(Int64(sessions.count))),
      .init("live", loop.live.members(of: served.engine)),
      .init("requests", counts.requestMembers),
      .init("errors", counts.errorMembers),
      .init("slow_requests", .integer(Int64(slow.count))),
      .init("reloads", reloadMembers),
      .init("complete_us", counts.duration(of: .complete).members),
      .init("latency_us", counts.latencyMembers),
      .init("waiting_us", counts.time(in: .waiting).members),
      .init("session_us", counts.time(in: .session).members),
    ]
    if let status = store.logStatus {
      let replica: [JSONValue.Member] = [
        .init("name", .text(status.replica)), .init("applied", .integer(status.applied)),
        .init("current", .bool(status.isCurrent)), .init("queued", .integer(Int64(status.queued))),
      ]
      members.append(.init("replica", .object(replica)))
    }
    return members
  }

  private var reloadMembers: JSONValue {
    .object([
      .init("taken", .integer(Int64(reloadsTaken.load(ordering: .relaxed)))),
      .init("refused", .integer(Int64(reloadsRefused.load(ordering: .relaxed)))),
    ])
  }
}

extension ServedIndex {
  /// How many items the index has, how many of them are hidden, and how many are served beside it.
  fileprivate var itemMembers: JSONValue {
    .object([
      .init("index", .integer(Int64(items.indexedCount))),
      .init("added", .integer(Int64(items.added?.items.count ?? 0))),
      .init("hidden", .integer(Int64(items.hidden?.count ?? 0))),
    ])
  }

  /// What the index was built from; null if the index does not say, or if there is none.
  fileprivate var provenance: JSONValue {
    if !hasIndex { return .null }
    return (try? JSONValue(parsing: Array(engine.index.provenance.utf8))) ?? .null
  }

  /// How many rules there are, and how many labels they block.
  fileprivate var blockMembers: JSONValue {
    .object([
      .init("file_rules", .integer(Int64(rules.file.count))),
      .init("method_rules", .integer(Int64(rules.addedAtRunTime.count))),
      .init("labels", .integer(Int64(blocked.count))),
    ])
  }
}

extension Metrics.Counts {
  fileprivate var requestMembers: JSONValue {
    .object(
      zip(Method.allCases, requests).map { method, count in
        .init(method.description, .integer(Int64(count)))
      })
  }

  /// The error codes that were answered, with their counts.
  fileprivate var errorMembers: JSONValue {
    .object(
      zip(ErrorCode.allCases, errors).filter { $0.1 > 0 }.map { code, count in
        .init(code.name, .integer(Int64(count)))
      })
  }

  /// The durations of the methods that were called, except for `complete`, which has its own
  /// member.
  fileprivate var latencyMembers: JSONValue {
    .object(
      Method.allCases.filter { $0 != .complete && duration(of: $0).count > 0 }.map { method in
        .init(method.description, duration(of: method).members)
      })
  }
}

extension LatencyHistogram {
  fileprivate var members: JSONValue {
    if count == 0 { return .object([.init("count", .integer(0))]) }
    return .object([
      .init("count", .integer(Int64(count))),
      .init("minimum", .integer(Int64(minimum))),
      .init("mean", .double(Double(sum) / Double(count))),
      .init("p50", .integer(Int64(quantile(0.5)))),
      .init("p90", .integer(Int64(quantile(0.9)))),
      .init("p99", .integer(Int64(quantile(0.99)))),
      .init("p999", .integer(Int64(quantile(0.999)))),
      .init("maximum", .integer(Int64(maximum))),
    ])
  }
}
