// `qac-cli start` and `qac-cli stop`: the daemon of this user.

import ArgumentParser
import Glibc
import QACClient
import QACProtocol

struct Start: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Start the daemon for shells, unless one answers.",
    discussion: """
      Starts the unit qacd.socket where it is enabled. Otherwise the daemon starts by itself, and ends \
      when nobody has been connected for \(DaemonStart.idleMinutes) minutes; the next shell starts it \
      again.
      """)

  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    try? StateFile.stopped.remove()
    switch DaemonStart.run(connection.own.client(), flags: connection.own.daemonFlags, seconds: 30)
    {
    case .wasRunning: Console.write("a daemon answers already\n")
    case .startedUnit: Console.write("started the unit \(UserUnits.socket)\n")
    case .started: Console.write("started\n")
    case .failed(let problem):
      Console.complain(problem)
      throw ExitCode.failure
    }
  }
}

struct Stop: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Stop the daemon; shells do not start it again until qac-cli start.")

  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    do throws(StateFileError) {
      try StateFile.stopped.make()
    } catch {
      Console.complain("\(error)")
      throw ExitCode.failure
    }
    if UserUnits.isManagerThere, UserUnits.isActive(UserUnits.socket) {
      if let failure = UserUnits.run("stop", UserUnits.socket, UserUnits.service) {
        Console.complain("\(failure); see systemctl --user status qacd.service")
        throw ExitCode.failure
      }
    }
    Console.write(try Self.end(connection.own.client()) ? "stopped\n" : "no daemon answers\n")
  }

  /// Ends the daemon that `client` talks to, and waits for that; false if there is none.
  @discardableResult
  static func end(_ client: Client) throws -> Bool {
    let status: JSONValue
    do throws(ClientError) {
      status = try client.status()
    } catch {
      if case .noDaemon = error { return false }
      Console.complain("\(error)")
      throw error.exitCode
    }
    client.disconnect()
    guard let process = status["pid"]?.wholeNumber, kill(pid_t(process), SIGTERM) == 0 else {
      Console.complain("the daemon cannot be told to stop; run as the user that runs qacd")
      throw ExitCode.failure
    }
    // It takes up to ten seconds, because some clients do not take their answers.
    for _ in 0..<600 {
      switch ChildProgram.state(of: pid_t(process)) {
      case nil, "Z": return true
      default: break
      }
      poll(nil, 0, 25)
    }
    Console.complain("the daemon does not end; run qac-cli doctor")
    throw ExitCode.temporary
  }
}
