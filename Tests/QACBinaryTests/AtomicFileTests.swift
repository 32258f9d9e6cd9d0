// Whole-file writes: the new content or the old, and nothing else left behind.

import Foundation
import QACBinary
import QACTestSupport
import Testing

struct AtomicFileTests {
  /// The names in `directory`.
  private func names(_ directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
  }

  private func content(_ path: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test
  func contentIsReplaced() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("file")
    for length in [5, 0, 300_000, 1] {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
      try AtomicFile.write(bytes, to: path)
      #expect(try content(path) == bytes)
      #expect(try names(directory.path) == ["file"])
    }
  }

  @Test
  func aLeftOverTemporaryFileIsNoObstacle() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("file")
    let leftOver = AtomicFile.temporaryPath(for: path)
    try Data(repeating: 9, count: 100).write(to: URL(fileURLWithPath: leftOver))
    try AtomicFile.write([1, 2], to: path)
    #expect(try content(path) == [1, 2])
    #expect(try names(directory.path) == ["file"])
  }

  @Test
  func aMissingDirectoryIsNamedAsTheRemedy() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("none/file")
    let error = #expect(throws: FileError.self) { try AtomicFile.write([1], to: path) }
    #expect(error?.description.hasSuffix("create its directory first") == true)
  }

  /// Anybody who may write into the directory can put something there.
  @Test
  func thePlaceOfTheTemporaryFileIsNeitherWaitedForNorFollowed() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("file")
    let temporary = AtomicFile.temporaryPath(for: path)
    // With a reader, so that opening it to write would not wait.
    try #require(mkfifo(temporary, 0o600) == 0)
    let reader = open(temporary, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    defer { close(reader) }
    try AtomicFile.checkWritable(path)
    try #require(mkfifo(temporary, 0o600) == 0)
    try AtomicFile.write([1, 2], to: path)
    #expect(try content(path) == [1, 2])
    let other = directory.file("other")
    try Data([9]).write(to: URL(fileURLWithPath: other))
    try FileManager.default.createSymbolicLink(atPath: temporary, withDestinationPath: other)
    try AtomicFile.write([3], to: path)
    #expect(try content(path) == [3] && content(other) == [9])
    #expect(try names(directory.path) == ["file", "other"])
  }

  @Test
  func relativePathsAreWritten() throws {
    // No test changes the working directory, which all share: the file's name must be its own.
    let path = "qac-atomic-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try AtomicFile.write([1], to: path)
    #expect(try content(path) == [1])
  }

  @Test
  func aDirectoryIsNotReplaced() throws {
    let directory = try TemporaryDirectory()
    #expect(throws: FileError.isDirectory(path: directory.path)) {
      try AtomicFile.write([1], to: directory.path)
    }
    #expect(throws: FileError.isDirectory(path: directory.path)) {
      try AtomicFile.checkWritable(directory.path)
    }
    #expect(try names(directory.path).isEmpty)
  }

  @Test
  func aPipeIsNotReplaced() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("pipe")
    try #require(mkfifo(path, 0o600) == 0)
    #expect(throws: FileError.notRegular(path: path)) { try AtomicFile.write([1], to: path) }
    #expect(throws: FileError.notRegular(path: path)) { try AtomicFile.checkWritable(path) }
    #expect(try names(directory.path) == ["pipe"])
  }

  @Test
  func aMissingDirectoryIsNamed() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("no/file")
    let error = FileError.system(
      operation: "create", path: AtomicFile.temporaryPath(for: path), code: ENOENT)
    #expect(throws: error) { try AtomicFile.write([1], to: path) }
    #expect(throws: error) { try AtomicFile.checkWritable(path) }
  }

  @Test
  func withoutPermissionNothingChanges() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("file")
    try AtomicFile.write([1, 2, 3], to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: directory.path)
    defer {
      try? FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: directory.path)
    }
    let error = FileError.system(
      operation: "create", path: AtomicFile.temporaryPath(for: path), code: EACCES)
    withoutPrivileges {
      #expect(throws: error) { try AtomicFile.write([4], to: path) }
      #expect(throws: error) { try AtomicFile.checkWritable(path) }
    }
    #expect(try content(path) == [1, 2, 3])
    #expect(try names(directory.path) == ["file"])
  }

  @Test
  func checkingLeavesNothingBehind() throws {
    let directory = try TemporaryDirectory()
    try AtomicFile.checkWritable(directory.file("file"))
    #expect(try names(directory.path).isEmpty)
  }

  /// Runs a program of the system and says whether it succeeded.
  private static func run(_ arguments: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    do { try process.run() } catch { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  @Test(.enabled(if: geteuid() == 0, "a full disk is made by mounting one, which takes root"))
  func aFullDiskLeavesTheOldFile() throws {
    let directory = try TemporaryDirectory()
    guard Self.run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", directory.path) else {
      // Root in a container may not mount; then there is no full disk to be had.
      withKnownIssue("mount is not permitted here", isIntermittent: true) {
        Issue.record("no small disk could be mounted")
      }
      return
    }
    defer { _ = Self.run("umount", "--lazy", directory.path) }
    let path = directory.file("file")
    let old = [UInt8](repeating: 1, count: 20_000)
    try AtomicFile.write(old, to: path)
    let error = FileError.system(
      operation: "write", path: AtomicFile.temporaryPath(for: path), code: ENOSPC)
    #expect(throws: error) {
      try AtomicFile.write([UInt8](repeating: 2, count: 200_000), to: path)
    }
    #expect(error.description.contains("free some space"))
    #expect(try content(path) == old)
    #expect(try names(directory.path) == ["file"])
    // What fits is written again after the failure.
    try AtomicFile.write([3], to: path)
    #expect(try content(path) == [3])
  }
}
