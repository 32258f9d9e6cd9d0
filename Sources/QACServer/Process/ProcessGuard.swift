// Settings of the whole process: no core dumps, no crash reports, and enough descriptors.
// Source: getrlimit(2), proc(5).

import QACBinary

#if canImport(Glibc)
  import Glibc
#endif

/// Settings of this process.
public enum ProcessGuard {
  /// Descriptors for other things than connections: files, the database, signals, timers. A library
  /// that gets none for a signal or a timer ends the process.
  static let leastDescriptors = 33
  /// The descriptors of an event loop: epoll, a timer, a wake-up.
  static let loopDescriptors = 3
  /// The descriptors of the metrics socket: itself, its directory and lock, and its connections.
  static let metricsDescriptors = 3 + openConnections(MetricsHandler.maximumConnections)

  /// How many connections can be open while `count` are served: one more is told that there are too
  /// many, and connections are accepted in batches.
  static func openConnections(_ count: Int) -> Int { count + AcceptGate.batch }

  /// Forbids core dumps and crash reports, and raises the limit of descriptors to what a daemon of
  /// `configuration` needs, as far as the system allows.
  ///
  /// If the system allows fewer, fewer connections are served, so that files can always be opened.
  ///
  /// - Returns: How many connections can be served, at most as many as `configuration` says.
  /// - Throws: `ServerError.tooFewDescriptors` if the daemon could not start.
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
    // The number for "no limit" does not fit into an Int.
    let allowed = Int(clamping: files.rlim_cur)
    if allowed < least { throw .tooFewDescriptors(allowed: allowed, needed: least) }
    return min(configuration.maximumConnections, allowed - own - openConnections(0))
  }

  /// How many descriptors are open; 3 if the system does not say.
  private static var openDescriptors: Int {
    guard let directory = opendir("/proc/self/fd") else { return 3 }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    // Less the directory's own descriptor, "." and "..".
    return count - 3
  }
}
