// Why a daemon cannot start or load, in words that end with the remedy, and as exit codes.

public import QACEngine
public import QACSessions

#if canImport(Glibc)
  import Glibc
#endif

/// A daemon that cannot serve.
public enum ServerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no index file.
  case indexMissing(path: String)
  /// The index file cannot be opened or is bad; `reason` ends with the remedy.
  case indexRefused(path: String, reason: String)
  /// The index was built from a log that ends so many seconds before that of the index served.
  case indexOlder(path: String, seconds: Int64)
  /// The index was built for another normalisation profile than the index served.
  case indexOfAnotherProfile(path: String, served: String, found: String)
  /// The block list cannot be read or is bad.
  case blockList(BlockListError)
  /// The database of sessions cannot be opened.
  case database(SessionStoreError)
  /// The socket's path is longer than the system takes.
  case socketPathTooLong(bytes: Int, limit: Int)
  /// The socket's directory is a symbolic link.
  case socketDirectoryIsLink(path: String)
  /// What the service manager handed over is no listening Unix socket.
  case handedOverNoSocket
  /// The socket's directory belongs to another user.
  case socketDirectoryNotOurs(path: String)
  /// Others may enter the socket's directory.
  case socketDirectoryOpen(path: String, mode: UInt32)
  /// Something that is no socket has the socket's name.
  case notASocket(path: String)
  /// Something that is no file has the name of the socket's lock file.
  case notALock(path: String)
  /// Another daemon answers on the socket or holds its lock.
  case alreadyServed(path: String)
  /// The process may open `allowed` files; a daemon needs `needed` before anybody connects.
  case tooFewDescriptors(allowed: Int, needed: Int)
  /// The process may take `allowed` bytes of address space; a daemon needs `needed`.
  case tooLittleMemory(allowed: Int, needed: Int)
  /// The socket was closed under the daemon.
  case socketLost(path: String)
  /// The system call `operation` on `path` failed with the error number `code`.
  case system(operation: String, path: String, code: Int32)

  /// One line: what failed, why, and what to do.
  public var description: String {
    switch self {
    case .indexMissing(let path):
      return "there is no index at \(path); build one with "
        + "`qac-index build --log FILE --out \(path)`, or name another with --index"
    case .indexRefused(let path, let reason):
      return "the index \(path) cannot be served: \(reason)"
    case .indexOlder(let path, let seconds):
      return "the index \(path) is older than the one served: its log ends \(seconds) seconds "
        + "before; put a newer one there, or take it by `qac-cli reload --force`"
    case .indexOfAnotherProfile(let path, let served, let found):
      return "the index \(path) has the profile \(found), the one served has \(served); "
        + "build it with --profile \(served), or take it by `qac-cli reload --force`"
    case .blockList(let error):
      return error.description
    case .database(let error):
      return error.description
    case .socketPathTooLong(let bytes, let limit):
      return "the socket's path has \(bytes) bytes, the system takes \(limit); "
        + "name a shorter one with --socket"
    case .socketDirectoryIsLink(let path):
      return "the socket's directory \(path) is a symbolic link; "
        + "name the directory that it points to with --socket, if that is yours"
    case .handedOverNoSocket:
      return "what the service manager handed over is no listening Unix stream socket; "
        + "correct the socket unit: ListenStream= with a path"
    case .socketDirectoryNotOurs(let path):
      return "the socket's directory \(path) belongs to another user; "
        + "name a socket in a directory of this user with --socket"
    case .socketDirectoryOpen(let path, let mode):
      return
        "the socket's directory \(path) has mode 0\(String(mode, radix: 8)), "
        + "so that others may enter it; "
        + "run `chmod 700 \(path)` if only the daemon uses it, "
        + "or name a socket in a directory of its own with --socket"
    case .notASocket(let path):
      return "\(path) exists and is no socket; move it away, or name another with --socket"
    case .notALock(let path):
      return "\(path) exists and is no file; move it away, or name another socket with --socket"
    case .alreadyServed(let path):
      return "another daemon serves \(path); stop it first, or name another with --socket"
    case .tooFewDescriptors(let allowed, let needed):
      return "the process may open \(allowed) files and needs \(needed) to start; allow more, "
        + "with `ulimit -n 1024`, or with LimitNOFILE= in its unit"
    case .tooLittleMemory(let allowed, let needed):
      return "the process may take \(allowed >> 20) MiB of address space and needs "
        + "\(needed >> 20) to start; allow more, with `ulimit -v \(needed >> 10)`, "
        + "or with LimitAS= in its unit (to bound the memory in use, take MemoryMax=)"
    case .socketLost(let path):
      return "the socket \(path) was closed by the system; start the daemon again"
    case .system(let operation, let path, let code):
      let reason = String(cString: strerror(code))
      return "cannot \(operation) \(path): \(reason); check the path and its permissions"
    }
  }

  /// The exit code of a daemon that stops for this reason, after sysexits(3).
  public var exitCode: Int32 {
    switch self {
    case .indexMissing, .indexRefused, .indexOlder, .indexOfAnotherProfile, .blockList: return 66
    case .tooFewDescriptors, .tooLittleMemory: return 71
    case .database: return 74
    case .alreadyServed: return 75
    case .socketPathTooLong, .socketDirectoryNotOurs, .socketDirectoryIsLink, .socketDirectoryOpen,
      .notASocket, .notALock, .handedOverNoSocket, .socketLost, .system:
      return 73
    }
  }
}
