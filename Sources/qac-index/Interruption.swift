// Leaves nothing half-written when SIGINT, SIGTERM or SIGHUP ends the program.
//
// The signals are blocked, for this thread and all that it starts, and awaited by a thread of their
// own, so that the clean-up is ordinary code and not a signal handler.

import Foundation

/// What is cleaned up at an interruption.
enum Interruption {
  /// From now on an interruption runs `cleanUp`, says what that returns, and exits with 128 + the signal.
  ///
  /// Call it on the main thread before any other thread is started.
  static func onInterrupt(_ cleanUp: @escaping @Sendable () -> String) {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let awaited = signals
    Thread.detachNewThread {
      var set = awaited
      var number: Int32 = 0
      while sigwait(&set, &number) != 0 {}
      printError("\ninterrupted; " + cleanUp())
      _exit(128 + number)
    }
  }

  /// From now on an interruption removes `path`, a temporary file: whole ones appear by a rename.
  static func removeOnInterrupt(_ path: String) {
    onInterrupt {
      unlink(path)
      return "nothing was written"
    }
  }
}
