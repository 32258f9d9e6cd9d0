// Who may read a file or a directory.

#if canImport(Glibc)
  import Glibc
#endif

/// The owner and the mode of what is at a path.
public struct FilePermissions: Equatable {
  /// The path that was asked for; a symbolic link is followed.
  public let path: String
  /// Whether it is a directory.
  public let isDirectory: Bool
  /// Whether it is a socket.
  public let isSocket: Bool
  /// Whether it belongs to the user of this process.
  public let isOurs: Bool
  /// The nine bits.
  public let mode: UInt32
  /// The size.
  public let bytes: Int
  private let identity: [UInt64]

  /// nil if there is nothing.
  public init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.path = path
    isDirectory = status.st_mode & S_IFMT == S_IFDIR
    isSocket = status.st_mode & S_IFMT == S_IFSOCK
    isOurs = status.st_uid == geteuid()
    mode = status.st_mode & 0o777
    bytes = Int(status.st_size)
    identity = [UInt64(status.st_dev), UInt64(status.st_ino)]
  }

  /// Whether both are the same file.
  public static func == (a: FilePermissions, b: FilePermissions) -> Bool {
    a.identity == b.identity
  }

  /// Whether others may do something with it.
  public var isOpen: Bool { mode & 0o077 != 0 }

  /// The mode in octal digits.
  public var modeText: String { String(mode, radix: 8) }

  /// The command that closes it to others.
  public var remedy: String { "chmod \(isDirectory ? "700" : "600") \(path)" }

  /// The directory of `path`.
  public static func directory(of path: String) -> String {
    path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
  }
}
