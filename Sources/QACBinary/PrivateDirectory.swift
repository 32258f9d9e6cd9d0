// Directories that hold what people typed: only their owner may enter them.

#if canImport(Glibc)
  import Glibc
#endif

/// Makes private directories.
public enum PrivateDirectory {
  /// Makes the directory `path` and those above it where they are missing.
  ///
  /// What already has the name is left as it is, whatever it is: opening it shows that.
  ///
  /// - Parameters:
  ///   - path: The directory.
  ///   - mode: The mode of every directory that is made.
  /// - Throws: `FileError.system`.
  public static func make(_ path: String, mode: UInt32 = 0o700) throws(FileError) {
    if mkdir(path, mode) == 0 || errno == EEXIST { return }
    if errno == ENOENT, let parent = parent(of: path) {
      try make(parent, mode: mode)
      if mkdir(path, mode) == 0 || errno == EEXIST { return }
    }
    throw .system(operation: "create the directory", path: path, code: errno)
  }

  /// Makes the directory that the file `path` is in, and those above it, where they are missing.
  ///
  /// - Throws: `FileError.system`.
  public static func make(above path: String) throws(FileError) {
    if let parent = parent(of: path) { try make(parent) }
  }

  private static func parent(of path: String) -> String? {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return nil }
    return String(path[..<slash])
  }
}
