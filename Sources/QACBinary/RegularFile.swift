// Opens files that somebody else names or could replace: regular ones, and nothing that would be waited for.
//
// A plain open(2) of a named pipe waits until somebody writes into it, perhaps for ever. Whoever holds a lock
// meanwhile, or runs at night, hangs with it. So a path is opened without blocking, and the open
// descriptor, not the path, is asked what it is. A pipe is taken, and waited for, only where the caller says
// that one may be meant: a log that a person names.
// Cost: one fstat(2) beside the open; contents are read once, in pieces.

#if canImport(Glibc)
  public import Glibc
#endif

/// Reading of regular files only.
public enum RegularFile {
  /// Opens the regular file at `path` to read it, without waiting for anybody.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - acceptsPipes: Whether it may be a pipe, whose writer is then waited for.
  /// - Returns: The descriptor, which the caller closes, and what the file is.
  /// - Throws: `FileError`; anything else, such as a directory or a device, is refused.
  public static func open(
    _ path: String, acceptsPipes: Bool = false
  ) throws(FileError) -> (descriptor: Int32, status: stat) {
    let flags = O_RDONLY | O_CLOEXEC | O_NOCTTY
    let descriptor = Glibc.open(path, acceptsPipes ? flags : flags | O_NONBLOCK)
    guard descriptor >= 0 else {
      // What open(2) says of sockets, and of devices that nobody serves.
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
  /// - Returns: All of them.
  /// - Throws: `FileError`, also where the file has more than `limit` bytes.
  public static func contents(_ path: String, limit: Int = .max) throws(FileError) -> [UInt8] {
    let (descriptor, status) = try open(path)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(max(0, Int(status.st_size)), limit))
    // It may be longer than it was, and files of /proc have no size.
    var buffer = [UInt8](repeating: 0, count: min(max(1 << 12, Int(status.st_size)), 1 << 18))
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
