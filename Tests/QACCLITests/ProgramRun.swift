// Runs the built qac-cli with pipes, or on a terminal that the test makes.

import Foundation
import Glibc
import QACTestSupport

/// What a program did.
struct ProgramRun {
  var output: String
  var errors: String
  var status: Int32

  /// The built program: beside the test's own executable.
  static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("qac-cli")

  /// Runs the program to its end.
  init(_ arguments: [String], input: String = "", environment: [String: String] = [:]) throws {
    let process = Process()
    process.executableURL = Self.program
    process.arguments = arguments
    process.environment = environment.merging(InheritedEnvironment.variables) { mine, _ in mine }
    let pipes = (input: Pipe(), output: Pipe(), errors: Pipe())
    process.standardInput = pipes.input
    process.standardOutput = pipes.output
    process.standardError = pipes.errors
    try process.run()
    try pipes.input.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try pipes.input.fileHandleForWriting.close()
    // The outputs of these tests fit into a pipe, so reading them in turn cannot block.
    output = String(
      decoding: try pipes.output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    errors = String(
      decoding: try pipes.errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationStatus
  }
}

/// The program on a pseudo-terminal, driven by keys and watched by what it draws.
final class TerminalRun {
  let process = Process()
  private let master: Int32
  private let slave: Int32
  private(set) var screen = ""

  init(_ arguments: [String], environment: [String: String] = [:]) throws {
    // As posix_openpt(3), unlockpt(3) and ptsname(3), which the Glibc module lacks, would do it.
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var isLocked: Int32 = 0
    var number: UInt32 = 0
    guard master >= 0, ioctl(master, 0x4004_5431, &isLocked) == 0,
      ioctl(master, 0x8004_5430, &number) == 0
    else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    guard slave >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    var size = winsize(ws_row: 12, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(slave, UInt(TIOCSWINSZ), &size)
    let terminal = FileHandle(fileDescriptor: slave, closeOnDealloc: false)
    process.executableURL = ProgramRun.program
    process.arguments = arguments
    process.environment = environment.merging(["TERM": "xterm"]) { mine, _ in mine }
      .merging(InheritedEnvironment.variables) { mine, _ in mine }
    process.standardInput = terminal
    process.standardOutput = terminal
    process.standardError = terminal
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    close(master)
    close(slave)
  }

  /// The settings of the terminal, as bytes.
  var settings: [UInt8] {
    var settings = termios()
    tcgetattr(slave, &settings)
    return withUnsafeBytes(of: &settings) { Array($0) }
  }

  /// Types `keys`.
  func type(_ keys: String) {
    let bytes = Array(keys.utf8)
    _ = write(master, bytes, bytes.count)
  }

  /// Reads until `text` is drawn, or for half a minute; whether it was drawn since the last call.
  func sees(_ text: String) -> Bool {
    let end = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < end {
      if let range = screen.range(of: text) {
        screen.removeSubrange(..<range.upperBound)
        return true
      }
      _ = readMore(milliseconds: 100)
    }
    return false
  }

  /// Reads what the program draws until it ends; returns how it ended.
  func end() -> (reason: Process.TerminationReason, status: Int32) {
    while process.isRunning { _ = readMore(milliseconds: 20) }
    while readMore(milliseconds: 0) {}
    process.waitUntilExit()
    return (process.terminationReason, process.terminationStatus)
  }

  private func readMore(milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, milliseconds) > 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(master, &buffer, buffer.count)
    guard count > 0 else { return false }
    screen += String(decoding: buffer[..<count], as: UTF8.self)
    return true
  }
}
