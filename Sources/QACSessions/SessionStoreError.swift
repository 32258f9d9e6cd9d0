// What can go wrong with the database of sessions, as messages that end with the remedy.
//
// Invariant: a message holds at most the database's path and SQLite's result code. It never holds
// SQL, its arguments, a query or a session's name.

#if canImport(Glibc)
  import Glibc
#endif

/// A database of sessions that could not be opened, read or written.
public enum SessionStoreError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file or its directory could not be made or examined: `operation` failed with `code`.
  case system(operation: String, path: String, code: Int32)
  /// The path names a directory.
  case isDirectory(path: String)
  /// The user may not read or write the file or its directory.
  case permissionDenied(path: String)
  /// The file is not an SQLite database.
  case notADatabase(path: String)
  /// The file is an SQLite database of another program.
  case foreign(path: String)
  /// The file was written by a newer version, with migrations that this one does not know.
  case newerSchema(path: String)
  /// The database is damaged.
  case corrupt(path: String)
  /// The file was moved away, replaced or deleted while it was in use.
  case moved(path: String)
  /// The path, or its last part, is a symbolic link.
  case isSymbolicLink(path: String)
  /// Another process has the database locked.
  case locked(path: String)
  /// Another daemon serves this database.
  case inUse(path: String)
  /// The file or its file system cannot be written.
  case readOnly(path: String)
  /// The disk, or the quota, is full.
  case diskFull(path: String)
  /// The disk failed; `code` is SQLite's extended result code.
  case inputOutput(path: String, code: Int32)
  /// SQLite did not accept a setting that the store's promises rest on.
  case settingRefused(name: String, expected: String, got: String)
  /// The store was closed.
  case closed
  /// The log of the replicas cannot be reached, or refuses; `reason` says what failed.
  case logUnavailable(reason: String)
  /// The connection to the log broke while it was being written: nobody knows whether it was.
  case logInDoubt
  /// An entry was written, but this replica did not come to it in time.
  case logTooSlow
  /// An entry of the log is damaged or of a later version.
  case badLog(number: Int64)
  /// The database follows another log than the one that was named, or one that was set back.
  case otherLog
  /// The database follows a log, and is opened without one; or it does not, and is.
  case log(follows: Bool, path: String)
  /// The change is made, but these living replicas have not carried it out.
  case notEverywhere(replicas: [String])
  /// Nothing is deleted, because these living replicas did not pass on what they had acknowledged.
  case notPassedOn(replicas: [String])
  /// So many acknowledged changes were left out of the log, because a deletion may cover them.
  case leftOut(count: Int)
  /// The database holds acknowledged changes that a replica of another name has to pass on.
  case queueOf(replica: String, path: String)
  /// The replica has no word of the log for longer than its lease: it says nothing of sessions.
  case leaseEnded
  /// SQLite failed in another way; `code` is its extended result code.
  case unexpected(path: String, code: Int32)

  /// One line: what failed, why, and what to do.
  public var description: String {
    switch self {
    case .system(let operation, let path, let code):
      let reason = String(cString: strerror(code))
      return "cannot \(operation) \(path): \(reason); check the path, or choose another database"
    case .isDirectory(let path):
      return "the database \(path) is a directory; name a file in it"
    case .permissionDenied(let path):
      return "no permission to read and write the database \(path); "
        + "give the file and its directory to this user, or choose another database"
    case .notADatabase(let path):
      return "\(path) is not an SQLite database; choose another file, or move this one away"
    case .foreign(let path):
      return "\(path) is a database of another program; choose another file"
    case .newerSchema(let path):
      return "the database \(path) was written by a newer version; "
        + "run that version, or choose another database"
    case .corrupt(let path):
      return "the database \(path) is damaged; move it away together with its -wal and -shm files, "
        + "then put a backup there, or what `sqlite3 FILE .recover` finds, or choose another database"
    case .moved(let path):
      return "the database \(path) was moved away or replaced; put a database there, "
        + "with its -wal file if it has one, or restart the daemon to begin a new one"
    case .isSymbolicLink(let path):
      return "the database \(path) is a symbolic link; name the file that it points to"
    case .locked(let path):
      return "the database \(path) is locked by another process; end that process, then try again"
    case .inUse(let path):
      return "the database \(path) is served by another daemon; stop it, or choose another database"
    case .readOnly(let path):
      return "the database \(path) cannot be written; "
        + "make the file and its file system writable, or choose another database"
    case .diskFull(let path):
      return "the disk of the database \(path) is full; free some space"
    case .inputOutput(let path, let code):
      return "the disk of the database \(path) failed (SQLite \(code)); check the disk"
    case .settingRefused(let name, let expected, let got):
      return "SQLite set \(name) to \(got), not to \(expected); install libsqlite3 3.40 or newer"
    case .closed:
      return "the database is closed; ask again after the daemon has restarted"
    case .logUnavailable(let reason):
      return "the log of the replicas cannot be reached (\(reason)), so nothing is recorded, "
        + "deleted or blocked; completions go on; start PostgreSQL, or ask again"
    case .logInDoubt:
      return "the connection to the log of the replicas broke while it was being written, so this "
        + "may or may not be done; ask again"
    case .logTooSlow:
      return "the change is in the log, but this replica has not carried it out yet; "
        + "look at its log for the reason"
    case .badLog(let number):
      return "the log's entry \(number) is damaged or of a newer version; "
        + "run the newest version on all replicas, or restore the log"
    case .otherLog:
      return "the database is a cache of another log, or of this one before it was set back; "
        + "move the database away, and start again: it is filled from the log"
    case .log(true, let path):
      return "the database \(path) is the cache of a log of replicas; "
        + "serve it with qacd-cluster, or choose another database"
    case .log(false, let path):
      return "the database \(path) holds events of no log; choose another one for qacd-cluster, "
        + "and bring the events over with `qac-cli export` and `import`"
    case .notEverywhere(let replicas):
      return "the change is made, but \(replicas.joined(separator: ", ")) did not say in time "
        + "that they carried it out; ask again, or stop them: they catch up before they serve"
    case .notPassedOn(let replicas):
      return
        "nothing is deleted: \(replicas.joined(separator: ", ")) did not say in time that what "
        + "was recorded there is in the log; ask again, or stop them"
    case .leftOut(let count):
      return "\(count) acknowledged records that had not reached the log were dropped, because "
        + "something was deleted meanwhile that may mean them"
    case .queueOf(let replica, let path):
      return "the database \(path) holds records that the replica \(replica) has not passed on; "
        + "start it with `--replica \(replica)` until its status says that 0 are queued"
    case .leaseEnded:
      return "this replica has not reached the log for longer than its lease, so it says nothing "
        + "of sessions; start PostgreSQL, or ask another replica"
    case .unexpected(let path, let code):
      return "the database \(path) failed (SQLite \(code)); check it with `sqlite3`, then restart"
    }
  }
}
