// qac-index verify: reads every byte of an index.

import ArgumentParser
import QACEngine
import QACIndex
import QACText

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check every byte of an index: checksums, structure, and whether it can be served.",
    discussion: "Prints one line and exits with 0 if the index is good, with 1 if it is not.")

  @Argument(
    help: ArgumentHelp("The index file.", valueName: "file.qaci"),
    completion: .file())
  var file: String

  func run() throws {
    let index = try LabelIndex(opening: file)
    _ = try CompletionEngine(index: index)
    print(
      "\(file): good: \(index.labelCount) labels, \(index.byteCount) bytes, profile "
        + "\(index.profile.name), identity \(index.identity)")
  }
}
