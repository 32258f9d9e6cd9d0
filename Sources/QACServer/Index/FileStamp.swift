// Tells whether a file has changed, without reading it.

#if canImport(Glibc)
  import Glibc
#endif

/// A file's identity, size and time at one moment.
struct FileStamp: Equatable, Sendable {
  private var device: dev_t
  private var inode: ino_t
  private var size: off_t
  private var seconds: Int
  private var nanoseconds: Int

  /// The stamp of the file at `path`; nil if there is none.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = status.st_dev
    inode = status.st_ino
    size = status.st_size
    seconds = status.st_mtim.tv_sec
    nanoseconds = status.st_mtim.tv_nsec
  }
}
