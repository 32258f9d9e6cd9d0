// Checks that a process with a limit on its address space has room for a start.
//
// If the system gives no thread or no memory, the libraries of the daemon end the process or wait
// for ever, without a message. So if there is a limit, the start asks for all the memory at once,
// before there is a second thread, and gives it back.
// Source: setrlimit(2), RLIMIT_AS; mmap(2).

#if canImport(Glibc)
  import Glibc
#endif

extension ProcessGuard {
  /// The bytes for everything but the index and the event loops: the database's cache, and threads.
  /// Each thread reserves 64 MiB for its heap, though it uses little, and its stack.
  static let memoryBytes = 512 << 20
  /// The bytes for an event loop, that is, for its thread.
  static let loopMemoryBytes = 72 << 20

  /// Checks that there is room to start a daemon and to load another index.
  ///
  /// - Parameters:
  ///   - path: The index file.
  ///   - loops: The number of event loops.
  /// - Throws: `ServerError.tooLittleMemory` if the limit of the process's address space is too
  ///   low.
  public static func requireMemory(index path: String, loops: Int) throws(ServerError) {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur != rlim_t.max else { return }
    var file = stat()
    let indexBytes = stat(path, &file) == 0 ? max(0, Int(file.st_size)) : 0
    // The index, the tables made of it in memory, and both once more for the index that replaces
    // it.
    let needed = memoryBytes + loops * loopMemoryBytes + indexBytes * 4
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    guard let room = mmap(nil, needed, PROT_NONE, flags, -1, 0), room != MAP_FAILED else {
      throw .tooLittleMemory(
        allowed: Int(clamping: limit.rlim_cur), needed: needed + ProcessUsage.addressBytes)
    }
    munmap(room, needed)
  }
}
