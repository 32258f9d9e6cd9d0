// A read-only region of bytes that lives as long as its owner: a mapped file, or bytes in memory.
//
// Invariant: `bytes` stays valid and unchanged until the owner is released. A mapped file must
// therefore never be truncated or overwritten in place; publishing renames a new file over the old
// name (`AtomicFile`), which leaves existing mappings intact.
// Foundation's `Data(.mappedIfSafe)` reads the whole file on Linux; this calls mmap itself.

#if canImport(Glibc)
  import Glibc
#endif

/// An immutable region of bytes, mapped from a file or held in memory.
public final class MappedFile: Sendable {
  // The region is never written after `init` and is released only in `deinit`. So threads may share
  // it, though the compiler cannot know that of a raw pointer.
  private nonisolated(unsafe) let base: UnsafeRawPointer
  private let length: Int
  private let isMapped: Bool

  /// The bytes of the region; valid while this object lives.
  public var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base, count: length)
  }

  /// Maps the regular file at `path`.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - populate: Whether to read every page now rather than at its first use.
  /// - Throws: `FileError`.
  public init(path: String, populate: Bool = false) throws(FileError) {
    // O_NONBLOCK: the path may name a pipe, and open(2) must not wait for its other end.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw .system(operation: "open", path: path, code: errno)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .system(operation: "stat", path: path, code: errno)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw .isDirectory(path: path)
    default: throw .notRegular(path: path)
    }
    length = Int(status.st_size)
    if length == 0 {
      base = UnsafeRawPointer(UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 64))
      isMapped = false
      return
    }
    let flags = MAP_PRIVATE | (populate ? Int32(MAP_POPULATE) : 0)
    guard let mapped = mmap(nil, length, PROT_READ, flags, descriptor, 0), mapped != MAP_FAILED
    else {
      throw .system(operation: "map", path: path, code: errno)
    }
    base = UnsafeRawPointer(mapped)
    isMapped = true
  }

  /// Copies `content` into memory aligned to 64 bytes.
  public init(copying content: [UInt8]) {
    let copy = UnsafeMutableRawPointer.allocate(byteCount: max(1, content.count), alignment: 64)
    content.withUnsafeBytes { source in
      if let start = source.baseAddress {
        copy.copyMemory(from: start, byteCount: source.count)
      }
    }
    base = UnsafeRawPointer(copy)
    length = content.count
    isMapped = false
  }

  deinit {
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: base), length)
    } else {
      base.deallocate()
    }
  }
}
