// What a replayed engine may know at each request.

/// How a log is replayed.
public enum ReplayProtocol: String, Sendable, CaseIterable {
  /// Nothing is learned while testing: the context is the session so far, cut at 30 minutes.
  case offline
  /// Every submitted query is recorded and may be used from the next request on, across sessions.
  case replay
}
