// Leaves nothing half-written when SIGINT, SIGTERM or SIGHUP ends the program.
//
// The signals are blocked in this thread and in all that it starts. A thread of its own waits for
// them, so the clean-up is ordinary code and not a signal handler.

import Foundation

/// Cleans up at an interruption.
enum Interruption {
  /// From now on an interruption runs `cleanUp`, prints what it returns, and exits with 128 plus
  /// the signal's number.
  ///
  /// Call it on the main thread, before any other thread is started.
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

  /// From now on an interruption removes the temporary files `paths`. Whole files appear by a
  /// rename, so nothing else can be left behind.
  static func removeOnInterrupt(_ paths: String...) {
    onInterrupt {
      for path in paths { unlink(path) }
      return "nothing was written"
    }
  }
}
