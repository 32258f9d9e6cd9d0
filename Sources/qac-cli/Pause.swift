// `qac-cli pause`: nothing that shells run is recorded until it is taken back.

import ArgumentParser

struct Pause: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Record no commands of shells for now.",
    discussion: """
      Holds for all shells of this user, also for those that are open. Completions go on.
      """)

  @Flag(help: "Record again.")
  var off = false

  func run() throws {
    do throws(StateFileError) {
      if off { try StateFile.paused.remove() } else { try StateFile.paused.make() }
    } catch {
      Console.complain("\(error)")
      throw ExitCode.failure
    }
  }
}
