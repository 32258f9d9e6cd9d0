// qac-index inspect: what is in an index, under a prefix, behind a label.

import ArgumentParser
import QACIndex
import QACText

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what is in an index, under a prefix, or behind a label.",
    discussion: """
      Without --prefix and --label it shows the index's sections, its provenance, the shape of its \
      tree and the ranker's weights.
      """)

  @Argument(help: ArgumentHelp("The index file.", valueName: "file.qaci"))
  var file: String

  @Option(
    help: ArgumentHelp(
      "Show the most popular labels that begin with this, and the part of the tree with them.",
      valueName: "text"))
  var prefix: String?

  @Option(
    help: ArgumentHelp(
      "Show this label: its weight, its followers, and the classifiers on its path.",
      valueName: "text"))
  var label: String?

  func run() throws {
    let index = try LabelIndex(opening: file)
    try index.verify()
    let inspector = IndexInspector(index: index)
    if let prefix {
      print(inspector.subtree(under: prefix))
    } else if let label {
      guard let text = inspector.classifiers(of: label) else {
        throw InspectError.noSuchLabel
      }
      print(text)
    } else {
      print(try inspector.summary())
    }
  }
}

/// What cannot be shown.
enum InspectError: Error, CustomStringConvertible {
  /// No label has the text.
  case noSuchLabel

  var description: String {
    "the index has no such label; list the labels of a prefix with --prefix"
  }
}
