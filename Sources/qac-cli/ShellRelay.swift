// What the relay does with the commands of a shell.

import Glibc
import QACClient
import QACLogs
import QACProtocol

/// What a shell says.
enum ShellEvent: Equatable {
  /// A command begins, in this directory.
  case start(place: [UInt8], command: [UInt8])
  /// The last command ended with this status.
  case end(status: Int)
}

/// Cuts what a shell writes into events: fields that end with a zero byte.
///
/// A verb that is not known ends the reading: what follows cannot be told apart any more.
struct RelayFields {
  private static let maximumBytes = 256 * 1024
  private var field: [UInt8] = []
  private var fields: [[UInt8]] = []
  private var isLost = false

  /// Takes the next bytes; returns the events that they complete.
  mutating func receive(_ bytes: some Sequence<UInt8>) -> [ShellEvent] {
    var events: [ShellEvent] = []
    for byte in bytes {
      if byte != 0 {
        // Of a field that is too long the end is dropped; nobody records it.
        if field.count < Self.maximumBytes { field.append(byte) }
        continue
      }
      fields.append(field)
      field = []
      if let event = takeEvent() { events.append(event) }
    }
    return events
  }

  private mutating func takeEvent() -> ShellEvent? {
    if isLost { return nil }
    switch String(decoding: fields[0], as: UTF8.self) {
    case "start":
      guard fields.count == 3 else { return nil }
      defer { fields = [] }
      return .start(place: fields[1], command: fields[2])
    case "end":
      guard fields.count == 2 else { return nil }
      defer { fields = [] }
      return Int(String(decoding: fields[1], as: UTF8.self)).map { .end(status: $0) }
    default:
      isLost = true
      fields = []
      return nil
    }
  }
}

/// Records the commands of one terminal.
struct ShellRelay {
  /// How long nothing is sent after the daemon did not answer, so that the pipe never fills.
  private static let pause = Duration.seconds(2)

  private let client: Client
  private let session: SessionName
  private let thread: SessionName?
  private var quietUntil = ContinuousClock.now
  /// The last command, if it was recorded, its id, and when it began.
  private var running: (command: [UInt8], id: RecordID, since: Int64)?

  /// A file to make when a command is left out because of a secret; nil when that is done.
  private var notice: String?

  init(client: Client, session: SessionName, thread: SessionName?, notice: String?) {
    self.client = client
    self.session = session
    self.thread = thread
    self.notice = notice
  }

  /// Carries out `event`; what the daemon does not take is dropped.
  mutating func take(_ event: ShellEvent) {
    if ContinuousClock.now < quietUntil {
      running = nil
      return
    }
    do throws(ClientError) {
      switch event {
      case .start(let place, let command): try start(place, command)
      case .end(let status): try end(status)
      }
    } catch {
      client.disconnect()
      running = nil
      quietUntil = .now + Self.pause
    }
  }

  private mutating func start(_ place: [UInt8], _ command: [UInt8]) throws(ClientError) {
    running = nil
    if command.count > ProtocolLimits.maximumTextBytes || StateFile.paused.isThere { return }
    if KnownSecrets.isIn(command) {
      noteSecret()
      return
    }
    let since = Int64(time(nil))
    let circumstances = Request.Circumstances(thread: thread, place: Place(bytes: place))
    let request = Request.Record(session: session, query: command, circumstances: circumstances)
    let id: RecordID?
    do throws(ClientError) {
      id = try client.record(request)
    } catch {
      try findDaemon(after: error)
      // It may have been recorded just before the connection was lost.
      if case .connectionLost = error, try isRecorded(command, since) { return }
      id = try client.record(request)
    }
    running = id.map { (command, $0, since) }
  }

  /// Whether this terminal's newest command is `command`, given at `since` or later.
  private func isRecorded(_ command: [UInt8], _ since: Int64) throws(ClientError) -> Bool {
    // A second for the difference between two clocks.
    try client.history(.init(session: session, limit: 20)).contains { entry in
      entry.query == command && entry.at >= since - 1 && entry.circumstances.thread == thread
    }
  }

  /// Makes sure that a daemon answers after `error`: it closes connections that were idle for an
  /// hour, and ends when nobody is connected, perhaps just now.
  ///
  /// The pipe of the shell holds what the shell says meanwhile.
  ///
  /// - Throws: `error` if there is no daemon, and none may be started.
  private func findDaemon(after error: ClientError) throws(ClientError) {
    client.disconnect()
    switch error {
    case .noDaemon: break
    case .connectionLost:
      do throws(ClientError) {
        _ = try client.ping()
        return
      } catch {
        switch error {
        // One that is just ending takes connections until it is gone.
        case .noDaemon, .connectionLost: break
        default: throw error
        }
      }
    case .refused(let refusal) where refusal.known == .shuttingDown: break
    default: throw error
    }
    if !startsDaemon() { throw error }
  }

  /// Starts the daemon if a shell may do so; whether it answers then.
  func startsDaemon() -> Bool {
    guard DaemonStart.isAllowedToShells else { return false }
    switch DaemonStart.run(client, seconds: Self.pause / .seconds(1)) {
    case .failed: return false
    case .wasRunning, .started, .startedUnit: return true
    }
  }

  /// Lets the shell say once that a command was left out. The file says nothing of the command.
  private mutating func noteSecret() {
    guard let path = notice else { return }
    notice = nil
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if file >= 0 { close(file) }
  }

  /// A command that the shell did not find is forgotten, as it never worked.
  private mutating func end(_ status: Int) throws(ClientError) {
    guard let (command, id, since) = running else { return }
    running = nil
    do throws(ClientError) {
      try tell(command, id, since, status)
    } catch {
      try findDaemon(after: error)
      // Both may be said twice.
      try tell(command, id, since, status)
    }
  }

  private func tell(
    _ command: [UInt8], _ id: RecordID, _ since: Int64, _ status: Int
  ) throws(ClientError) {
    if status == 127 {
      _ = try client.forget(.init(session: session, query: command, since: since))
    } else if !Self.saysNothing(status) {
      let outcome = Request.Outcome(
        session: session, id: id, end: status == 0 ? .ok : .failed)
      try client.record(outcome)
    }
  }

  /// Whether a command with this status neither failed nor went well: the person interrupted or
  /// stopped it, or nobody wanted the rest of its output.
  private static func saysNothing(_ status: Int) -> Bool {
    [SIGINT, SIGPIPE, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU].contains { status == 128 + Int($0) }
  }
}
