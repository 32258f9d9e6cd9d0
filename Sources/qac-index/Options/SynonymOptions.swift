// The flag that names a file of synonyms.

import ArgumentParser

/// Synonyms to compile into an index.
struct SynonymOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file of synonyms in Solr's form, to find labels by other words for the same.",
      discussion: "A line is \"sofa, couch\" for both ways, or \"tv => television\" for one.",
      valueName: "file"),
    completion: .file())
  var synonyms: String?
}
