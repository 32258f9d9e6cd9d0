// When a session submitted what: so that a history adds no command that was recorded when it ran.
//
// The daemon adds an event with the same time and text only once, but the shell that wrote the
// history and the daemon that recorded the command read the clock at different moments. So a
// command of a history counts as known if the same text was recorded in a terminal within
// `tolerance` seconds of it.
// Invariant: each recorded command stands for at most one of the history.
// Cost: one export of the session; 8 bytes and the text per command that a terminal recorded.

import QACClient
import QACProtocol

/// The commands that terminals recorded.
final class KnownTimes {
  /// How many seconds may lie between the two clocks' readings.
  static let tolerance: Int64 = 2

  private var times: [[UInt8]: [Int64]] = [:]

  /// Reads what `session` has recorded in threads; what was imported from a history has none.
  init(of session: SessionName, _ client: Client) throws(ClientError) {
    try client.forEachEvent(of: session) { event throws(ClientError) in
      if event.circumstances.thread != nil { times[event.query, default: []].append(event.at) }
    }
  }

  /// Takes one recording of `query` at about `time`; false if there is none.
  func take(_ query: [UInt8], at time: Int64) -> Bool {
    guard var recorded = times[query],
      let place = recorded.firstIndex(where: { abs($0 - time) <= Self.tolerance })
    else { return false }
    recorded.remove(at: place)
    times[query] = recorded
    return true
  }
}
