// Writes a file so that its name always has either the whole old content or the whole new one.
//
// Steps: write to `NAME.tmp-PID` in the same directory, fsync it, rename it to NAME, fsync the
// directory. A crash before the rename leaves the old file and at most a temporary one. A failure
// removes the temporary file.

#if canImport(Glibc)
  import Glibc
#endif

/// Whole-file writes that a crash cannot tear.
public enum AtomicFile {
  /// The temporary file to which `write` of this process writes before it renames it to `path`.
  public static func temporaryPath(for path: String) -> String { "\(path).tmp-\(getpid())" }

  /// Checks that `path` can be written, by making and removing the temporary file.
  ///
  /// - Throws: `FileError`.
  public static func checkWritable(_ path: String) throws(FileError) {
    try refuseOthersThanFiles(path)
    let temporary = temporaryPath(for: path)
    close(try create(temporary))
    unlink(temporary)
  }

  /// Makes the file at `temporary` and returns its descriptor.
  ///
  /// If something has that name, a killed run has left it there or somebody else has put it there.
  /// It is removed, not opened: opening would wait at a named pipe and write through a symbolic
  /// link.
  private static func create(_ temporary: String) throws(FileError) -> Int32 {
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw .system(operation: "create", path: temporary, code: errno)
    }
    return descriptor
  }

  /// Refuses a path that names a directory, a device or a socket: the rename would replace it by a
  /// file.
  private static func refuseOthersThanFiles(_ path: String) throws(FileError) {
    var existing = stat()
    guard stat(path, &existing) == 0 else { return }
    switch existing.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw .isDirectory(path: path)
    default: throw .notRegular(path: path)
    }
  }

  /// Receives a piece of a file's content.
  public typealias Sink = (UnsafeBufferPointer<UInt8>) throws(FileError) -> Void

  /// Replaces the content of the file at `path` by `bytes`; durably, unless `isCache`.
  ///
  /// - Parameters:
  ///   - bytes: The new content.
  ///   - path: The file.
  ///   - isCache: Whether a power cut may leave the file empty or cut off; then nothing waits for
  ///     the disk.
  /// - Throws: `FileError`. The old file is then unchanged, unless the last step failed, the sync
  ///   of the directory: then the new file may or may not survive a power cut.
  public static func write(
    _ bytes: [UInt8], to path: String, isCache: Bool = false
  ) throws(FileError) {
    try write(to: path, isCache: isCache) { (sink) throws(FileError) in
      try bytes.withUnsafeBufferPointer { (bytes) throws(FileError) in try sink(bytes) }
    }
  }

  /// Replaces the content of the file at `path` by the pieces that `content` hands out, in the same
  /// way.
  ///
  /// - Throws: `FileError`, also those of `content`; the old file is then unchanged.
  public static func write(
    to path: String, isCache: Bool = false, _ content: (Sink) throws(FileError) -> Void
  ) throws(FileError) {
    try refuseOthersThanFiles(path)
    let temporary = temporaryPath(for: path)
    let descriptor = try create(temporary)
    do throws(FileError) {
      try content { (piece) throws(FileError) in
        try writeAll(piece, to: descriptor, path: temporary)
      }
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
    _ bytes: UnsafeBufferPointer<UInt8>, to descriptor: Int32, path: String
  ) throws(FileError) {
    var offset = 0
    while offset < bytes.count {
      let written = Glibc.write(
        descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
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
