// What the process as a whole must be: without core dumps and crash reports, and with descriptors enough.
// Source: getrlimit(2), proc(5).

import QACBinary

#if canImport(Glibc)
  import Glibc
#endif

/// Settings of this process.
public enum ProcessGuard {
  /// Descriptors beside those of connections: files, the database, signals, timers. Where a library gets none for
  /// a signal or a timer, it ends the process.
  static let leastDescriptors = 33
  /// What an event loop takes for itself: epoll, a timer, a wake-up.
  static let loopDescriptors = 3
  /// What the metrics socket takes: itself, its directory and lock, and its connections.
  static let metricsDescriptors = 3 + openConnections(MetricsHandler.maximumConnections)

  /// How many are open where `count` are served: one more is told that there are too many, and accepting goes by
  /// batches.
  static func openConnections(_ count: Int) -> Int { count + AcceptGate.batch }

  /// Forbids core dumps and crash reports, and allows as many descriptors as the daemon of `configuration` needs, as far as
  /// the system lets it; where that is less, fewer connections are served, so that files can always be opened.
  ///
  /// - Returns: How many connections can be served: at most as many as `configuration` says.
  /// - Throws: `ServerError.tooFewDescriptors` where the daemon could not start.
  public static func prepare(_ configuration: ServerConfiguration) throws(ServerError) -> Int {
    CrashReports.forbid()
    var files = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &files) == 0 else { return configuration.maximumConnections }
    let metrics = configuration.metricsSocketPath == nil ? 0 : metricsDescriptors
    let own =
      openDescriptors + leastDescriptors + configuration.loops * loopDescriptors + metrics
    let wanted = rlim_t(own + openConnections(configuration.maximumConnections))
    if files.rlim_cur < wanted {
      files.rlim_cur = min(wanted, files.rlim_max)
      setrlimit(resource, &files)
    }
    let least = own + openConnections(1)
    // "No limit" is a number that no Int holds.
    let allowed = Int(clamping: files.rlim_cur)
    if allowed < least { throw .tooFewDescriptors(allowed: allowed, needed: least) }
    return min(configuration.maximumConnections, allowed - own - openConnections(0))
  }

  /// How many descriptors were open when this was called, as far as that can be told.
  private static var openDescriptors: Int {
    guard let directory = opendir("/proc/self/fd") else { return 3 }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    // Not itself, "." and "..".
    return count - 3
  }
}
