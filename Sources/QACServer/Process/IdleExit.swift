// Ends a daemon to which nobody was connected for a while: `--idle-exit`.
//
// A client may come while the daemon leaves. So the daemon first takes the socket's name away
// (`SocketFile.hide`), lets the event loops accept those who had connected by then, and looks once
// more. If somebody is there, the name comes back and the daemon goes on. A socket that a service
// manager handed over keeps its name: the manager starts the daemon again for those who wait there.
// A client whose connection is closed all the same has got the answers to all requests that the
// daemon has read, as with every stop.
//
// Cost: a look per second at two counters. Time is that of a clock that nobody sets.

internal import Logging
internal import NIOCore

#if canImport(Glibc)
  import Glibc
#endif

/// Tells how long nobody has been connected.
struct IdleTime {
  private var since: Int?
  private var accepted = 0

  /// How many microseconds nobody has been connected at `now`.
  ///
  /// - Parameters:
  ///   - connections: How many connections are open.
  ///   - accepted: How many were accepted since the start.
  ///   - now: Microseconds since some moment.
  /// - Returns: Microseconds; 0 at a change.
  mutating func elapsed(connections: Int, accepted: Int, at now: Int) -> Int {
    if connections > 0 || accepted != self.accepted || since == nil {
      self.accepted = accepted
      since = now
    }
    return now - (since ?? now)
  }
}

/// Ends the daemon when nobody has been connected for long enough.
struct IdleExit: Sendable {
  /// How long clients that have found the socket get to be accepted.
  private static let grace = Duration.milliseconds(100)

  private let core: ServerCore
  private let file: SocketFile?
  private let descriptor: Int32
  private let group: any EventLoopGroup

  /// Makes one for the listening socket `descriptor`, which is that of `file` unless it was handed
  /// over; nil if the daemon never ends by itself.
  init?(core: ServerCore, file: SocketFile?, descriptor: Int32, group: any EventLoopGroup) {
    if core.configuration.idleExitSeconds == 0 { return nil }
    self.core = core
    self.file = file
    self.descriptor = descriptor
    self.group = group
  }

  /// Looks once per second until the daemon ends or this task is cancelled.
  func run() async {
    let seconds = core.configuration.idleExitSeconds
    let allowed = Int(seconds * 1_000_000)
    var idle = IdleTime()
    while !Task.isCancelled {
      let elapsed = idle.elapsed(
        connections: core.connections.count, accepted: core.connections.accepted,
        at: ServerClock.microseconds)
      if elapsed >= allowed, await leave() {
        core.logger.info("nobody is connected", metadata: ["seconds": "\(Int(seconds))"])
        // As a service manager would end it.
        kill(getpid(), SIGTERM)
        return
      }
      do { try await Task.sleep(for: .seconds(min(1, seconds))) } catch { return }
    }
  }

  /// Takes the name of the socket away; gives it back and returns false if somebody has come.
  private func leave() async -> Bool {
    let accepted = core.connections.accepted
    if let file, !file.hide() { return false }
    do { try await Task.sleep(for: Self.grace) } catch { return false }
    // What was accepted goes from the listening loop to another one before it counts.
    for _ in 0..<2 {
      let answers = group.makeIterator().map { $0.submit {} }
      try? await EventLoopFuture.andAllSucceed(answers, on: group.any()).get()
    }
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let isAlone =
      core.connections.count == 0 && core.connections.accepted == accepted
      && poll(&waiting, 1, 0) == 0
    if !isAlone, let file { _ = file.show() }
    return isAlone
  }
}
