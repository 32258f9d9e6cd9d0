// Programs that a benchmark runs beside itself.
//
// Invariant: a child that was started is waited for: by `wait`, or when its owner goes.

import Glibc

/// A running program.
final class ChildProcess {
  let program: String
  let identifier: pid_t
  private let errorPath: String
  private var isRunning = true

  /// Starts `program`; what it writes goes into the file at `errorPath`.
  init(_ program: String, _ arguments: [String], errorPath: String) throws(BenchError) {
    self.program = program
    self.errorPath = errorPath
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, errorPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    var child = pid_t()
    let code = posix_spawnp(&child, program, &actions, nil, &words, environ)
    for word in words { free(word) }
    posix_spawn_file_actions_destroy(&actions)
    if code != 0 { throw .spawn(program: program, code: code) }
    identifier = child
  }

  deinit { stop() }

  /// Asks the program to end, and waits until it has.
  func stop() {
    if !isRunning { return }
    kill(identifier, SIGTERM)
    var status: Int32 = 0
    waitpid(identifier, &status, 0)
    isRunning = false
  }

  /// Whether it has not ended by itself.
  func isAlive() -> Bool {
    var status: Int32 = 0
    if isRunning, waitpid(identifier, &status, WNOHANG) == identifier { isRunning = false }
    return isRunning
  }

  /// Waits until it ends by itself; returns the most memory it had, in bytes.
  func wait() throws(BenchError) -> Int {
    var status: Int32 = 0
    var usage = rusage()
    while wait4(identifier, &status, 0, &usage) < 0 && errno == EINTR {}
    isRunning = false
    if status != 0 {
      throw .failed(program: program, status: status >> 8 & 0xFF, output: said)
    }
    return usage.ru_maxrss * 1024
  }

  /// What it wrote so far.
  var said: String { TextFile.read(errorPath) ?? "" }

  /// Bytes of memory that it holds now, those of mapped files included.
  var residentBytes: Double {
    let status = TextFile.read("/proc/\(identifier)/status") ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return (line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first)
      .flatMap { Double($0) }.map { $0 * 1024 } ?? 0
  }

  /// Seconds of processor time so far, of all its threads.
  var processorSeconds: Double {
    var clock = clockid_t()
    var time = timespec()
    guard clock_getcpuclockid(identifier, &clock) == 0, clock_gettime(clock, &time) == 0
    else { return 0 }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// Small files of text.
enum TextFile {
  /// The content of the file at `path`, or nil where it cannot be read.
  static func read(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 4096)
    while true {
      let got = fread(&part, 1, part.count, file)
      if got == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += part[..<got]
    }
  }

  /// Replaces the content of the file at `path`.
  static func write(_ text: String, to path: String) throws(BenchError) {
    guard let file = fopen(path, "w") else { throw .file(path: path, code: errno) }
    let bytes = Array(text.utf8)
    let written = fwrite(bytes, 1, bytes.count, file)
    if fclose(file) != 0 || written != bytes.count { throw .file(path: path, code: errno) }
  }
}
