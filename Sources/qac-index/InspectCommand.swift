// qac-index inspect: what is in an index, under a prefix, behind a label.

import ArgumentParser
import QACIndex
import QACText

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show an index's sections, labels and provenance, the tree under a prefix, or the "
      + "classifiers of a label.")

  @Argument(help: "The index file.")
  var file: String

  @Option(help: "Show the labels and the subtree that match this prefix.")
  var prefix: String?

  @Option(help: "Show this label: weight, followers, and the classifiers on its path.")
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
