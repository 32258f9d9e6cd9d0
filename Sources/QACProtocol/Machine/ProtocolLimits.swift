// Every number of the protocol in one place. Client, daemon and tests read it here, and a test
// holds docs/protocol.md against it.

internal import QACJSON

/// The limits and the version of the protocol.
public enum ProtocolLimits {
  /// The version that `ping` and `status` report. A change that breaks an old client raises it.
  public static let protocolVersion = 1

  /// What this version knows beside what all versions of the protocol know, as `status` lists it: a
  /// client asks before it sends such members.
  public static let features: [StaticString] = [
    "thread", "place", "outcome", "typed", "taken", "source", "import", "export",
    "search", "last", "person",
  ]

  /// The most bytes of one request line, without its "\n" but with a "\r" before that.
  public static let maximumFrameBytes = 64 * 1024
  /// The most bytes of one answer line that the client of this package accepts.
  public static let maximumResponseBytes = 64 * 1024 * 1024
  /// How deep arrays and objects may nest.
  public static let maximumDepth = JSONValue.maximumDepth
  /// The most requests of one batch.
  public static let maximumBatchRequests = 100
  /// The most bytes of an id, as written.
  public static let maximumIDBytes = 256
  /// The most bytes of a session's name.
  public static let maximumSessionBytes = 128
  /// The most bytes of a place.
  public static let maximumPlaceBytes = 1024
  /// The most letters of the name of a source.
  public static let maximumSourceBytes = 32
  /// The most bytes of a prefix or a query.
  public static let maximumTextBytes = 2048
  /// The most queries that `previous` may carry.
  public static let maximumPreviousQueries = 64
  /// The greatest `limit`; the least is 1.
  public static let maximumLimit = 100
  /// The `limit` of a `complete` without one, unless the daemon's `--limit` says otherwise.
  public static let defaultLimit = 10
  /// The `limit` of a `history` or a `search` without one.
  public static let defaultHistoryLimit = 20
  /// The most bytes of an item's id.
  public static let maximumItemIDBytes = 256
  /// The most bytes of an item's title.
  public static let maximumTitleBytes = 1024
  /// The most bytes of an item's further text.
  public static let maximumItemTextBytes = 16 * 1024
  /// The most bytes of an item's payload, as written.
  public static let maximumPayloadBytes = 16 * 1024
  /// The most items of one `items.add`, and ids of one `items.remove`.
  public static let maximumItems = 1000
  /// The most events of one `import`.
  public static let maximumImportedEvents = 1000
  /// The weights of items.
  public static let itemWeights = 1e-30...1e15
  /// The factors of `boost`.
  public static let factors = 0.001...1000.0
  /// The greatest `at`: the last second of the year 9999.
  public static let maximumTime: Int64 = 253_402_300_799
  /// The most bytes of a Unix socket's path on Linux (`sun_path` without its closing zero).
  public static let maximumSocketPathBytes = 107
}
