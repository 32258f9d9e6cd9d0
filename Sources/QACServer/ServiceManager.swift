// What systemd and the daemon tell each other: a listening socket to start with, and states.
//
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

    fileprivate var message: String {
      switch self {
      case .ready: return "READY=1"
      case .reloading: return "RELOADING=1\nMONOTONIC_USEC=\(ServerClock.microseconds)"
      case .stopping: return "STOPPING=1"
      }
    }
  }

  /// The first listening socket that was handed over, or nil.
  static func takeSocket() -> Int32? {
    guard let process = getenv("LISTEN_PID"), let count = getenv("LISTEN_FDS"),
      Int32(String(cString: process)) == getpid(), (Int32(String(cString: count)) ?? 0) >= 1
    else { return nil }
    // Not for the processes that this one may start.
    unsetenv("LISTEN_PID")
    unsetenv("LISTEN_FDS")
    let first: Int32 = 3
    _ = fcntl(first, F_SETFD, FD_CLOEXEC)
    return first
  }

  /// Tells the service manager, if it listens.
  static func notify(_ state: State) {
    guard let variable = getenv("NOTIFY_SOCKET") else { return }
    let path = String(cString: variable)
    guard path.utf8.count < 108, path.hasPrefix("/") || path.hasPrefix("@") else { return }
    let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_UNIX, type, 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let message = Array(state.message.utf8)
    _ = withAddress(path) { address, length in
      sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), address, length)
    }
  }
}
