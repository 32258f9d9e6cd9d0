// The built programs: where they are, and how they are run.

import Foundation
import QACTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// What a program that has ended left behind.
struct Outcome {
  /// The exit code, or 128 + the signal's number as shells say it.
  var code: Int32
  var output: String
  var errors: String
}

/// How much of something a test does: little for every change, much when `make` is asked for it.
enum Effort {
  static func named(_ variable: String, otherwise little: Int) -> Int {
    ProcessInfo.processInfo.environment[variable].flatMap(Int.init) ?? little
  }
}

enum Programs {
  /// Where the programs are: `QAC_BIN_DIR`, or beside the test bundle that is running.
  static let directory: String = {
    if let named = ProcessInfo.processInfo.environment["QAC_BIN_DIR"], !named.isEmpty {
      return named.hasPrefix("/")
        ? named : FileManager.default.currentDirectoryPath + "/" + named
    }
    let bundle =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return String(bundle[..<(bundle.lastIndex(of: "/") ?? bundle.startIndex)])
  }()

  /// The root of the repository.
  static let repository: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
  }()

  static func path(_ name: String) throws -> String {
    let path = "\(directory)/\(name)"
    try #require(
      access(path, X_OK) == 0,
      "no program \(path); build with `swift build`, or name their directory in QAC_BIN_DIR")
    return path
  }

  /// An index of the shipped log, built once by the built `qac-index`.
  static let shopIndex = Result { () throws -> String in
    let path = scratch + "/shop.qaci"
    let outcome = try run(
      "qac-index",
      [
        "build", "--log", "\(repository)/data/shop-simulated.events.tsv.gz", "--format", "events",
        "--profile", "search", "--out", path,
      ])
    try #require(outcome.code == 0, "\(outcome.errors)")
    return path
  }

  /// A directory for what all tests share, removed when the tests end.
  private static let scratch: String = {
    let name = "/tmp/qac-e2e-\(getpid())"
    mkdir(name, 0o700)
    atexit { try? FileManager.default.removeItem(atPath: "/tmp/qac-e2e-\(getpid())") }
    return name
  }()

  /// Two small indexes of one profile, to be swapped.
  static let smallIndexes = Result { () throws -> [String] in
    try ["apple", "berry"].map { word in
      let log = scratch + "/\(word).tsv"
      let lines = (0..<400).map { i in
        "s\(i / 4)\t\(1000 + i)\t\(word) \(["pie", "tart", "cake", "jam"][i % 4]) \(i % 37)\n"
      }
      try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: log))
      let path = scratch + "/\(word).qaci"
      let outcome = try run(
        "qac-index", ["build", "--quiet", "--log", log, "--format", "events", "--out", path])
      try #require(outcome.code == 0, "\(outcome.errors)")
      return path
    }
  }

  /// Runs a program to its end.
  static func run(
    _ name: String, _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) throws -> Outcome {
    let files = try TemporaryDirectory()
    try Data(input.utf8).write(to: URL(fileURLWithPath: files.file("in")))
    let child = try Child(
      program: name.contains("/") ? name : path(name), arguments, environment: environment,
      input: files.file("in"), output: files.file("out"), errors: files.file("err"))
    let code = child.wait()
    // Whatever the program left running.
    kill(-child.pid, SIGKILL)
    return Outcome(
      code: code, output: Self.text(files.file("out")), errors: Self.text(files.file("err")))
  }

  static func text(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }
}

/// A running program.
final class Child {
  let pid: pid_t
  private var code: Int32?

  /// Starts a program; `descriptor`, if given, is its descriptor 3.
  init(
    program: String, _ arguments: [String], environment: [String: String] = [:],
    input: String = "/dev/null", output: String, errors: String, descriptor: Int32? = nil
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    let flags = O_WRONLY | O_CREAT | O_APPEND
    posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o600)
    if let descriptor { posix_spawn_file_actions_adddup2(&actions, descriptor, 3) }
    // What other tests hold open meanwhile is none of its business.
    for open in (descriptor == nil ? 3 : 4)..<min(1024, getdtablesize()) {
      posix_spawn_file_actions_addclose(&actions, open)
    }
    // A group of its own, so that whatever it starts can be ended with it.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threads of the test runner block signals and ignore some; a program starts without that.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let settings = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    posix_spawnattr_setflags(&attributes, Int16(settings))
    var variables = ["PATH": "\(Programs.directory):/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
    variables.merge(InheritedEnvironment.variables) { $1 }
    variables.merge(environment) { $1 }
    var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] =
      variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var pid: pid_t = 0
    let result = posix_spawn(&pid, program, &actions, &attributes, &argv, &envp)
    try #require(result == 0, "cannot start \(program): \(String(cString: strerror(result)))")
    self.pid = pid
  }

  deinit {
    if code == nil {
      kill(-pid, SIGKILL)
      _ = wait()
    }
  }

  func signal(_ number: Int32) { kill(pid, number) }

  /// Whether the program has ended.
  var hasEnded: Bool {
    if code != nil { return true }
    var status: Int32 = 0
    guard waitpid(pid, &status, WNOHANG) == pid else { return false }
    code = Self.code(status)
    return true
  }

  /// Waits for the end of the program.
  func wait() -> Int32 {
    if let code { return code }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    let code = Self.code(status)
    self.code = code
    return code
  }

  private static func code(_ status: Int32) -> Int32 {
    status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  }
}
