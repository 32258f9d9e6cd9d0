// What the daemon is told: files, limits and the clock.

/// How a daemon serves.
public struct ServerConfiguration: Sendable {
  /// Whose time it is.
  public enum Clock: String, Sendable, CaseIterable {
    /// The daemon's; requests must not carry a time.
    case server
    /// The client's, for those requests that carry `at`: to replay a log in its own time.
    case client
  }

  /// The index file.
  public var indexPath: String
  /// The socket.
  public var socketPath: String
  /// The database of sessions.
  public var databasePath: String
  /// A file of rules of what is never suggested, or nil.
  public var blockListPath: String?
  /// The `limit` of a `complete` that names none.
  public var defaultLimit: Int
  /// Whose time it is.
  public var clock: Clock
  /// The event loops, each a thread.
  public var loops: Int

  /// Users that may connect beside the daemon's own and root; they share every session.
  public var allowedUsers: Set<UInt32> = []
  /// A second socket, on which HTTP gets the metrics; nil for none.
  public var metricsSocketPath: String?
  /// From how many milliseconds on the log tells of a request; 0 for never.
  public var slowMilliseconds = 50
  /// Whether the files are watched, and loaded anew when others take their places.
  public var watchesFiles = false
  /// After how many days an event is deleted; 0 for never.
  public var keepDays: Int64 = 0
  /// The most events that are kept; when there are more, the oldest eighth goes. 0 for no limit.
  public var keepEvents = 0

  /// The most connections at a time; one more gets an error line and is closed.
  public var maximumConnections = 512
  /// The most requests of one connection that wait for the database; then nothing more is read
  /// from it until one is answered.
  public var maximumRequestsInFlight = 256
  /// The most bytes that may be held for clients which do not take them, over all connections; beyond
  /// that, clients with a large part of it are told `busy`.
  public var maximumHeldBytes = 256 << 20
  /// After how long a connection is closed whose client takes none of its answers.
  public var writeSeconds: Int64 = 30
  /// After how long without a byte either way a connection is closed.
  public var idleSeconds: Int64 = 3600
  /// The most sessions whose recent queries are kept in memory.
  public var cachedSessions = 10_000
  /// About the most bytes of queries that are kept in memory.
  public var cachedBytes = 256 << 20
  /// The most recent events, newer than the index, that completions take into account; 0 for none.
  public var liveEvents = 1 << 18
  /// How many distinct sessions must have submitted a query that the index does not have before others
  /// see it, at least 1.
  public var liveSessions = 3
  /// How long a start waits for what was submitted since the index was built to be read from the
  /// database; after that it is served without, until that is done.
  public var liveStartSeconds = 1.0
  /// How long a record waits while another process has the database locked.
  public var databaseBusySeconds = 2.0
  /// How long a stopping daemon waits for replies in flight to be taken.
  public var stopSeconds: Int64 = 10

  /// Makes a configuration.
  public init(
    indexPath: String, socketPath: String, databasePath: String, defaultLimit: Int,
    clock: Clock = .server, loops: Int = 2
  ) {
    self.indexPath = indexPath
    self.socketPath = socketPath
    self.databasePath = databasePath
    self.defaultLimit = defaultLimit
    self.clock = clock
    self.loops = loops
  }
}
