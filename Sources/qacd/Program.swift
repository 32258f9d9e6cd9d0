// The program: reads the configuration file, checks what must be checked before there is a second
// thread, then runs the command.

import ArgumentParser
import Foundation
import QACConfiguration
import QACProtocol
import QACServer

@main
enum Program {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      var parsed = try QACDCommand.parseAsRoot(arguments)
      guard let given = parsed as? QACDCommand else {
        try parsed.run()
        return
      }
      let command: QACDCommand
      let settings: Settings
      do {
        settings = try Settings(arguments, file: given.file.config)
        command = settings.command
      } catch let error as ConfigurationError {
        if given.mode == .check { throw Check.failed(error, isJSON: given.file.json) }
        throw QACDCommand.told(error, code: 78)
      }
      switch command.mode {
      case .printConfiguration: print(settings.text, terminator: "")
      case .check: try Check.run(settings)
      case .serve: try serve(command)
      }
    } catch {
      QACDCommand.exit(withError: error)
    }
  }

  private static func serve(_ command: QACDCommand) throws {
    try command.requireMemory()
    CallbackWait.value { end in
      Task.detached {
        do {
          try await command.run()
        } catch {
          QACDCommand.exit(withError: error)
        }
        end(())
      }
    }
  }
}
