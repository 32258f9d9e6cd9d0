// What an engine may use at each request of a replay.

/// The way in which a log is replayed.
public enum ReplayProtocol: String, Sendable, CaseIterable {
  /// Nothing is learned during the test; the context is the session so far, which a gap of 30
  /// minutes ends.
  case offline
  /// Every submitted query is recorded, and may be used from the next request on, in any session.
  case replay
}
