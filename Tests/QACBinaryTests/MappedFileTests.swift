// Mapped files: what they show, what outlives what, and what cannot be mapped.

import Foundation
import QACBinary
import QACTestSupport
import Testing

struct MappedFileTests {
  private func write(_ bytes: [UInt8], _ path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  @Test(arguments: [0, 1, 4_095, 4_096, 4_097, 100_000])
  func theFilesBytesAreShown(length: Int) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("file")
    var random = SplitMix64(seed: UInt64(length))
    let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    try write(bytes, path)
    for populate in [false, true] {
      let file = try MappedFile(path: path, populate: populate)
      #expect(Array(file.bytes) == bytes)
    }
    let copy = MappedFile(copying: bytes)
    #expect(Array(copy.bytes) == bytes)
    #expect(UInt(bitPattern: copy.bytes.baseAddress) % 64 == 0)
  }

  @Test
  func aMappingOutlivesItsName() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("file")
    try AtomicFile.write([1, 2, 3], to: path)
    let old = try MappedFile(path: path)
    try AtomicFile.write([4, 5], to: path)
    let new = try MappedFile(path: path)
    #expect(Array(old.bytes) == [1, 2, 3])
    #expect(Array(new.bytes) == [4, 5])
    try FileManager.default.removeItem(atPath: path)
    #expect(Array(new.bytes) == [4, 5])
  }

  @Test
  func whatCannotBeMappedIsNamed() throws {
    let directory = try TemporaryDirectory()
    let missing = directory.file("missing")
    #expect(throws: FileError.system(operation: "open", path: missing, code: ENOENT)) {
      try MappedFile(path: missing)
    }
    #expect(throws: FileError.isDirectory(path: directory.path)) {
      try MappedFile(path: directory.path)
    }
    #expect(throws: FileError.notRegular(path: "/dev/null")) { try MappedFile(path: "/dev/null") }
    let file = directory.file("file")
    try write([1], file)
    let below = file + "/x"
    #expect(throws: FileError.system(operation: "open", path: below, code: ENOTDIR)) {
      try MappedFile(path: below)
    }
    let secret = directory.file("secret")
    try write([1], secret)
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: secret)
    withoutPrivileges {
      #expect(throws: FileError.system(operation: "open", path: secret, code: EACCES)) {
        try MappedFile(path: secret)
      }
    }
  }

  @Test
  func everyErrorEndsWithARemedy() {
    for code in [ENOENT, EACCES, ENOSPC, EROFS, EMFILE, ENOTDIR, ENAMETOOLONG, EIO] {
      let text = FileError.system(operation: "open", path: "/x", code: code).description
      #expect(text.hasPrefix("cannot open /x: "))
      #expect(text.contains("; "))
      #expect(!text.contains("\n"))
    }
  }

  /// Opening does not wait for the other end, which may never come.
  @Test(.timeLimit(.minutes(30)))
  func aNamedPipeIsRefusedAtOnce() throws {
    let directory = try TemporaryDirectory()
    let pipe = directory.file("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    #expect(throws: FileError.notRegular(path: pipe)) { try MappedFile(path: pipe) }
  }
}
