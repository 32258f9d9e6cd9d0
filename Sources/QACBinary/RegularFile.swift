// Opens files that somebody else names or could replace: only regular files, and without waiting.
//
// A plain open(2) of a named pipe waits until somebody writes into it, perhaps for ever. A program
// that holds a lock or runs at night would hang. So a path is opened without blocking, and the open
// descriptor, not the path, is asked what it is. A pipe is accepted and waited for only if the
// caller allows one, as for a log that a person names.
// Cost: one fstat(2) per open; content is read once, in pieces.

#if canImport(Glibc)
  public import Glibc
#endif

/// Reads regular files only.
public enum RegularFile {
  /// The sizes of the buffer for reading.
  private static let bufferBytes = 1 << 12...1 << 18

  /// Opens the regular file at `path` for reading, without waiting.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - acceptsPipes: Whether it may be a pipe; then the call waits for the pipe's writer.
  /// - Returns: The descriptor, which the caller must close, and the file's status.
  /// - Throws: `FileError`, also if the path names something else, such as a directory or a device.
  public static func open(
    _ path: String, acceptsPipes: Bool = false
  ) throws(FileError) -> (descriptor: Int32, status: stat) {
    let flags = O_RDONLY | O_CLOEXEC | O_NOCTTY
    let descriptor = Glibc.open(path, acceptsPipes ? flags : flags | O_NONBLOCK)
    guard descriptor >= 0 else {
      // open(2) reports these errors for sockets, and for devices without a driver.
      if errno == ENXIO || errno == ENODEV { throw .notRegular(path: path) }
      throw .system(operation: "open", path: path, code: errno)
    }
    do throws(FileError) {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else {
        throw .system(operation: "look at", path: path, code: errno)
      }
      switch status.st_mode & S_IFMT {
      case S_IFREG: return (descriptor, status)
      case S_IFIFO where acceptsPipes: return (descriptor, status)
      case S_IFDIR: throw .isDirectory(path: path)
      default: throw .notRegular(path: path)
      }
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// The bytes of the regular file at `path`.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limit: The most bytes that are read.
  /// - Returns: All bytes of the file.
  /// - Throws: `FileError`; `tooLarge` if the file has more than `limit` bytes.
  public static func contents(_ path: String, limit: Int = .max) throws(FileError) -> [UInt8] {
    let (descriptor, status) = try open(path)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(max(0, Int(status.st_size)), limit))
    // The file may have grown, and files of /proc have no size.
    let size = min(max(bufferBytes.lowerBound, Int(status.st_size)), bufferBytes.upperBound)
    var buffer = [UInt8](repeating: 0, count: size)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .system(operation: "read", path: path, code: errno) }
      if count == 0 { return bytes }
      guard count <= limit - bytes.count else { throw .tooLarge(path: path, limit: limit) }
      bytes += buffer[..<count]
    }
  }
}
