// A named pipe with a writer at its other end. A program that opens it where it should not is found
// by what it reads, and not by a test that never ends.

import Foundation
import Glibc

/// A named pipe from which some text can be read; it is removed when it is released.
public final class NamedPipe {
  /// Where it is.
  public let path: String

  /// Makes the pipe; a thread waits for a reader, writes `text` and closes it.
  ///
  /// - Throws: `POSIXError` if it cannot be made.
  public init(path: String, text: String = "") throws {
    self.path = path
    guard mkfifo(path, 0o600) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    Thread.detachNewThread {
      // A reader that has gone is an error of write(2), not a signal.
      var signals = sigset_t()
      sigemptyset(&signals)
      sigaddset(&signals, SIGPIPE)
      pthread_sigmask(SIG_BLOCK, &signals, nil)
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      if descriptor < 0 { return }
      var bytes = Array(text.utf8)[...]
      while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count <= 0 { break }
        bytes.removeFirst(count)
      }
      close(descriptor)
    }
  }

  deinit {
    // A writer without a reader may go on.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    if descriptor >= 0 { close(descriptor) }
    unlink(path)
  }
}
