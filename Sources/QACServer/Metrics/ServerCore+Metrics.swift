// The answer to `metrics`: every figure with its name, unit and kind, for a monitoring system.
//
// Names and units follow Prometheus' "Metric and label naming": seconds and bytes, and counters end
// with _total. Invariant: the text holds no query and no session's name; the number of its lines
// does not depend on what was asked.

internal import QACEngine
internal import QACIndex
internal import QACProtocol
internal import QACRetrieval
internal import QACSessions
internal import QACText
internal import Synchronization

extension ServerCore {
  /// All metrics as text in Prometheus' format.
  ///
  /// - Parameter loop: The state of the event loop that asks.
  /// - Returns: The text, UTF-8.
  /// - Complexity: O(event loops x histograms).
  func metricsText(_ loop: LoopState) -> [UInt8] {
    var text = PrometheusText()
    appendIndex(to: &text)
    appendState(loop, to: &text)
    appendRequests(to: &text)
    appendProcess(to: &text)
    return text.bytes
  }

  private func appendIndex(to text: inout PrometheusText) {
    let served = index.current
    let file = served.engine.index
    text.family("qacd_build_info", .gauge, "1; the version of the daemon is a label.")
    text.sample(["version": ProgramVersion.number], 1)
    text.family("qacd_index_info", .gauge, "1; the identity and profile of the index are labels.")
    text.sample(["index": file.identity, "profile": file.profile.name], 1)
    text.one(
      "qacd_index_labels", .gauge, value: file.labelCount, help: "Labels of the index.")
    text.one(
      "qacd_index_bytes", .gauge, value: file.byteCount, help: "Bytes of the index file.")
    text.one(
      "qacd_index_loaded_timestamp_seconds", .gauge, value: Int(served.loadedAt),
      help: "When the index was loaded.")
    text.one(
      "qacd_index_log_end_timestamp_seconds", .gauge, value: Int(file.view.lastTime),
      help: "When the log of the index ends; 0 where it has no times.")
    text.one(
      "qacd_index_blocked_labels", .gauge, value: served.blocked.count,
      help: "Labels that rules block.")
    text.family("qacd_block_rules", .gauge, "Rules of what is never suggested.")
    text.sample(["source": "file"], served.rules.file.count)
    text.sample(["source": "method"], served.rules.addedAtRunTime.count)
    text.one(
      "qacd_pins", .gauge, value: served.rules.pins.count, help: "Texts pinned to prefixes.")
    text.one(
      "qacd_boosts", .gauge, value: served.rules.boosts.count,
      help: "Rules that raise or lower texts.")
    text.one(
      "qacd_index_items", .gauge, value: served.items.indexedCount,
      help: "Items of the index.")
    text.one(
      "qacd_added_items", .gauge, value: served.items.added?.items.count ?? 0,
      help: "Added items that are served beside the index.")
    text.one(
      "qacd_hidden_items", .gauge, value: served.items.hidden?.count ?? 0,
      help: "Items of the index that are blocked or removed.")
    text.family("qacd_reloads_total", .counter, "Indexes that were loaded anew, or refused.")
    text.sample(["outcome": "taken"], reloadsTaken.load(ordering: .relaxed))
    text.sample(["outcome": "refused"], reloadsRefused.load(ordering: .relaxed))
  }

  private func appendState(_ loop: LoopState, to text: inout PrometheusText) {
    let statistics = store.statistics
    text.one(
      "qacd_sessions", .gauge, value: statistics.sessions, help: "Sessions that have events.")
    text.one(
      "qacd_events", .gauge, value: statistics.events, help: "Recorded queries that are kept.")
    text.one(
      "qacd_examples", .gauge, value: statistics.examples,
      help: "Recorded uses of items that are kept.")
    text.one("qacd_cached_sessions", .gauge, value: sessions.count, help: "Sessions in memory.")
    let overlay = loop.live.overlay(of: index.current.engine)
    text.one(
      "qacd_live_events", .gauge, value: overlay?.eventCount ?? 0,
      help: "Events newer than the index that completions learn from.")
    text.one(
      "qacd_live_queries", .gauge, value: overlay?.visibleCount ?? 0,
      help: "Distinct queries of these that enough sessions submitted.")
    text.one("qacd_connections", .gauge, value: connections.count, help: "Open connections.")
    text.one(
      "qacd_connections_limit", .gauge, value: configuration.maximumConnections,
      help: "The most connections that are served.")
    text.one(
      "qacd_connections_accepted_total", .counter, value: connections.accepted,
      help: "Connections that were served.")
    text.family("qacd_connections_refused_total", .counter, "Connections that were not served.")
    for refusal in ConnectionRegistry.Refusal.allCases {
      text.sample(["reason": refusal.rawValue], connections.refused(by: refusal))
    }
    text.one(
      "qacd_accept_failures_total", .counter, value: connections.failures,
      help: "Attempts to accept a connection for which the system had no descriptor or memory.")
    text.one(
      "qacd_held_bytes", .gauge, value: held.load(ordering: .relaxed),
      help: "About the bytes held for clients that have not taken them.")
  }

  private func appendRequests(to text: inout PrometheusText) {
    let counts = counts
    text.family("qacd_requests_total", .counter, "Requests that were begun.")
    for (method, count) in zip(Method.allCases, counts.requests) {
      text.sample(["method": method.description], count)
    }
    text.family("qacd_errors_total", .counter, "Error answers.")
    for (code, count) in zip(ErrorCode.allCases, counts.errors) {
      text.sample(["error": code.name], count)
    }
    appendSubmissions(counts, to: &text)
    text.one(
      "qacd_slow_requests_total", .counter, value: slow.count,
      help: "Requests that took as long as --slow-ms says, or longer.")
    text.family(
      "qacd_request_duration_seconds", .histogram, "From a request's turn to its answer.")
    for method in Method.allCases {
      text.sample(["method": method.description], counts.duration(of: method))
    }
    text.family(
      "qacd_request_waiting_seconds", .histogram,
      "From when a request was read to its turn, behind others of its connection.")
    text.sample([:], counts.time(in: .waiting))
    text.family(
      "qacd_session_load_seconds", .histogram,
      "What completions and retrievals waited for a session that was not in memory.")
    text.sample([:], counts.time(in: .session))
  }

  private func appendSubmissions(_ counts: Metrics.Counts, to text: inout PrometheusText) {
    let families = [
      (
        "qacd_submitted_total",
        "Queries whose client says which line was taken, by its source and the characters typed."
      ), ("qacd_taken_places_total", "The sum of the places of the lines taken, from 1."),
      ("qacd_saved_characters_total", "Characters of taken lines that were not typed."),
    ]
    for (i, (name, help)) in families.enumerated() {
      text.family(name, .counter, help)
      for (kind, sums) in counts.submissions.enumerated() {
        text.sample(Submission.labels(of: kind), sums[i])
      }
    }
  }

  private func appendProcess(to text: inout PrometheusText) {
    text.one(
      "qacd_uptime_seconds", .gauge, value: uptimeSeconds, help: "Seconds since the start.")
    text.family("process_cpu_seconds_total", .counter, "Processor time, user and system.")
    text.sample([:], ProcessUsage.processorSeconds)
    if let bytes = ProcessUsage.residentBytes {
      text.one("process_resident_memory_bytes", .gauge, value: bytes, help: "Memory in use.")
    }
    if let count = ProcessUsage.openDescriptors {
      text.one("process_open_fds", .gauge, value: count, help: "Open descriptors.")
    }
  }
}
