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

        qac-index inspect index.qaci --tree items --depth 2

      shows the tree of the items, or of the labels, from the root or from --node: for each node \
      the level, the size, the terms that speak most for it, and some of its titles.
      """)

  @Argument(
    help: ArgumentHelp("The index file.", valueName: "file.qaci"),
    completion: .file())
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

  @Option(help: "Show the tree of the labels or of the items.")
  var tree: TreeKind?

  @Option(
    help: ArgumentHelp("Begin the tree at this node; 0 is the root.", valueName: "number"))
  var node = 0

  @Option(
    help: ArgumentHelp("How many levels below it are shown.", valueName: "levels"))
  var depth = 1

  @Option(
    help: ArgumentHelp("How many terms and how many titles a node shows.", valueName: "count"))
  var sample = 5

  @Flag(help: "Print the tree as one JSON object.")
  var json = false

  func validate() throws {
    if [prefix != nil, label != nil, tree != nil].count(where: { $0 }) > 1 {
      throw ValidationError("Name one of --prefix, --label and --tree.")
    }
    if tree == nil, json || node != 0 { throw ValidationError("--json and --node need --tree.") }
    if depth < 0 || sample < 0 || node < 0 {
      throw ValidationError("--depth, --sample and --node must be 0 or more.")
    }
  }

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
    } else if let tree {
      let outline = try TreeOutline(index, tree, node: node, depth: depth, sample: sample)
      print(json ? try outline.json() : outline.text)
    } else {
      print(try inspector.summary())
    }
  }
}

/// What cannot be shown.
enum InspectError: Error, CustomStringConvertible {
  /// No label has the text.
  case noSuchLabel
  /// The index has no items.
  case noItems
  /// The tree has fewer nodes.
  case noSuchNode(count: Int)

  var description: String {
    switch self {
    case .noSuchLabel:
      return "the index has no such label; list the labels of a prefix with --prefix"
    case .noItems:
      return "the index has no items; build it with --items, or name --tree labels"
    case .noSuchNode(let count):
      return "the tree has the nodes 0 to \(count - 1); name one of these with --node"
    }
  }
}
