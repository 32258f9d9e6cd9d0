// The daemon's configuration: files, limits and the clock. Its defaults are here and nowhere else.

internal import QACEngine
public import QACSessions
public import QACText

/// How a daemon serves.
public struct ServerConfiguration: Sendable {
  /// Where the time of a request comes from.
  public enum Clock: String, Sendable, CaseIterable {
    /// The daemon's clock; requests must not carry a time.
    case server
    /// The request's `at`, if it has one, else the daemon's clock: to replay a log in its own time.
    case client
  }

  /// The default of `liveEvents`.
  public static let defaultLiveEvents = LiveOverlay.defaultCapacity
  /// The default of `liveSessions`.
  public static let defaultLiveSessions = LiveOverlay.defaultSessionsNeeded
  /// The default of `slowMilliseconds`.
  public static let defaultSlowMilliseconds = 50

  /// The index file; if there is none yet, the daemon serves without one until there is.
  public var indexPath: String
  /// How texts are normalised until there is an index.
  public var profile = NormalizationProfile.search
  /// The path of the socket.
  public var socketPath: String
  /// The database of sessions.
  public var databasePath: String
  /// The block list: a file of rules for what is never suggested; nil for none.
  public var blockListPath: String?
  /// The `limit` of a `complete` without one.
  public var defaultLimit: Int
  /// Where the time of a request comes from.
  public var clock: Clock
  /// The number of event loops, each of which is a thread.
  public var loops: Int

  /// Users that may connect besides the daemon's own and root; they share every session.
  public var allowedUsers: Set<UInt32> = []
  /// The path of a second socket that answers HTTP requests for the metrics; nil for none.
  public var metricsSocketPath: String?
  /// Requests that take this many milliseconds or more are logged; 0 to log none.
  public var slowMilliseconds = defaultSlowMilliseconds
  /// Whether the index and the block list are watched, and loaded again when they are replaced.
  public var watchesFiles = false
  /// After how many days an event is deleted; 0 for never.
  public var keepDays: Int64 = 0
  /// The most events that are kept; above that, the oldest are deleted until seven eighths of this
  /// number are left. 0 for no limit.
  public var keepEvents = 0

  /// The most connections at a time; a further one gets an error line and is closed.
  public var maximumConnections = 512
  /// The most requests of one connection that wait for the database. Then nothing more is read from
  /// it until one of them is answered.
  public var maximumRequestsInFlight = 256
  /// The most bytes that may be held, over all connections, for clients that do not take them.
  /// Above that, clients that hold a large part of it are told `busy`.
  public var maximumHeldBytes = 256 << 20
  /// After how many seconds a connection is closed if its client takes no answers.
  public var writeSeconds: Int64 = 30
  /// After how many seconds without a byte in either direction a connection is closed.
  public var idleSeconds: Int64 = 3600
  /// The most sessions with recent queries in memory.
  public var cachedSessions = 10_000
  /// About the most bytes of recent queries in memory.
  public var cachedBytes = 256 << 20
  /// How many of the most recent events, newer than the index, completions learn from; 0 for none.
  public var liveEvents = defaultLiveEvents
  /// How many distinct sessions must submit a query that the index does not have before others see
  /// it; at least 1.
  public var liveSessions = defaultLiveSessions
  /// How many seconds a start waits for the events since the index was built to be read from the
  /// database. After that the daemon serves without them until they are read.
  public var liveStartSeconds = 1.0
  /// How many seconds a record waits while another process has the database locked.
  public var databaseBusySeconds = 2.0
  /// The log that this daemon and others follow; nil if its database is all there is.
  public var following: LogFollowing?
  /// After how many seconds without a connection the daemon ends; 0 for never.
  public var idleExitSeconds = 0.0
  /// How many seconds a stopping daemon waits for clients to take their answers.
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
