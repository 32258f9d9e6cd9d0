// Talks with systemd: takes a listening socket from it at the start, and tells it the daemon's
// state.
//
// Invariant: after `prepare`, telling a state needs no further descriptor. Otherwise a crowd of
// clients that has taken all of them would make the manager believe that the daemon is dead.
// Source: sd_listen_fds(3) and sd_notify(3), which document these protocols as stable.

internal import QACProtocol

#if canImport(Glibc)
  import Glibc
#endif

/// The service manager that started this process, if there is one.
enum ServiceManager {
  /// A state of the daemon.
  enum State {
    case ready
    case reloading
    case stopping
    /// Every event loop answers.
    case alive

    fileprivate var message: String {
      switch self {
      case .ready: return "READY=1"
      case .reloading: return "RELOADING=1\nMONOTONIC_USEC=\(ServerClock.microseconds)"
      case .stopping: return "STOPPING=1"
      case .alive: return "WATCHDOG=1"
      }
    }
  }

  /// Takes the first listening socket that was handed over; nil if none was.
  static func takeSocket() throws(ServerError) -> Int32? {
    guard let process = getenv("LISTEN_PID"), let count = getenv("LISTEN_FDS"),
      Int32(String(cString: process)) == getpid(), (Int32(String(cString: count)) ?? 0) >= 1
    else { return nil }
    // Child processes must not take it.
    unsetenv("LISTEN_PID")
    unsetenv("LISTEN_FDS")
    unsetenv("LISTEN_FDNAMES")
    // sd_listen_fds(3): SD_LISTEN_FDS_START.
    let first: Int32 = 3
    guard option(SO_DOMAIN, of: first) == AF_UNIX, option(SO_ACCEPTCONN, of: first) == 1,
      option(SO_TYPE, of: first) == Int32(SOCK_STREAM.rawValue)
    else { throw .handedOverNoSocket }
    _ = fcntl(first, F_SETFD, FD_CLOEXEC)
    return first
  }

  private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
    var value: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
  }

  /// The service manager wants to hear at least once in this many seconds that the process is
  /// alive; nil if it does not ask.
  static var watchdogSeconds: Double? {
    guard let interval = getenv("WATCHDOG_USEC"),
      let microseconds = Double(String(cString: interval)), microseconds > 0
    else { return nil }
    if let process = getenv("WATCHDOG_PID"), Int32(String(cString: process)) != getpid() {
      return nil
    }
    return microseconds / 1_000_000
  }

  /// The socket that sends states; it stays open as long as the process runs.
  private static let sender = socket(
    AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)

  /// Opens the descriptor that `notify` needs.
  static func prepare() { _ = sender }

  /// Tells the service manager a state, if it listens.
  static func notify(_ state: State) {
    guard let variable = getenv("NOTIFY_SOCKET") else { return }
    let path = String(cString: variable)
    guard path.utf8.count <= ProtocolLimits.maximumSocketPathBytes,
      path.hasPrefix("/") || path.hasPrefix("@")
    else { return }
    let message = Array(state.message.utf8)
    _ = withAddress(path) { address, length in
      sendto(sender, message, message.count, Int32(MSG_NOSIGNAL), address, length)
    }
  }
}
