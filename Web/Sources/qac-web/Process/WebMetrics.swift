// Counts requests by path and status, and how long they took. No text, no session, no address.
//
// Source: "Exposition formats", text-based format, version 0.0.4 (prometheus.io/docs).

import Synchronization

/// The figures of one process.
final class WebMetrics: Sendable {
  /// The upper ends of a histogram's buckets, in microseconds; the last bucket has none.
  private static let bounds = [100, 250, 500, 1000, 2500, 5000, 10_000, 50_000, 250_000, 1_000_000]
  private static let statuses = [200, 204, 400, 403, 404, 405, 413, 415, 429, 503]

  private struct State {
    var requests: [Int: Int] = [:]
    var buckets = [Int](repeating: 0, count: WebMetrics.bounds.count + 1)
    var microseconds = 0
    var commands = 0
  }

  private let state = Mutex(State())

  /// Counts an answer.
  func count(_ route: WebRoute, status: Int, took: Duration) {
    let (seconds, attoseconds) = took.components
    let microseconds = Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
    let bucket = Self.bounds.firstIndex { microseconds <= $0 } ?? Self.bounds.count
    let place = Self.statuses.firstIndex(of: status) ?? 0
    state.withLock { state in
      state.requests[route.rawValue * 16 + place, default: 0] += 1
      state.buckets[bucket] += 1
      state.microseconds += microseconds
    }
  }

  /// Counts a command of the Redis protocol.
  func countCommand() { state.withLock { $0.commands += 1 } }

  /// The figures as text.
  func text(connections: Int, isReady: Bool) -> [UInt8] {
    let state = state.withLock { $0 }
    var text = "# HELP qac_web_requests_total Answered requests.\n"
    text += "# TYPE qac_web_requests_total counter\n"
    for (key, count) in state.requests.sorted(by: { $0.key < $1.key }) {
      let route = WebRoute(rawValue: key / 16) ?? .nothing
      let path = route == .root ? "root" : route.name
      text += "qac_web_requests_total{path=\"\(path)\",status=\"\(Self.statuses[key % 16])\"}"
      text += " \(count)\n"
    }
    text += "# HELP qac_web_request_seconds How long requests took.\n"
    text += "# TYPE qac_web_request_seconds histogram\n"
    var sum = 0
    for (i, count) in state.buckets.enumerated() {
      sum += count
      let bound = i < Self.bounds.count ? "\(Double(Self.bounds[i]) / 1e6)" : "+Inf"
      text += "qac_web_request_seconds_bucket{le=\"\(bound)\"} \(sum)\n"
    }
    text += "qac_web_request_seconds_sum \(Double(state.microseconds) / 1e6)\n"
    text += "qac_web_request_seconds_count \(sum)\n"
    for (name, kind, value, help) in [
      ("qac_web_commands_total", "counter", state.commands, "Commands of the Redis protocol."),
      ("qac_web_connections", "gauge", connections, "Open connections of HTTP."),
      ("qac_web_daemon_up", "gauge", isReady ? 1 : 0, "Whether the daemon answers."),
    ] {
      text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n\(name) \(value)\n"
    }
    return Array(text.utf8)
  }
}
