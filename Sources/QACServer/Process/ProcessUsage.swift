// What this process takes of the machine, as the kernel counts it. Source: proc(5), getrusage(2).

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

  /// Bytes of memory that are in use; nil where the kernel does not tell.
  static var residentBytes: Int? { pages(1) }

  /// Bytes of address space that are taken; 0 where the kernel does not tell.
  static var addressBytes: Int { pages(0) ?? 0 }

  /// A number of pages of /proc/self/statm, in bytes.
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

  /// Open descriptors; nil where the kernel does not tell.
  static var openDescriptors: Int? {
    guard let directory = opendir("/proc/self/fd") else { return nil }
    defer { closedir(directory) }
    var count = 0
    while let entry = readdir(directory) {
      if entry.pointee.d_name.0 != CChar(bitPattern: UInt8(ascii: ".")) { count += 1 }
    }
    // Without that of the directory itself.
    return count - 1
  }
}
