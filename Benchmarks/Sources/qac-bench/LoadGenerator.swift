// Sends requests on many connections from one thread and times the answers.
//
// Under a schedule (`.rate`) request k is due at start + k / rate, on connection k mod n, and is
// sent then whether or not earlier ones were answered; its latency counts from when it was due. So
// a server that stalls is charged for all that should have been asked meanwhile (no coordinated
// omission), and so is this generator if it is late. `.asAnswered` sends a connection's next
// request when its last one was answered: the most that n clients can get.
//
// What is sent was encoded before; only nine digits of an id are written. Memory: 16 bytes per
// request.
// Cost: two system calls per request and one per turn; `processorSeconds` says how much of the
// machine it took.
// Source of the schedule: Tene, "How not to measure latency"; wrk2.

import CBench
import Glibc
import Histogram

/// How fast requests are sent.
enum Pace: Equatable {
  /// So many a second, evenly, on all connections together.
  case rate(Double)
  /// Each connection's next when its last was answered.
  case asAnswered
}

/// What one run brought.
struct LoadResult {
  /// Nanoseconds from when a completion was due to its answer, or to be precise to when it was
  /// read.
  var completions = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
  /// The same of records.
  var records = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
  /// Error answers.
  var errors = 0
  /// Connections that were refused or closed.
  var refused = 0
  /// Requests that were not answered at all.
  var lost = 0
  /// Completions that took more than 10 ms.
  var slow = 0
  /// From the first request that counts to the last answer.
  var seconds = 0.0
  /// Processor time of this thread.
  var processorSeconds = 0.0
  /// Bytes of all answers.
  var answerBytes = 0

  var answered: Int { Int(completions.totalCount + records.totalCount) }
}

/// Sends requests and times answers.
final class LoadGenerator {
  /// Above this a completion counts as slow.
  static let slowNanoseconds: UInt64 = 10_000_000

  /// How long nothing may come before what is not answered is given up, in nanoseconds.
  private static let patience: UInt64 = 5_000_000_000

  private struct Connection {
    var descriptor: Int32
    /// The next request of its stream.
    var next = 0
    /// What the kernel did not take yet.
    var unsent: [UInt8] = []
    /// The beginning of an answer whose end was not read yet.
    var partial: [UInt8] = []
    /// Requests without answer, oldest first, where answers come in order.
    var outstanding: [Int] = []
    var isOpen = true
  }

  private let streams: [RequestStream]
  private let matching: RequestStream.Matching
  private var connections: [Connection] = []
  private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
  /// When each request was due, by its number; 0 once it was answered.
  private var due: [UInt64] = []
  private var isRecord: [Bool] = []
  /// Requests before this were sent by an earlier run.
  private var uncounted = 0
  private var open = 0
  private var result = LoadResult()
  private var input = [UInt8](repeating: 0, count: 1 << 18)

  /// Makes a generator with one connection a stream, to the socket at `path`.
  init(_ streams: [RequestStream], matching: RequestStream.Matching, path: String)
    throws(BenchError)
  {
    self.streams = streams
    self.matching = matching
    for i in streams.indices {
      let descriptor = try LocalSocket.connect(path)
      LocalSocket.makeNonBlocking(descriptor)
      connections.append(Connection(descriptor: descriptor))
      watch(i, EPOLL_CTL_ADD, writing: false)
    }
  }

  deinit {
    for connection in connections { close(connection.descriptor) }
    close(epoll)
  }

  /// Sends for `seconds` and waits for what is not answered yet, unless nothing comes for five
  /// seconds.
  ///
  /// - Parameters:
  ///   - pace: How fast.
  ///   - seconds: How long.
  ///   - depth: As answered: how many requests of a connection are under way at once.
  /// - Returns: What came of it.
  func run(_ pace: Pace, seconds: Double, depth: Int = 1) -> LoadResult {
    result = LoadResult()
    let first = due.count
    let start = Clock.nanoseconds
    let end = start + UInt64(seconds * 1e9)
    uncounted = first
    var interval = 0.0
    var total = Int.max
    if case .rate(let rate) = pace {
      interval = 1e9 / rate
      total = first + Int(seconds * rate)
    } else {
      for i in connections.indices where connections[i].isOpen {
        for _ in 0..<depth { send(on: i, due: start) }
      }
    }
    let processor = Clock.threadProcessorNanoseconds
    var events = [epoll_event](repeating: epoll_event(), count: 256)
    var last = start
    while true {
      let now = Clock.nanoseconds
      var wait = 1_000_000
      if interval > 0 {
        while due.count < total {
          let at = start + UInt64(Double(due.count - first) * interval)
          if at > now {
            wait = min(wait, Int(at - now))
            break
          }
          send(on: due.count % connections.count, due: at)
        }
      }
      let isOver = interval > 0 ? due.count >= total : now >= end
      if isOver && (open == 0 || now >= max(end, last) + Self.patience) { break }
      let ready = qac_epoll_wait(epoll, &events, Int32(events.count), wait)
      if ready <= 0 { continue }
      for event in events[..<Int(ready)] {
        let i = Int(event.data.u32)
        if event.events & UInt32(EPOLLOUT.rawValue) != 0 { flush(i) }
        let answers = receive(i)
        if answers > 0 { last = Clock.nanoseconds }
        if pace == .asAnswered, !isOver, connections[i].isOpen {
          for _ in 0..<answers { send(on: i, due: last) }
        }
      }
    }
    result.lost = open
    result.seconds = Double(last - start) / 1e9
    result.processorSeconds = Double(Clock.threadProcessorNanoseconds - processor) / 1e9
    return result
  }

  // MARK: sending

  private func send(on i: Int, due time: UInt64) {
    let number = due.count
    due.append(time)
    let stream = streams[i]
    let request = connections[i].next
    connections[i].next = (request + 1) % stream.count
    isRecord.append(stream.isRecord(request))
    guard connections[i].isOpen else { return }
    open += 1
    switch matching {
    case .byID: break
    case .inOrder, .resp: connections[i].outstanding.append(number)
    }
    stream.withBytes(of: request, id: number) { bytes in
      var sent = 0
      if connections[i].unsent.isEmpty {
        sent = max(
          0,
          Glibc.send(
            connections[i].descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        )
      }
      if sent < bytes.count {
        if connections[i].unsent.isEmpty { watch(i, EPOLL_CTL_MOD, writing: true) }
        connections[i].unsent += bytes[sent...]
      }
    }
  }

  private func flush(_ i: Int) {
    let sent = connections[i].unsent.withUnsafeBytes {
      Glibc.send(connections[i].descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    if sent > 0 { connections[i].unsent.removeFirst(sent) }
    if connections[i].unsent.isEmpty { watch(i, EPOLL_CTL_MOD, writing: false) }
  }

  private func watch(_ i: Int, _ operation: Int32, writing: Bool) {
    var event = epoll_event()
    event.events = EPOLLIN.rawValue | (writing ? EPOLLOUT.rawValue : 0)
    event.data.u32 = UInt32(i)
    epoll_ctl(epoll, operation, connections[i].descriptor, &event)
  }

  // MARK: receiving

  /// Reads what connection `i` has; returns how many answers there were.
  private func receive(_ i: Int) -> Int {
    let got = read(connections[i].descriptor, &input, input.count)
    if got <= 0 {
      if got < 0 && (errno == EAGAIN || errno == EINTR) { return 0 }
      connections[i].isOpen = false
      result.refused += 1
      epoll_ctl(epoll, EPOLL_CTL_DEL, connections[i].descriptor, nil)
      return 0
    }
    let now = Clock.nanoseconds
    result.answerBytes += got
    var answers = 0
    if connections[i].partial.isEmpty {
      let used = input.withUnsafeBufferPointer {
        answer(i, UnsafeBufferPointer(rebasing: $0[..<got]), now: now, count: &answers)
      }
      if used < got { connections[i].partial += input[used..<got] }
    } else {
      connections[i].partial += input[..<got]
      let whole = connections[i].partial
      let used = whole.withUnsafeBufferPointer { answer(i, $0, now: now, count: &answers) }
      connections[i].partial = Array(whole[used...])
    }
    return answers
  }

  /// Takes the whole answers off the beginning of `bytes`; returns how many bytes these are.
  private func answer(
    _ i: Int, _ bytes: UnsafeBufferPointer<UInt8>, now: UInt64, count answers: inout Int
  ) -> Int {
    var used = 0
    while used < bytes.count, let end = matching.end(of: bytes, from: used) {
      settle(i, UnsafeBufferPointer(rebasing: bytes[used..<end]), now)
      answers += 1
      used = end
    }
    return used
  }

  private func settle(_ i: Int, _ line: UnsafeBufferPointer<UInt8>, _ now: UInt64) {
    let number: Int
    switch matching {
    case .byID:
      guard let id = RequestStream.id(of: line), due.indices.contains(id), due[id] != 0 else {
        result.errors += 1
        return
      }
      number = id
      if !RequestStream.isResult(line) { result.errors += 1 }
    case .inOrder, .resp:
      if matching.isError(line) { result.errors += 1 }
      if connections[i].outstanding.isEmpty {
        result.errors += 1
        return
      }
      number = connections[i].outstanding.removeFirst()
    }
    let took = now - due[number]
    due[number] = 0
    open -= 1
    if number < uncounted { return }
    if isRecord[number] {
      result.records.record(took)
    } else {
      result.completions.record(took)
      if took > Self.slowNanoseconds { result.slow += 1 }
    }
  }
}
