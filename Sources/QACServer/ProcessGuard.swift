// What the process as a whole must be: without core dumps and crash reports, and with descriptors enough.
// Source: getrlimit(2), proc(5).

import QACBinary

#if canImport(Glibc)
  import Glibc
#endif

/// Settings of this process.
public enum ProcessGuard {
  /// Descriptors beside those of connections: files, the database, signals, timers.
  static let otherDescriptors = 128
  /// Those without which nothing can be served: where a library gets none for a signal or a timer, it ends the process.
  static let leastDescriptors = 32
  /// What an event loop takes for itself: epoll, a timer, a wake-up.
  static let loopDescriptors = 3

  /// Forbids core dumps and crash reports, and allows as many descriptors as `connections` need, as far as the system lets it.
  ///
  /// - Throws: `ServerError.tooFewDescriptors` where a daemon of `loops` event loops could not start.
  public static func prepare(connections: Int, loops: Int) throws(ServerError) {
    CrashReports.forbid()
    var files = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &files) == 0 else { return }
    let least = openDescriptors + leastDescriptors + loops * loopDescriptors
    let wanted = rlim_t(max(least, connections + Self.otherDescriptors))
    if files.rlim_cur < wanted {
      files.rlim_cur = min(wanted, files.rlim_max)
      setrlimit(resource, &files)
    }
    if files.rlim_cur < least {
      throw .tooFewDescriptors(allowed: Int(files.rlim_cur), needed: least)
    }
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
