// The requests of one connection, encoded beforehand and sent over and over.

import Glibc
import QACProtocol

/// Requests of one connection.
struct RequestStream {
  /// How an answer is found to belong to a request.
  enum Matching {
    /// By the id in the answer's line.
    case byID
    /// Answers come in the order of the requests, each with so many newlines.
    case inOrder(newlines: Int)
    /// Answers come in the order of the requests, as RESP2 writes them.
    case resp

    /// Where the first answer in `bytes` from `start` on ends, or nil if it is not whole yet.
    func end(of bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
      switch self {
      case .byID: return Self.line(bytes, start)
      case .inOrder(let newlines):
        var end = start
        for _ in 0..<newlines {
          guard let next = Self.line(bytes, end) else { return nil }
          end = next
        }
        return end
      case .resp: return RESPReply.end(of: bytes, from: start)
      }
    }

    /// Whether an answer that came in order tells an error.
    func isError(_ answer: UnsafeBufferPointer<UInt8>) -> Bool {
      if case .resp = self { return answer.first == UInt8(ascii: "-") }
      return false
    }

    private static func line(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
      guard let base = bytes.baseAddress, start < bytes.count,
        let found = memchr(base + start, 0x0A, bytes.count - start)
      else { return nil }
      return UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1
    }
  }

  /// Ids have nine digits, so that they can be written over each other.
  private static let firstID = 100_000_000
  private static let idDigits = 9
  private static let idStart = "{\"jsonrpc\":\"2.0\",\"id\":".utf8.count

  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  private var records: [Bool] = []
  private let hasIDs: Bool

  /// The number of requests.
  var count: Int { ends.count }

  /// A stream of requests to a daemon, of which some may be records.
  init(_ requests: [Request]) {
    hasIDs = true
    for request in requests {
      RequestEncoder.append(request, id: RequestID(Int64(Self.firstID)), to: &bytes)
      ends.append(bytes.count)
      records.append(request.method == .record)
    }
  }

  /// A stream of any lines.
  init(lines: [String]) {
    hasIDs = false
    for line in lines {
      bytes += line.utf8
      ends.append(bytes.count)
      records.append(false)
    }
  }

  /// A stream of Redis commands, each of some words.
  init(commands: [[[UInt8]]]) {
    hasIDs = false
    for command in commands {
      RESPReply.append(command, to: &bytes)
      ends.append(bytes.count)
      records.append(false)
    }
  }

  func isRecord(_ i: Int) -> Bool { records[i] }

  /// Calls `body` with request `i` under the id of `number`.
  func withBytes(of i: Int, id number: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    bytes.withUnsafeBufferPointer { bytes in
      let line = UnsafeBufferPointer(rebasing: bytes[(i == 0 ? 0 : ends[i - 1])..<ends[i]])
      if !hasIDs { return body(line) }
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: line.count) { copy in
        _ = copy.initialize(from: line)
        var rest = Self.firstID + number
        for digit in (Self.idStart..<Self.idStart + Self.idDigits).reversed() {
          copy[digit] = UInt8(0x30 + rest % 10)
          rest /= 10
        }
        body(UnsafeBufferPointer(copy))
      }
    }
  }

  /// The number of the request that `line` answers, or nil where it says none.
  static func id(of line: UnsafeBufferPointer<UInt8>) -> Int? {
    guard line.count > idStart + idDigits + 3 else { return nil }
    var id = 0
    for byte in line[idStart..<idStart + idDigits] {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      id = id * 10 + Int(byte - 0x30)
    }
    return id - firstID
  }

  /// Whether `line`, which has an id, is a result and not an error.
  static func isResult(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    line[idStart + idDigits + 2] == UInt8(ascii: "r")
  }
}
