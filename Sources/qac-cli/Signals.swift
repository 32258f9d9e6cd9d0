// Turns signals into bytes of a pipe, so that the loop that waits for keys also waits for signals.
//
// A signal handler may do very little; this one only writes the signal's number into the pipe. The
// pipe's descriptor is a global atomic that is set before the first handler is installed, so the
// handler never initialises anything lazily.

import Glibc
import Synchronization

private let pipeEnd = Atomic<Int32>(-1)

/// Runs on any thread at any moment: calls only write(2) and restores errno.
private func noteSignal(_ number: Int32) {
  let saved = errno
  var byte = UInt8(truncatingIfNeeded: number)
  _ = write(pipeEnd.load(ordering: .relaxed), &byte, 1)
  errno = saved
}

/// The signals of an interactive program.
struct Signals: ~Copyable {
  /// The descriptor to poll.
  let descriptor: Int32

  private static let caught = [SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT]

  /// Starts catching signals; nil if no pipe can be made.
  static func install() -> Signals? {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    pipeEnd.store(ends[1], ordering: .relaxed)
    for number in caught { handle(number, noteSignal) }
    // A parent that starts programs from a worker thread may have left signals blocked.
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    for number in caught { sigaddset(&unblocked, number) }
    sigprocmask(SIG_UNBLOCK, &unblocked, nil)
    return Signals(descriptor: ends[0])
  }

  private init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    for number in Self.caught { Self.handle(number, SIG_DFL) }
    close(pipeEnd.exchange(-1, ordering: .relaxed))
    close(descriptor)
  }

  /// The signals that arrived since the last call.
  func take() -> [Int32] {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(descriptor, &bytes, bytes.count)
    return count > 0 ? bytes[..<count].map { Int32($0) } : []
  }

  /// Stops the program and the rest of its job, as Ctrl-Z does; returns when it is continued.
  func stop() {
    Self.handle(SIGTSTP, SIG_DFL)
    kill(0, SIGTSTP)
    Self.handle(SIGTSTP, noteSignal)
  }

  private static func handle(_ number: Int32, _ handler: __sighandler_t?) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    sigaction(number, &action, nil)
  }
}
