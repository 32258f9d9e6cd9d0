// Tells terminals that something was forgotten, so that none goes on showing it.
//
// Each zsh that shows ghost text has a named pipe in the private directory of the daemon's socket
// or of XDG_RUNTIME_DIR, and reads one byte as "ask again". Nothing waits: a pipe without a reader
// is removed.

import Glibc

enum TerminalNews {
  private static let prefix = "qacd-news-"

  /// Says that something was forgotten.
  static func forgotten() {
    let directory = Environment.all["XDG_RUNTIME_DIR"] ?? "/tmp/qacd-\(getuid())"
    var status = stat()
    guard lstat(directory, &status) == 0, status.st_uid == getuid(),
      let names = FileReading.names(in: directory)
    else { return }
    signal(SIGPIPE, SIG_IGN)
    for name in names where name.hasPrefix(prefix) {
      let path = directory + "/" + name
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else { continue }
      let pipe = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)
      if pipe < 0 {
        // Its terminal is gone.
        if errno == ENXIO { unlink(path) }
        continue
      }
      _ = write(pipe, "x", 1)
      close(pipe)
    }
  }
}
