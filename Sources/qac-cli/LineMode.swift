// qac-cli without a terminal: reads one prefix per line and prints its completions.

import ArgumentParser
import Glibc
import QACClient
import QACProtocol
import QACTerminal

/// Answers lines of standard input.
struct LineMode {
  let client: Client
  let session: SessionName
  let limit: Int?
  let json: Bool

  /// Runs until the input ends.
  func run() throws {
    var splitter = FrameSplitter(limit: ProtocolLimits.maximumFrameBytes)
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      let count = read(0, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        Console.complain("cannot read the input: \(String(cString: strerror(errno))); see errno(3)")
        throw ExitCode.failure
      }
      // A last line without a newline counts.
      let piece = count > 0 ? Array(buffer[..<count]) : splitter.isMidFrame ? [0x0A] : []
      var prefixes: [[UInt8]?] = []
      piece.withUnsafeBufferPointer { bytes in
        splitter.receive(bytes) { frame in
          switch frame {
          case .line(let line): prefixes.append(Array(line))
          case .oversized: prefixes.append(nil)
          }
        }
      }
      for prefix in prefixes { try answer(prefix) }
      if count == 0 { return }
    }
  }

  private func answer(_ prefix: [UInt8]?) throws {
    guard let prefix, prefix.count <= ProtocolLimits.maximumTextBytes else {
      Console.complain(
        "a prefix has more than \(ProtocolLimits.maximumTextBytes) bytes; shorten that line")
      throw ExitCode.failure
    }
    let request = Request.Complete(context: .session(session), prefix: prefix, limit: limit)
    if json {
      Console.write(
        json: try Console.run { () throws(ClientError) in try client.call(.complete(request)) })
      return
    }
    let completion = try Console.run { () throws(ClientError) in try client.complete(request) }
    let lines = completion.suggestions.map { "\(VisibleText.of($0.text))\t\($0.score)\n" }
    Console.write(lines.joined() + "\n")
  }
}
