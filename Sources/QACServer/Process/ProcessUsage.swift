// What this process uses, as the kernel counts it. Source: proc(5), getrusage(2).

#if canImport(Glibc)
  import Glibc
#endif

/// Figures of this process.
enum ProcessUsage {
  /// Seconds of processor time since the start.
  static var processorSeconds: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return [usage.ru_utime, usage.ru_stime].reduce(0) {
      $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
    }
  }

  /// Bytes of memory in use; nil if the kernel does not say.
  static var residentBytes: Int? { pages(1) }

  /// Bytes of address space in use; 0 if the kernel does not say.
  static var addressBytes: Int { pages(0) ?? 0 }

  /// Reads a number of pages from a column of /proc/self/statm, in bytes.
  private static func pages(_ column: Int) -> Int? {
    let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = read(descriptor, &buffer, buffer.count)
    let words = buffer[..<max(0, count)].split(separator: 0x20)
    guard words.count > column,
      let pages = Int(String(decoding: words[column], as: UTF8.self))
    else {
      return nil
    }
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }

  /// The number of open descriptors; nil if the kernel does not say.
  static var openDescriptors: Int? {
    guard let directory = opendir("/proc/self/fd") else { return nil }
    defer { closedir(directory) }
    var count = 0
    while let entry = readdir(directory) {
      if entry.pointee.d_name.0 != CChar(bitPattern: UInt8(ascii: ".")) { count += 1 }
    }
    // Less the directory's own descriptor.
    return count - 1
  }
}
