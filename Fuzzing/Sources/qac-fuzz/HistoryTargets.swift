// Histories of shells of any bytes: lines of zsh, bash and fish, and atuin's database.

import Glibc
import QACLogs

/// A history of lines, read as `format`.
func fuzzHistory(_ format: LogFormat) -> Target {
  { input in read(input, format, .verbatim) }
}

/// A database, perhaps of atuin. SQLite needs a file with a name of its own.
let fuzzAtuin: Target = { input in
  let descriptor = open(database, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  hold(descriptor >= 0, "a file in memory can be made")
  hold(write(descriptor, input.baseAddress, input.count) == input.count, "and written")
  close(descriptor)
  read(database, .atuin, .verbatim)
}

private let database = "/dev/shm/qac-fuzz-\(getpid()).db"
