// qac-index read: what files are taken for, and how their records are read.

import ArgumentParser
import Foundation
import QACLogs
import QACText

struct ReadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read",
    abstract: "Show how logs are read, and what is left out of them.",
    discussion: """
        qac-index read queries.csv

      Reads the files as build would and shows in a line what each is taken for, with its first \
      three records; then how many records there are, and what was left out and why. Nothing is \
      written. A wrong guess is corrected by the flags, which build takes as well.
      """)

  @Argument(
    help: ArgumentHelp("The files: plain, gzip, zstd, xz or bzip2.", valueName: "file"),
    completion: .file())
  var files: [String]

  @Option(help: "The format of the files; set it where auto does not recognise them.")
  var format: LogFormat = .auto

  @OptionGroup var columns: ColumnOptions

  @Option(help: ProfileHelp.text)
  var profile = ProfileName(.search)

  @Flag(help: "Read even queries with a secret in them, as build --keep-secrets does.")
  var keepSecrets = false

  func run() throws {
    var options = LogReadOptions(format: format, profile: profile.profile)
    columns.apply(to: &options)
    options.now = Int64(Date().timeIntervalSince1970)
    options.keepsSecrets = keepSecrets
    // Files of several kinds are no error here: each is read for itself.
    var failure: (any Error)?
    for (i, file) in files.enumerated() {
      if i > 0 { print() }
      do {
        print(try LogReader.read(paths: [file], options: options).report.descriptionWithRecords)
      } catch {
        printError("\(error)")
        failure = error
      }
    }
    if failure != nil { throw ExitCode.failure }
  }
}
