// Unpacks a file by a program that is found on the machine: xz and bzip2, which are packages of
// their own.
//
// The program gets the file as its input and writes into a pipe, so that a file of any size is read
// piece by piece. Its messages are not shown; how it ended is told by its status.

import QACBinary

#if canImport(Glibc)
  import Glibc
#endif

/// A program that unpacks, while it runs.
final class PackerProgram {
  /// A program that unpacks, and how its files begin.
  struct Kind {
    let name: String
    let magic: [UInt8]
    let package: String
  }

  /// The programs.
  static let kinds = [
    Kind(name: "xz", magic: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], package: "xz-utils"),
    Kind(name: "bzip2", magic: Array("BZh".utf8), package: "bzip2"),
  ]

  private let kind: Kind
  private let path: String
  private var process: pid_t = -1
  private var output: Int32 = -1

  /// Starts the program on the file of `descriptor`, from its beginning.
  init(_ kind: Kind, descriptor: Int32, path: String) throws(LogError) {
    self.kind = kind
    self.path = path
    // The program inherits the position in the file.
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw .packed(path: path, by: kind.name) }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw .file(.system(operation: "make a pipe for", path: path, code: errno))
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let code = Self.spawn(kind.name, input: descriptor, output: ends[1], &process)
    close(ends[1])
    output = ends[0]
    if code != 0 { throw .noProgram(path: path, program: kind.name, package: kind.package) }
  }

  deinit {
    // A program that is not read to its end is ended by the pipe.
    if output >= 0 { close(output) }
    _ = wait()
  }

  /// Fills `buffer` as far as there is data.
  ///
  /// - Returns: The number of bytes; fewer than `buffer` has room for only at the end.
  /// - Throws: `LogError.corruptPacked` if the program failed.
  func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(LogError) -> Int {
    let count = try LogInput.fill(buffer, output, path)
    if count < buffer.count, process > 0 {
      let status = wait()
      if status != 0 { throw .corruptPacked(path: path, program: kind.name) }
    }
    return count
  }

  /// Waits for the program's end; returns its status.
  private func wait() -> Int32 {
    guard process > 0 else { return 0 }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    process = -1
    return status
  }

  private static func spawn(
    _ name: String, input: Int32, output: Int32, _ process: inout pid_t
  ) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var arguments = [strdup(name), strdup("-dc"), nil]
    defer { for argument in arguments { free(argument) } }
    return posix_spawnp(&process, name, &actions, nil, &arguments, environ)
  }
}
