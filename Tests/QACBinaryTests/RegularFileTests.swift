// What is opened, and what is refused without waiting for it.

import Foundation
import QACBinary
import QACTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.timeLimit(.minutes(30))) struct RegularFileTests {
  @Test func contentsAreThoseOfTheFile() throws {
    let directory = try TemporaryDirectory()
    for length in [0, 1, 4096, 300_000] {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let path = directory.file("\(length)")
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      #expect(try RegularFile.contents(path) == bytes)
      #expect(try RegularFile.contents(path, limit: length) == bytes)
      if length > 0 {
        #expect(throws: FileError.tooLarge(path: path, limit: length - 1)) {
          try RegularFile.contents(path, limit: length - 1)
        }
      }
    }
    // Of no size, and with content.
    #expect(try !RegularFile.contents("/proc/self/status").isEmpty)
    let missing = directory.file("missing")
    #expect(throws: FileError.system(operation: "open", path: missing, code: ENOENT)) {
      try RegularFile.contents(missing)
    }
  }

  @Test func whatIsNoFileIsRefusedWithoutWaiting() throws {
    let directory = try TemporaryDirectory()
    let pipe = try NamedPipe(path: directory.file("pipe"), text: "text")
    let daemon = try FakeDaemon(path: directory.file("socket")) { _ in .hangUp }
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("link"), withDestinationPath: pipe.path)
    for path in [pipe.path, directory.file("link"), directory.file("socket"), "/dev/zero"] {
      #expect(throws: FileError.notRegular(path: path)) { try RegularFile.contents(path) }
    }
    #expect(throws: FileError.isDirectory(path: directory.path)) {
      try RegularFile.contents(directory.path)
    }
    _ = daemon
  }

  @Test func aPipeIsReadWhereOneMayBeMeant() throws {
    let directory = try TemporaryDirectory()
    let pipe = try NamedPipe(path: directory.file("pipe"), text: "text")
    let (descriptor, _) = try RegularFile.open(pipe.path, acceptsPipes: true)
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 16)
    let count = read(descriptor, &buffer, buffer.count)
    #expect(Array(buffer[..<max(0, count)]) == Array("text".utf8))
    #expect(throws: FileError.notRegular(path: "/dev/zero")) {
      try RegularFile.open("/dev/zero", acceptsPipes: true)
    }
  }
}
