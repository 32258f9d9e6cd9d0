// qac-index publish and fetch: hand an index on to the machines that serve it.

import ArgumentParser
import Foundation
import QACPipeline

struct PublishCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish",
    abstract: "Put an index into a directory from which other machines fetch it.",
    discussion: """
      The directory may be on NFS, or be copied by rsync or to an object store: `fetch` notices \
      what is not whole. The index gets a name with the hash of its content, and latest.json names \
      it.
      """)

  @Argument(help: ArgumentHelp("The index.", valueName: "file.qaci"))
  var file: String

  @Option(help: ArgumentHelp("The directory; made if it is missing.", valueName: "dir"))
  var to: String

  @Option(help: ArgumentHelp("How many indexes stay there, 2 or more.", valueName: "count"))
  var keep = 5

  func validate() throws {
    if keep < 2 { throw ValidationError("--keep must be 2 or more.") }
  }

  func run() throws {
    let outcome = try IndexShelf(to).publish(
      file, now: Int64(Date().timeIntervalSince1970), keeping: keep)
    print(
      "\(to): \(outcome.name), \(outcome.byteCount) bytes, "
        + (outcome.wasThere ? "is there already" : "published"))
  }
}

struct FetchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Bring the latest published index to the place from which it is served.",
    discussion: """
      It checks the hash and every byte of the index, and then renames it into place: a daemon with \
      --watch takes it in, another one after `qac-cli reload`. If the index is there already, \
      nothing is done.
      """)

  @Option(help: ArgumentHelp("The directory that `publish` writes to.", valueName: "dir"))
  var from: String

  @Option(help: ArgumentHelp("The file that the daemon serves.", valueName: "file.qaci"))
  var out: String

  func run() throws {
    let outcome = try IndexShelf(from).fetch(to: out)
    print(
      "\(out): \(outcome.name), \(outcome.byteCount) bytes, "
        + (outcome.wasThere ? "is there already" : "fetched"))
  }
}
