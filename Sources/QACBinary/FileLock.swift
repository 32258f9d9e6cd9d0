// A lock file: one process at a time owns what lies beside it.
//
// Invariant: while a `FileLock` holds, no other process of this machine has one of the same file.
// The lock ends with `release`, or with its owner, even when that is killed. The lock is taken off
// before the descriptor is closed: a child process that is just being started holds a copy of the
// descriptor until it executes its program, and the copy would keep the lock. The file stays where
// it is: if it were removed, two processes could hold locks of two files of one name. Source:
// flock(2).

internal import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// A lock that this process holds.
public final class FileLock: Sendable {
  private let descriptor: Mutex<Int32?>

  /// Locks the file at `path`, which is made (0600) if it is missing, without waiting.
  ///
  /// - Throws: `FileError`: `locked` while another process holds the lock, `notRegular` where the
  ///   name is that of a pipe or a device; a symbolic link is not followed.
  public convenience init(path: String) throws(FileError) {
    try self.init(below: AT_FDCWD, name: path, path: path)
  }

  /// Locks the file `name` below an open directory, whatever has the directory's path meanwhile.
  ///
  /// - Parameters:
  ///   - directory: A descriptor of the directory.
  ///   - name: The file's name in it; it is made (0600) if it is missing.
  ///   - path: The file's path, for errors.
  /// - Throws: `FileError`, as `init(path:)` does.
  public init(below directory: Int32, name: String, path: String) throws(FileError) {
    // O_NONBLOCK: a pipe of that name is not waited for.
    let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
    let opened = openat(directory, name, flags, 0o600)
    guard opened >= 0 else { throw .system(operation: "open", path: path, code: errno) }
    do throws(FileError) {
      var status = stat()
      guard fstat(opened, &status) == 0 else {
        throw .system(operation: "look at", path: path, code: errno)
      }
      guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular(path: path) }
      guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
        if errno == EWOULDBLOCK { throw .locked(path: path) }
        throw .system(operation: "lock", path: path, code: errno)
      }
    } catch {
      close(opened)
      throw error
    }
    descriptor = Mutex(opened)
  }

  deinit {
    release()
  }

  /// Lets other processes have the lock; the second call does nothing.
  public func release() {
    descriptor.withLock { descriptor in
      if let descriptor {
        flock(descriptor, LOCK_UN)
        close(descriptor)
      }
      descriptor = nil
    }
  }
}
