// What the process as a whole must be: without core dumps and crash reports, and with descriptors enough.
// Source: getrlimit(2).

import QACBinary

#if canImport(Glibc)
  import Glibc
#endif

/// Settings of this process.
public enum ProcessGuard {
  /// Descriptors beside those of connections: files, loops, the database.
  private static let otherDescriptors = 128

  /// Forbids core dumps and crash reports, and allows as many descriptors as `connections` need, as far as the system lets it.
  public static func prepare(connections: Int) {
    CrashReports.forbid()
    var files = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &files) == 0 else { return }
    let wanted = rlim_t(connections + Self.otherDescriptors)
    guard files.rlim_cur < wanted else { return }
    files.rlim_cur = min(wanted, files.rlim_max)
    setrlimit(resource, &files)
  }
}
