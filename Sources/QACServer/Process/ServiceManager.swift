// What systemd and the daemon tell each other: a listening socket to start with, and states.
//
// Invariant: once `prepare` was called, telling a state needs no further descriptor: a crowd that has taken them all
// must not make the manager believe that the daemon is dead.
// Source: sd_listen_fds(3) and sd_notify(3), whose protocols are stable and documented there.

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
    /// Everything answers.
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

  /// The first listening socket that was handed over, or nil.
  static func takeSocket() throws(ServerError) -> Int32? {
    guard let process = getenv("LISTEN_PID"), let count = getenv("LISTEN_FDS"),
      Int32(String(cString: process)) == getpid(), (Int32(String(cString: count)) ?? 0) >= 1
    else { return nil }
    // Not for the processes that this one may start.
    unsetenv("LISTEN_PID")
    unsetenv("LISTEN_FDS")
    unsetenv("LISTEN_FDNAMES")
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

  /// Within how many seconds the service manager wants to hear that this process is alive; nil where it
  /// does not ask.
  static var watchdogSeconds: Double? {
    guard let interval = getenv("WATCHDOG_USEC"),
      let microseconds = Double(String(cString: interval)), microseconds > 0
    else { return nil }
    if let process = getenv("WATCHDOG_PID"), Int32(String(cString: process)) != getpid() {
      return nil
    }
    return microseconds / 1_000_000
  }

  /// What states are sent from; open as long as the process.
  private static let sender = socket(
    AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)

  /// Takes the descriptor that `notify` needs.
  static func prepare() { _ = sender }

  /// Tells the service manager, if it listens.
  static func notify(_ state: State) {
    guard let variable = getenv("NOTIFY_SOCKET") else { return }
    let path = String(cString: variable)
    guard path.utf8.count < 108, path.hasPrefix("/") || path.hasPrefix("@") else { return }
    let message = Array(state.message.utf8)
    _ = withAddress(path) { address, length in
      sendto(sender, message, message.count, Int32(MSG_NOSIGNAL), address, length)
    }
  }
}
