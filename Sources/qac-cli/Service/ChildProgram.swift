// Other programs: where they are, what they print, and one that goes on without us.
//
// Source: posix_spawn(3). What glibc has beyond POSIX is not in Swift's module: the flag for a new
// session is given by its number (spawn.h), and descriptors are closed one by one.

import Glibc

/// A program to start.
struct ChildProgram {
  let path: String
  let arguments: [String]

  /// The program `name`: beside this one, or else on the PATH; nil if it is at neither.
  static func path(of name: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    var places: [String] = []
    if count > 0 {
      let own = String(decoding: buffer[..<count], as: UTF8.self)
      places.append(String(own[..<(own.lastIndex(of: "/") ?? own.startIndex)]))
    }
    places += (Environment.all["PATH"] ?? "").split(separator: ":").map(String.init)
    return places.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  /// What a program that has ended left.
  struct Result {
    /// The exit code, or 128 + the number of the signal.
    var code: Int32
    /// What it wrote to standard output and standard error.
    var output: String
  }

  /// Runs the program to its end; nil if it cannot be started.
  func run() -> Result? {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let child = start(input: "/dev/null", output: .descriptor(ends[1]), session: false)
    close(ends[1])
    defer { close(ends[0]) }
    guard let child else { return nil }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16 * 1024)
    while true {
      let count = read(ends[0], &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { break }
      output += buffer[..<count]
    }
    return Result(code: Self.wait(for: child), output: String(decoding: output, as: UTF8.self))
  }

  /// Runs the program to its end on this program's own terminal; nil if it cannot be started.
  func runHere() -> Int32? {
    var child: pid_t = 0
    let words = strings([path] + arguments)
    defer { free(words) }
    guard posix_spawn(&child, path, nil, nil, words, environ) == 0 else { return nil }
    return Self.wait(for: child)
  }

  /// Starts the program in a session of its own, without a terminal; it writes to the file `log`.
  ///
  /// - Returns: The process; nil if it cannot be started.
  func detach(log: String) -> pid_t? {
    // It must keep no directory in use.
    let here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer {
      if here >= 0 {
        fchdir(here)
        close(here)
      }
    }
    chdir("/")
    return start(input: "/dev/null", output: .file(log), session: true)
  }

  /// The exit code of `child` if it has ended.
  static func end(of child: pid_t) -> Int32? {
    var status: Int32 = 0
    return waitpid(child, &status, WNOHANG) == child ? code(status) : nil
  }

  /// The state of `process`: T if a signal has stopped it, Z if it has ended and nobody has asked
  /// how; nil if there is none. Source: proc(5), "stat": the state follows the name.
  static func state(of process: pid_t) -> Character? {
    let file = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 512)
    let count = read(file, &buffer, buffer.count)
    guard count > 0, let end = buffer[..<count].lastIndex(of: UInt8(ascii: ")")) else {
      return nil
    }
    return buffer[(end + 1)..<count].first { $0 != 0x20 }.map { Character(Unicode.Scalar($0)) }
  }

  private static func wait(for child: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    return code(status)
  }

  private static func code(_ status: Int32) -> Int32 {
    status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
  }

  private enum Output {
    case descriptor(Int32)
    case file(String)
  }

  private func start(input: String, output: Output, session: Bool) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    switch output {
    case .descriptor(let descriptor): posix_spawn_file_actions_adddup2(&actions, descriptor, 1)
    case .file(let log):
      posix_spawn_file_actions_addopen(&actions, 1, log, O_CREAT | O_WRONLY | O_TRUNC, 0o600)
    }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    if session {
      // It must not keep a pipe of a shell open.
      for descriptor in Self.inherited where descriptor > 2 {
        posix_spawn_file_actions_addclose(&actions, descriptor)
      }
    }
    // What this program ignores, the other one shall not.
    var all = sigset_t()
    var none = sigset_t()
    sigfillset(&all)
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setsigmask(&attributes, &none)
    let flags =
      POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (session ? Self.newSession : 0)
    posix_spawnattr_setflags(&attributes, Int16(flags))
    let words = strings([path] + arguments)
    defer { free(words) }
    var child: pid_t = 0
    let code = posix_spawn(&child, path, &actions, &attributes, words, environ)
    return code == 0 ? child : nil
  }

  /// POSIX_SPAWN_SETSID of spawn.h.
  private static let newSession: Int32 = 0x80

  /// The open descriptors that another program would get.
  private static var inherited: [Int32] {
    (FileReading.names(in: "/proc/self/fd") ?? []).compactMap { Int32($0) }.filter {
      let flags = fcntl($0, F_GETFD)
      return flags >= 0 && flags & FD_CLOEXEC == 0
    }
  }

  private func strings(_ words: [String]) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> {
    let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
      capacity: words.count + 1)
    for (i, word) in words.enumerated() { list[i] = strdup(word) }
    list[words.count] = nil
    return list
  }

  private func free(_ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) {
    var place = 0
    while let word = words[place] {
      Glibc.free(word)
      place += 1
    }
    words.deallocate()
  }
}
