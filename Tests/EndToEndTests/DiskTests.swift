// Disks that are full, broken or read-only under the running daemon: `record` says so, `complete`
// goes on, and all is well when the cause is gone.

import Foundation
import QACClient
import QACProtocol
import QACTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// A library that makes writes to the sessions' database fail with the error number that a file
/// holds.
private enum FaultLibrary {
  static let path: String? = {
    let base = NSTemporaryDirectory() + "/qac-faults-\(getpid())"
    let source = base + ".c"
    guard (try? Data(text.utf8).write(to: URL(fileURLWithPath: source))) != nil else { return nil }
    defer { unlink(source) }
    atexit { unlink(NSTemporaryDirectory() + "/qac-faults-\(getpid()).so") }
    for compiler in ["clang", "cc"] {
      let outcome = try? Programs.run(
        "/usr/bin/env", [compiler, "-shared", "-fPIC", "-o", base + ".so", source, "-ldl"],
        environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"])
      if outcome?.code == 0 { return base + ".so" }
    }
    return nil
  }()

  private static let text = #"""
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <errno.h>
    #include <fcntl.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <unistd.h>
    static int fault(int fd) {
      const char *name = getenv("QAC_FAULT");
      char link[64], target[512], text[16] = {0};
      if (!name) return 0;
      int file = open(name, O_RDONLY | O_CLOEXEC);
      if (file < 0) return 0;
      ssize_t count = read(file, text, sizeof text - 1);
      close(file);
      snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
      ssize_t length = readlink(link, target, sizeof target - 1);
      if (count <= 0 || length <= 0) return 0;
      target[length] = 0;
      return strstr(target, "s.sqlite") ? atoi(text) : 0;
    }
    #define FAILS(fd) do { int e = fault(fd); if (e) { errno = e; return -1; } } while (0)
    #define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
    ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) {
      FAILS(fd); return REAL(pwrite64)(fd, b, n, o);
    }
    ssize_t pwrite(int fd, const void *b, size_t n, off_t o) {
      FAILS(fd); return REAL(pwrite)(fd, b, n, o);
    }
    int fdatasync(int fd) { FAILS(fd); return REAL(fdatasync)(fd); }
    int fsync(int fd) { FAILS(fd); return REAL(fsync)(fd); }
    """#
}

@Suite(.serialized, .timeLimit(.minutes(10))) struct DiskTests {
  private func refusal(_ client: Client, _ query: String) -> RemoteError? {
    do {
      try client.record(query, session: "s")
      return nil
    } catch ClientError.refused(let error) {
      return error
    } catch {
      Issue.record("\(error)")
      return nil
    }
  }

  @Test(.enabled(if: SmallDisk.isPossible, "mounting a small file system needs root"))
  func aFullDisk() throws {
    let disk = try SmallDisk(kibibytes: 1024)
    let ballast = disk.path + "/ballast"
    try Data(repeating: 0x78, count: 300 << 10).write(to: URL(fileURLWithPath: ballast))
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    files.database = disk.path + "/s.sqlite"
    let daemon = try files.start()
    let client = files.client()
    var stored = 0
    var error: RemoteError?
    while error == nil && stored < 2000 {
      error = refusal(client, "query \(stored) " + String(repeating: "x", count: 1500))
      if error == nil { stored += 1 }
    }
    #expect(error?.known == .databaseUnavailable && stored > 10)
    #expect(error?.message.contains("is full; free some space") == true, "\(error?.message ?? "")")
    for _ in 0..<20 {
      #expect(try client.texts("ap").count == 10)
      #expect(try client.texts("query", session: "s").count > 0)
      #expect(refusal(client, "refused " + String(repeating: "y", count: 1500)) != nil)
    }
    unlink(ballast)
    try client.record("after", session: "s")
    #expect(try client.queries("s").first == "after")
    daemon.crash()
    let again = try files.start()
    #expect(try files.client().status()["events"]?.wholeNumber == Int64(stored + 1))
    again.stop()
  }

  @Test(
    .enabled(if: FaultLibrary.path != nil, "a C compiler is needed"),
    arguments: [EIO, EROFS, ENOSPC])
  func aDiskThatFails(number: Int32) throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let fault = files.directory.file("fault")
    let daemon = try files.start(environment: [
      "LD_PRELOAD": #require(FaultLibrary.path), "QAC_FAULT": fault,
    ])
    let client = files.client()
    var stored: [String] = []
    for round in 0..<5 {
      for i in 0..<20 {
        try client.record("query \(round) \(i)", session: "s")
        stored.append("query \(round) \(i)")
      }
      try Data("\(number)".utf8).write(to: URL(fileURLWithPath: fault), options: .atomic)
      for i in 0..<3 {
        let error = try #require(refusal(client, "refused \(i)"), "error \(number)")
        #expect(error.known == .databaseUnavailable)
        #expect(error.message.contains(number == ENOSPC ? "is full" : "disk"), "\(error.message)")
        #expect(try client.texts("ap").count == 10)
      }
      unlink(fault)
    }
    #expect(try client.queries("s") == Array(stored.reversed().prefix(100)))
    daemon.crash()
    let again = try files.start()
    #expect(try files.client().queries("s") == Array(stored.reversed().prefix(100)))
    again.stop()
  }
}
