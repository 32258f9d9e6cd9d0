// A lock file: who has it, what is refused, and that no copy of the descriptor keeps it.

import Foundation
import QACBinary
import QACTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.timeLimit(.minutes(60))) struct FileLockTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("lock")
  }

  @Test func oneHolderAtATime() throws {
    let first = try FileLock(path: path)
    #expect(throws: FileError.locked(path: path)) { try FileLock(path: path) }
    #expect(throws: FileError.locked(path: path)) {
      try FileLock(below: AT_FDCWD, name: path, path: path)
    }
    first.release()
    first.release()
    let second = try FileLock(path: path)
    #expect(throws: FileError.locked(path: path)) { try FileLock(path: path) }
    second.release()
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func theLockEndsWithItsOwner() throws {
    do { _ = try FileLock(path: path) }
    _ = try FileLock(path: path)
  }

  /// As a child process has one between its start and the execution of its program.
  @Test func aCopyOfTheDescriptorDoesNotKeepTheLock() throws {
    let lock = try FileLock(path: path)
    let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let descriptor = names.compactMap(Int32.init).first {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == real
    }
    let copy = dup(try #require(descriptor))
    defer { close(copy) }
    #expect(throws: FileError.locked(path: path)) { try FileLock(path: path) }
    lock.release()
    _ = try FileLock(path: path)
  }

  @Test func whatIsNoFileIsRefusedWithoutWaiting() throws {
    let pipe = try NamedPipe(path: directory.file("pipe"))
    #expect(throws: FileError.notRegular(path: pipe.path)) { try FileLock(path: pipe.path) }
    let link = directory.file("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    #expect(throws: FileError.system(operation: "open", path: link, code: ELOOP)) {
      try FileLock(path: link)
    }
    let below = directory.file("none/lock")
    #expect(throws: FileError.system(operation: "open", path: below, code: ENOENT)) {
      try FileLock(path: below)
    }
  }

  @Test func privateDirectoriesAreMadeWithThoseAbove() throws {
    let deep = directory.file("a/b/c")
    try PrivateDirectory.make(above: deep + "/file")
    for path in [directory.file("a"), directory.file("a/b"), deep] {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == 0o700)
      #expect(attributes[.type] as? FileAttributeType == .typeDirectory)
    }
    try PrivateDirectory.make(deep)
    try PrivateDirectory.make(above: "file")
    try PrivateDirectory.make(above: "/file")
    let file = directory.file("note")
    #expect(FileManager.default.createFile(atPath: file, contents: nil))
    let below = FileError.system(
      operation: "create the directory", path: file + "/x", code: ENOTDIR)
    #expect(throws: below) { try PrivateDirectory.make(file + "/x") }
  }
}
