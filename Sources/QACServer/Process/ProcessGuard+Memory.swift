// Whether there is room for what a start needs, where the process may not have all the memory there is.
//
// The libraries that serve here end the process, or wait for ever, where the system gives no thread or no memory;
// nobody could be told then. So a start with a limit on its address space asks for all of it at once, before there is
// a second thread, and gives it back.
// Source: setrlimit(2), RLIMIT_AS; mmap(2).

#if canImport(Glibc)
  import Glibc
#endif

extension ProcessGuard {
  /// What a daemon takes beside its index and its event loops: threads with their stacks and heaps, of which each reserves
  /// 64 MiB though it uses little, and the database's cache.
  static let memoryBytes = 512 << 20
  /// What an event loop takes: its thread.
  static let loopMemoryBytes = 72 << 20

  /// Checks that a daemon that serves the index at `path` on `loops` event loops has room to start and to load another index.
  ///
  /// - Throws: `ServerError.tooLittleMemory` where the limit of the process's address space is too low.
  public static func requireMemory(index path: String, loops: Int) throws(ServerError) {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur != rlim_t.max else { return }
    var file = stat()
    let indexBytes = stat(path, &file) == 0 ? max(0, Int(file.st_size)) : 0
    // An index, what is made of it in memory, and both once more for the one that takes its place.
    let needed = memoryBytes + loops * loopMemoryBytes + indexBytes * 4
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    guard let room = mmap(nil, needed, PROT_NONE, flags, -1, 0), room != MAP_FAILED else {
      throw .tooLittleMemory(
        allowed: Int(clamping: limit.rlim_cur), needed: needed + ProcessUsage.addressBytes)
    }
    munmap(room, needed)
  }
}
