// qac-index merge: partial counts, merged.

import ArgumentParser
import QACBinary
import QACLogs

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Merge partial counts into one file.",
    discussion: """
        qac-index merge one.part two.part --out both.part

      The order of the files does not matter, and merged files may be merged again: the bytes are \
      the same. The memory that it takes does not depend on the size of the files. An event that two \
      files count is an error, so a part that is named twice is noticed.
      """)

  @Argument(help: ArgumentHelp("Files of qac-index map or merge.", valueName: "file"))
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "The file to write; it is replaced as a whole, or not at all.", valueName: "file"))
  var out: String

  func run() throws {
    try AtomicFile.checkWritable(out)
    Interruption.removeOnInterrupt(AtomicFile.temporaryPath(for: out))
    try PartialMerge.merge(files, to: out)
  }
}
