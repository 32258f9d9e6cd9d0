// Arrays that are in memory as long as a budget lasts, and beyond it in files without a name.
//
// Both are mappings, so elements are read and written in the same way. The kernel writes a file's
// pages out when others need the memory. A file has no name, so it vanishes with the process,
// however that ends. Its space is reserved before it is mapped, so a full disk is an error and not
// a signal.
// Invariant: the content of an array does not depend on where the array is.
// Cost: an access is a bounds check and a load; growing doubles the capacity, in memory by copying.

import QACBinary

#if canImport(Glibc)
  import Glibc
#endif

/// The memory that arrays share, and the directory for those that do not fit.
final class ScratchMemory {
  private var bytesLeft: Int
  private let directory: String
  /// The number of files that were made.
  private(set) var fileCount = 0

  /// Makes a budget of `bytes`; beyond it arrays are files in `directory`.
  init(bytes: Int, directory: String) {
    bytesLeft = bytes
    self.directory = directory
  }

  /// Takes `bytes` of the budget and returns whether there were as many.
  fileprivate func take(_ bytes: Int) -> Bool {
    if bytes > bytesLeft { return false }
    bytesLeft -= bytes
    return true
  }

  fileprivate func giveBack(_ bytes: Int) { bytesLeft += bytes }

  /// Opens a file that has no name.
  ///
  /// - Throws: `LogError.file`.
  func openFile() throws(LogError) -> Int32 {
    let descriptor = open(directory, temporaryFileFlag | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("make a temporary file in", errno) }
    fileCount += 1
    return descriptor
  }

  /// The error to throw if `operation` failed.
  func failure(_ operation: String, _ code: Int32) -> LogError {
    .file(.system(operation: operation, path: directory, code: code))
  }
}

/// O_TMPFILE, which the Glibc module does not have: its own bit and that of O_DIRECTORY.
private let temporaryFileFlag = 0o20_000_000 | O_DIRECTORY

/// An array within a budget of memory.
struct ScratchArray<Element: BitwiseCopyable>: ~Copyable {
  private let memory: ScratchMemory
  /// The mapping, of which the first `count` elements are initialized.
  private var storage = UnsafeMutableBufferPointer<Element>(start: nil, count: 0)
  private var mappedBytes = 0
  /// The descriptor of the file; -1 if the array is in memory.
  private var descriptor: Int32 = -1
  /// The number of elements.
  private(set) var count = 0

  /// Makes an empty array.
  init(in memory: ScratchMemory) { self.memory = memory }

  /// Makes an array of `count` times `value`.
  ///
  /// - Throws: `LogError.file` if there is neither memory nor room on disk.
  init(repeating value: Element, count: Int, in memory: ScratchMemory) throws(LogError) {
    self.init(in: memory)
    try append(repeating: value, count: count)
  }

  deinit {
    if let base = storage.baseAddress { munmap(base, mappedBytes) }
    if descriptor >= 0 { close(descriptor) } else { memory.giveBack(mappedBytes) }
  }

  /// The elements; valid until the array grows or ends.
  var elements: UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(rebasing: storage[..<count])
  }

  subscript(i: Int) -> Element {
    @inline(__always) get {
      precondition(i >= 0 && i < count)
      return storage[i]
    }
    @inline(__always) nonmutating set {
      precondition(i >= 0 && i < count)
      storage[i] = newValue
    }
  }

  /// Adds `value` at the end.
  ///
  /// - Throws: `LogError.file` if there is neither memory nor room on disk.
  @inline(__always)
  mutating func append(_ value: Element) throws(LogError) {
    if count == storage.count { try reserve(2 * count + 1) }
    storage[count] = value
    count += 1
  }

  /// Adds `count` times `value`.
  ///
  /// - Throws: `LogError.file` if there is neither memory nor room on disk.
  mutating func append(repeating value: Element, count more: Int) throws(LogError) {
    try reserve(count + more)
    storage[count..<(count + more)].initialize(repeating: value)
    count += more
  }

  /// Makes room for `count` elements.
  mutating func reserve(_ count: Int) throws(LogError) {
    let page = 1 << 16
    let bytes = (count * MemoryLayout<Element>.stride + page - 1) / page * page
    if bytes <= mappedBytes { return }
    if descriptor < 0, memory.take(bytes) {
      let mapping = mmap(
        nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | Int32(MAP_ANONYMOUS), -1, 0)
      if let mapping, mapping != MAP_FAILED {
        moveAll(to: mapping, bytes)
        return
      }
      // The process may not have more memory, so use the disk.
      memory.giveBack(bytes)
    }
    let file = descriptor >= 0 ? descriptor : try memory.openFile()
    var code = posix_fallocate(file, 0, off_t(bytes))
    var mapping: UnsafeMutableRawPointer?
    if code == 0 {
      mapping = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
      if mapping == MAP_FAILED { code = errno }
    }
    guard code == 0, let mapping else {
      if descriptor < 0 { close(file) }
      throw memory.failure("reserve \(bytes) bytes for a temporary file in", code)
    }
    if descriptor >= 0 {
      // The same file in a larger mapping.
      if let base = storage.baseAddress { munmap(base, mappedBytes) }
      hold(mapping, bytes)
    } else {
      moveAll(to: mapping, bytes)
      descriptor = file
    }
  }

  /// Moves the elements from memory to `mapping`.
  private mutating func moveAll(to mapping: UnsafeMutableRawPointer, _ bytes: Int) {
    if let base = storage.baseAddress {
      memcpy(mapping, base, count * MemoryLayout<Element>.stride)
      munmap(base, mappedBytes)
      memory.giveBack(mappedBytes)
    }
    hold(mapping, bytes)
  }

  private mutating func hold(_ mapping: UnsafeMutableRawPointer, _ bytes: Int) {
    storage = UnsafeMutableBufferPointer(
      start: mapping.assumingMemoryBound(to: Element.self),
      count: bytes / MemoryLayout<Element>.stride)
    mappedBytes = bytes
  }
}

/// The arrays as a function, for tests.
package enum ScratchArrayProbe {
  /// `values`, appended one by one and then each increased by one in descending order, and the
  /// number of files that this took.
  package static func increased(
    _ values: [UInt64], memory: Int, directory: String
  ) throws(LogError) -> (values: [UInt64], files: Int) {
    let memory = ScratchMemory(bytes: memory, directory: directory)
    var array = ScratchArray<UInt64>(in: memory)
    for value in values { try array.append(value) }
    for i in (0..<array.count).reversed() { array[i] = array[i] &+ 1 }
    return (Array(array.elements), memory.fileCount)
  }
}
