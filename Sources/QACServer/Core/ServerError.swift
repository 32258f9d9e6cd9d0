// Why a daemon cannot start or load an index: as a message that ends with the remedy, and as exit
// code.

public import QACEngine
public import QACSessions

#if canImport(Glibc)
  import Glibc
#endif

/// An error that keeps a daemon from serving.
public enum ServerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no index file.
  case indexMissing(path: String)
  /// The index file cannot be opened or is bad; `reason` ends with the remedy.
  case indexRefused(path: String, reason: String)
  /// The log of the index ends `seconds` before the log of the index that is served.
  case indexOlder(path: String, seconds: Int64)
  /// The index has another normalisation profile than the index that is served.
  case indexOfAnotherProfile(path: String, served: String, found: String)
  /// The block list cannot be read or is bad.
  case blockList(BlockListError)
  /// The database of sessions cannot be opened.
  case database(SessionStoreError)
  /// The socket's path is longer than the system allows.
  case socketPathTooLong(bytes: Int, limit: Int)
  /// The socket's directory is a symbolic link.
  case socketDirectoryIsLink(path: String)
  /// The service manager handed over something other than a listening Unix socket.
  case handedOverNoSocket
  /// The socket's directory belongs to another user.
  case socketDirectoryNotOurs(path: String)
  /// Other users may enter the socket's directory.
  case socketDirectoryOpen(path: String, mode: UInt32)
  /// Something other than a socket has the socket's name.
  case notASocket(path: String)
  /// Something other than a regular file has the name of the socket's lock file.
  case notALock(path: String)
  /// Another daemon answers on the socket or holds its lock.
  case alreadyServed(path: String)
  /// The process may open `allowed` files; a daemon needs `needed` before any client connects.
  case tooFewDescriptors(allowed: Int, needed: Int)
  /// The process may use `allowed` bytes of address space; a daemon needs `needed`.
  case tooLittleMemory(allowed: Int, needed: Int)
  /// The system closed the socket while the daemon was serving.
  case socketLost(path: String)
  /// The system call `operation` on `path` failed with the error number `code`.
  case system(operation: String, path: String, code: Int32)

  /// One line: what failed, why, and what to do.
  public var description: String {
    switch self {
    case .indexMissing(let path):
      return "there is no index at \(path); build one with "
        + "`qac-index build --log FILE --out \(path)`, or name another index with --index"
    case .indexRefused(let path, let reason):
      return "the index \(path) cannot be served: \(reason)"
    case .indexOlder(let path, let seconds):
      return "the index \(path) is older than the served one: its log ends \(seconds) seconds "
        + "earlier; put a newer index there, or load this one with `qac-cli reload --force`"
    case .indexOfAnotherProfile(let path, let served, let found):
      return "the index \(path) has the profile \(found), and the served one has \(served); "
        + "build it with --profile \(served), or load it with `qac-cli reload --force`"
    case .blockList(let error):
      return error.description
    case .database(let error):
      return error.description
    case .socketPathTooLong(let bytes, let limit):
      return "the socket's path has \(bytes) bytes, and the system allows \(limit); "
        + "choose a shorter path with --socket"
    case .socketDirectoryIsLink(let path):
      return "the socket's directory \(path) is a symbolic link; "
        + "if it points to a directory of yours, use that directory in --socket"
    case .handedOverNoSocket:
      return "the service manager handed over something other than a listening Unix stream socket; "
        + "set ListenStream= in the socket unit to a path"
    case .socketDirectoryNotOurs(let path):
      return "the socket's directory \(path) belongs to another user; "
        + "choose a socket in a directory of this user with --socket"
    case .socketDirectoryOpen(let path, let mode):
      return
        "the socket's directory \(path) has mode 0\(String(mode, radix: 8)), "
        + "so others may enter it; "
        + "run `chmod 700 \(path)` if only the daemon uses it, "
        + "or choose a socket in a directory of its own with --socket"
    case .notASocket(let path):
      return "\(path) exists and is not a socket; move it away, or choose another with --socket"
    case .notALock(let path):
      return "\(path) exists and is not a regular file; move it away, or choose another socket "
        + "with --socket"
    case .alreadyServed(let path):
      return "another daemon serves \(path); stop it first, or choose another socket with --socket"
    case .tooFewDescriptors(let allowed, let needed):
      return "the process may open \(allowed) files and needs \(needed) to start; allow more "
        + "with `ulimit -n 1024`, or with LimitNOFILE= in its unit"
    case .tooLittleMemory(let allowed, let needed):
      return "the process may use \(allowed >> 20) MiB of address space and needs "
        + "\(needed >> 20) MiB to start; allow more with `ulimit -v \(needed >> 10)`, "
        + "or with LimitAS= in its unit (to bound the memory in use, set MemoryMax=)"
    case .socketLost(let path):
      return "the system closed the socket \(path); start the daemon again"
    case .system(let operation, let path, let code):
      let reason = String(cString: strerror(code))
      return "cannot \(operation) \(path): \(reason); check the path and its permissions"
    }
  }

  /// The exit code of a daemon that stops for this reason; sysexits(3) names the codes.
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
