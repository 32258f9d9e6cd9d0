// Standard output, standard error, and the exit code of an error.

import ArgumentParser
import Glibc
import QACClient
import QACProtocol
import QACTerminal

/// The exit codes that the help text promises; the numbers are those of sysexits(3).
extension ExitCode {
  static let unavailable = ExitCode(69)
  static let temporary = ExitCode(75)
}

enum Console {
  /// Writes `text` to standard output; ends the program quietly if nobody reads it any more.
  static func write(_ text: String) {
    write(Array(text.utf8))
  }

  /// Writes `bytes` to standard output.
  static func write(_ bytes: [UInt8]) {
    var offset = 0
    while offset < bytes.count {
      let written = bytes.withUnsafeBytes {
        Glibc.write(1, $0.baseAddress?.advanced(by: offset), bytes.count - offset)
      }
      if written >= 0 {
        offset += written
      } else if errno == EPIPE {
        exit(0)
      } else if errno != EINTR {
        complain("cannot write the output: \(String(cString: strerror(errno))); see errno(3)")
        exit(1)
      }
    }
  }

  /// Writes `value` as a line of JSON.
  static func write(json value: JSONValue) {
    write(value.json + [0x0A])
  }

  /// Writes one line to standard error.
  static func complain(_ message: String) {
    RawMode.write("qac-cli: \(VisibleText.of(message))\n", to: 2)
  }

  /// Runs `body`; prints an error of the client and turns it into the exit code.
  static func run<T>(_ body: () throws(ClientError) -> T) throws -> T {
    // Writing to a pipe without a reader shall be an error to handle, not a signal.
    signal(SIGPIPE, SIG_IGN)
    do throws(ClientError) {
      return try body()
    } catch {
      complain("\(error)")
      throw error.exitCode
    }
  }
}

extension ClientError {
  /// The program's exit code for this error.
  var exitCode: ExitCode {
    switch self {
    case .noDaemon: return .unavailable
    case .timedOut, .connectionLost: return .temporary
    case .refused(let error): return error.known?.isTransient == true ? .temporary : .failure
    case .pathTooLong, .notASocket, .notPermitted, .requestTooLong, .answerTooLong, .invalidAnswer,
      .system:
      return .failure
    }
  }
}
