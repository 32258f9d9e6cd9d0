// Leaves nothing half-written when SIGINT, SIGTERM or SIGHUP ends the program.
//
// The file to remove is only ever a temporary one: an index appears under its name by a rename.

import Dispatch
import Foundation
import Synchronization

/// What is cleaned up at an interruption.
enum Interruption {
  private static let sources = Mutex<[any DispatchSourceSignal]>([])

  /// From now on an interruption removes `path`, says so, and exits with 128 + the signal.
  static func removeOnInterrupt(_ path: String) {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(
        signal: number, queue: DispatchQueue.global(qos: .userInteractive))
      source.setEventHandler { @Sendable in
        unlink(path)
        printError("\ninterrupted; nothing was written")
        _exit(128 + number)
      }
      source.activate()
      sources.withLock { $0.append(source) }
    }
  }
}
