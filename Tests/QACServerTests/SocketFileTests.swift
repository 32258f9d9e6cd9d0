// The socket as a file: what it refuses, what it removes, and what it never steals.

import Foundation
import QACTestSupport
import Testing

@testable import QACServer

@Suite struct SocketFileTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("run/q.sock")
  }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func socketDirectoryAndLockArePrivate() throws {
    let file = try SocketFile(path: path)
    #expect(try mode(path) == 0o600)
    #expect(try mode(path + ".lock") == 0o600)
    #expect(try mode(directory.file("run")) == 0o700)
    close(file.descriptor)
    file.remove()
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func aSecondDaemonIsRefused() throws {
    let first = try SocketFile(path: path)
    #expect(throws: ServerError.alreadyServed(path: path)) { try SocketFile(path: path) }
    #expect(try mode(path) == 0o600)
    close(first.descriptor)
  }

  @Test func aSocketThatSomebodyAnswersOnIsNotStolen() throws {
    // The socket of a program that does not know the lock.
    try FileManager.default.createDirectory(
      atPath: directory.file("run"), withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o700])
    let other = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { close(other) }
    #expect(withAddress(path) { bind(other, $0, $1) } == 0)
    #expect(listen(other, 1) == 0)
    #expect(throws: ServerError.alreadyServed(path: path)) { try SocketFile(path: path) }
    #expect(FileManager.default.fileExists(atPath: path))
  }

  @Test func aSocketThatNobodyAnswersOnIsReplaced() throws {
    do {
      let dead = try SocketFile(path: path)
      close(dead.descriptor)
    }
    #expect(FileManager.default.fileExists(atPath: path))
    let file = try SocketFile(path: path)
    close(file.descriptor)
  }

  @Test func removeLeavesASuccessorsSocketAlone() throws {
    let file = try SocketFile(path: path)
    close(file.descriptor)
    unlink(path)
    #expect(FileManager.default.createFile(atPath: path, contents: Data("x".utf8)))
    file.remove()
    #expect(FileManager.default.fileExists(atPath: path))
  }

  @Test func aFileOfThatNameIsLeftAlone() throws {
    let file = directory.file("note")
    #expect(FileManager.default.createFile(atPath: file, contents: Data("x".utf8)))
    #expect(throws: ServerError.notASocket(path: file)) { try SocketFile(path: file) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data("x".utf8))
  }

  @Test(arguments: [0o755, 0o770, 0o701, 0o1777]) func aDirectoryThatOthersEnter(mode: Int) throws {
    let open = directory.file("open")
    #expect(mkdir(open, 0o700) == 0)
    #expect(chmod(open, mode_t(mode)) == 0)
    #expect(throws: ServerError.socketDirectoryOpen(path: open, mode: UInt32(mode))) {
      try SocketFile(path: open + "/q.sock")
    }
  }

  @Test func aDirectoryOfAnotherUser() throws {
    var foreign = "/"
    if geteuid() == 0 {
      foreign = directory.file("foreign")
      #expect(mkdir(foreign, 0o700) == 0)
      #expect(chown(foreign, 65534, 65534) == 0)
    }
    let path = foreign == "/" ? "/q.sock" : foreign + "/q.sock"
    #expect(throws: ServerError.socketDirectoryNotOurs(path: foreign)) {
      try SocketFile(path: path)
    }
  }

  @Test func aPathThatIsTooLong() throws {
    let stem = directory.file("")
    let longest = stem + String(repeating: "x", count: 107 - stem.utf8.count)
    let file = try SocketFile(path: longest)
    close(file.descriptor)
    #expect(throws: ServerError.socketPathTooLong(bytes: 108, limit: 107)) {
      try SocketFile(path: longest + "x")
    }
  }

  @Test func aDirectoryThatIsAFile() throws {
    let file = directory.file("note")
    #expect(FileManager.default.createFile(atPath: file, contents: nil))
    #expect(
      throws: ServerError.system(operation: "enter the directory", path: file, code: ENOTDIR)
    ) {
      try SocketFile(path: file + "/q.sock")
    }
  }
}
