// Writes a file so that its name always holds either the old content or the whole new one.
//
// Steps: write to `NAME.tmp-PID` in the same directory, fsync it, rename it over NAME, fsync the
// directory. A crash before the rename leaves the old file and at most a temporary one; a failure
// removes the temporary one.

#if canImport(Glibc)
  import Glibc
#endif

/// Whole-file writes that a crash cannot tear.
public enum AtomicFile {
  /// Where `write` of this process puts the bytes of `path` before it renames them.
  public static func temporaryPath(for path: String) -> String { "\(path).tmp-\(getpid())" }

  /// Finds out whether `path` can be written, by creating and removing the temporary file.
  ///
  /// - Throws: `FileError`.
  public static func checkWritable(_ path: String) throws(FileError) {
    try refuseOthersThanFiles(path)
    let temporary = temporaryPath(for: path)
    close(try create(temporary))
    unlink(temporary)
  }

  /// Makes the file at `temporary`; its descriptor.
  ///
  /// Whatever has the name, a run that was killed has left it or somebody else has put it there: it is removed
  /// and not opened, which would wait at a named pipe and write through a symbolic link.
  private static func create(_ temporary: String) throws(FileError) -> Int32 {
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw .system(operation: "create", path: temporary, code: errno)
    }
    return descriptor
  }

  /// A rename would replace a directory's, device's or socket's name by a file.
  private static func refuseOthersThanFiles(_ path: String) throws(FileError) {
    var existing = stat()
    guard stat(path, &existing) == 0 else { return }
    switch existing.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw .isDirectory(path: path)
    default: throw .notRegular(path: path)
    }
  }

  /// Replaces the file at `path` by `bytes`, durably unless it is a cache that can be made anew.
  ///
  /// - Parameters:
  ///   - bytes: The new content.
  ///   - path: The file.
  ///   - isCache: Whether a power cut may leave the file empty or cut off; then nothing waits for the disk.
  /// - Throws: `FileError`; the old file is then untouched, unless it was the very last step that
  ///   failed: syncing the directory, after which the new file may or may not survive a power cut.
  public static func write(
    _ bytes: [UInt8], to path: String, isCache: Bool = false
  ) throws(FileError) {
    try refuseOthersThanFiles(path)
    let temporary = temporaryPath(for: path)
    let descriptor = try create(temporary)
    do throws(FileError) {
      try writeAll(bytes, to: descriptor, path: temporary)
      guard isCache || fsync(descriptor) == 0 else {
        throw .system(operation: "sync", path: temporary, code: errno)
      }
      guard rename(temporary, path) == 0 else {
        throw .system(operation: "rename to", path: path, code: errno)
      }
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    close(descriptor)
    if !isCache { try syncDirectory(of: path) }
  }

  private static func writeAll(
    _ bytes: [UInt8], to descriptor: Int32, path: String
  ) throws(FileError) {
    var offset = 0
    while offset < bytes.count {
      let written = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress?.advanced(by: offset), bytes.count - offset)
      }
      if written < 0 {
        if errno == EINTR { continue }
        throw .system(operation: "write", path: path, code: errno)
      }
      offset += written
    }
  }

  private static func syncDirectory(of path: String) throws(FileError) {
    let directory: String
    if let slash = path.lastIndex(of: "/") {
      directory = slash == path.startIndex ? "/" : String(path[..<slash])
    } else {
      directory = "."
    }
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .system(operation: "open", path: directory, code: errno)
    }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw .system(operation: "sync", path: directory, code: errno)
    }
  }
}
