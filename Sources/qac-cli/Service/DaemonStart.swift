// Starts the daemon of this user: as a unit where there is a service manager that has one, or else
// by itself, with an end when nobody is connected any more.
//
// Two programs may start it at once, and one may start it while another daemon leaves. The lock of
// the socket decides: the daemon that does not get it ends with 75, and here is looked once more.
//
// Invariant: a daemon of somebody else's making is left alone. A shell starts one only at the usual
// path, and not after `qac-cli stop`.

import Glibc
import QACBinary
import QACClient
import QACFindings
import QACProtocol

/// Starts the daemon.
enum DaemonStart {
  /// How many minutes a daemon without a service manager stays when nobody is connected.
  static let idleMinutes = 30
  /// The exit code of a daemon that finds another one (`qacd --help`).
  private static let alreadyServed: Int32 = 75

  /// What was done.
  enum Outcome: Equatable {
    /// One answered already.
    case wasRunning
    /// It runs as a unit now.
    case startedUnit
    /// It runs by itself now.
    case started
    /// What is wrong, and what to do.
    case failed(String)
  }

  /// Whether a shell may start the daemon by itself. A shell of root in somebody else's home may
  /// not: its daemon would leave files there that the other's daemon cannot write.
  static var isAllowedToShells: Bool {
    let all = Environment.all
    return all["QAC_SOCKET"] == nil && all["QAC_START"] != "off" && !StateFile.stopped.isThere
      && all["HOME"].flatMap { FilePermissions($0) }?.isOurs == true
  }

  /// Where a daemon that has no service manager writes its messages; nil if there is no home.
  static var log: String? { StateFile.directory.map { $0 + "/qacd.log" } }

  /// Starts the daemon that `client` talks to unless it answers, and waits until it does.
  ///
  /// - Parameters:
  ///   - client: Its path must be the usual one if the daemon is a unit.
  ///   - flags: Further flags of a daemon that starts by itself, such as its socket.
  ///   - seconds: The longest wait.
  /// - Returns: What was done.
  static func run(_ client: Client, flags: [String] = [], seconds: Double) -> Outcome {
    let end = ContinuousClock.now + .seconds(seconds)
    var child: pid_t?
    var outcome = Outcome.wasRunning
    while true {
      do throws(ClientError) {
        _ = try client.ping()
        return outcome
      } catch {
        client.disconnect()
        switch error {
        case .noDaemon, .connectionLost: break
        default: return .failed("\(error)")
        }
      }
      if let started = child, let code = ChildProgram.end(of: started) {
        child = nil
        if code != alreadyServed { return .failed(lastWords(code)) }
      }
      if ContinuousClock.now >= end {
        return .failed("the daemon does not answer; see \(log ?? "its messages")")
      }
      if child == nil, outcome != .startedUnit {
        if flags.isEmpty, UserUnits.isManagerThere, UserUnits.isEnabled(UserUnits.socket) {
          if let failure = UserUnits.run("start", UserUnits.socket) { return .failed(failure) }
          outcome = .startedUnit
          continue
        }
        switch spawn(flags) {
        case .success(let started): child = started
        case .failure(let problem): return .failed(problem.description)
        }
        outcome = .started
      }
      poll(nil, 0, 20)
    }
  }

  private enum Problem: Error, CustomStringConvertible {
    case noProgram, noHome, cannotStart

    var description: String {
      switch self {
      case .noProgram:
        return "there is no program qacd beside qac-cli or on the PATH; install qacd again"
      case .noHome: return StateFileError.noHome.description
      case .cannotStart: return "qacd cannot be started; install it again for this machine"
      }
    }
  }

  private static func spawn(_ flags: [String]) -> Result<pid_t, Problem> {
    guard let path = ChildProgram.path(of: "qacd") else { return .failure(.noProgram) }
    guard let log else { return .failure(.noHome) }
    try? PrivateDirectory.make(above: log)
    let arguments =
      ["--preset", "shell", "--watch", "--idle-exit", "\(idleMinutes)"] + flags
    guard let child = ChildProgram(path: path, arguments: arguments).detach(log: log) else {
      return .failure(.cannotStart)
    }
    return .success(child)
  }

  /// The last line that a daemon wrote before it ended.
  private static func lastWords(_ code: Int32) -> String {
    let lines = log.map { FileReading.lines(of: $0) } ?? []
    let words = lines.map { String($0.prefix { !$0.isNewline }) }
    return words.last { !$0.isEmpty } ?? "qacd ended with \(code)"
  }
}
