// What can go wrong with a file, as messages that end with the remedy.

#if canImport(Glibc)
  import Glibc
#endif

/// A file that could not be read, mapped or written.
public enum FileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The system call `operation` on the file at `path` failed with the error number `code`.
  case system(operation: String, path: String, code: Int32)
  /// The path names a directory where a file is needed.
  case isDirectory(path: String)
  /// The path names neither a file nor a directory, but for example a named pipe, a device or a
  /// socket.
  case notRegular(path: String)
  /// Another process holds the lock of the file.
  case locked(path: String)
  /// The file has more than `limit` bytes.
  case tooLarge(path: String, limit: Int)

  /// One line: what failed, why, and what to do.
  public var description: String {
    switch self {
    case .system(let operation, let path, let code):
      let reason = String(cString: strerror(code))
      return "cannot \(operation) \(path): \(reason); \(Self.remedy(for: code, of: operation))"
    case .isDirectory(let path):
      return "\(path) is a directory; name a file in it"
    case .notRegular(let path):
      return "\(path) is not a regular file; name a regular file"
    case .locked(let path):
      return "another process holds the lock of \(path); wait for its end, or stop it"
    case .tooLarge(let path, let limit):
      return "\(path) has more than \(limit) bytes; check the path, or shorten the file"
    }
  }

  private static func remedy(for code: Int32, of operation: String) -> String {
    switch code {
    case ENOENT where operation == "create":
      return "check the path, or create its directory first"
    case ENOENT: return "check the path, or create the file first"
    case EACCES, EPERM: return "grant this user access, or choose another path"
    case ENOSPC, EDQUOT: return "free some space, or write to another disk"
    case EROFS: return "the file system is read-only; choose another path"
    case EMFILE, ENFILE: return "raise the limit of open files (ulimit -n)"
    case ENOTDIR: return "a part of the path is not a directory; check the path"
    case ENAMETOOLONG: return "choose a shorter path"
    default: return "check the path and the disk, then try again"
    }
  }
}
