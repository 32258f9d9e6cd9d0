// Links between the pages, and references to them from sources and scripts, lead somewhere.

import Foundation
import Testing

@Suite struct DocumentationLinkTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func contents(of path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The files below `folder` with these extensions, by their paths in the repository.
  private static func files(_ folder: String, _ extensions: Set<String>) -> [String] {
    let all = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)
    return (all?.allObjects as? [String] ?? []).filter { path in
      extensions.contains((path as NSString).pathExtension)
        && !path.split(separator: "/").contains(".build")
    }
    .sorted().map { "\(folder)/\($0)" }
  }

  private static func pages() -> [String] {
    ["README.md", "data/README.md"] + files("docs", ["md"]) + files("Benchmarks", ["md"])
      + files("Tests", ["md"]) + files("clients", ["md"])
  }

  private static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
  }

  /// The headings of a page, outside of blocks of code.
  private static func headings(_ page: String) throws -> [String] {
    var isInside = false
    var headings: [String] = []
    for line in try contents(of: page).components(separatedBy: "\n") {
      if line.hasPrefix("```") { isInside.toggle() }
      if !isInside, line.hasPrefix("#") {
        headings.append(line.drop { $0 == "#" || $0 == " " }.description)
      }
    }
    return headings
  }

  /// What follows "#" in a link to a heading, as GitHub makes it.
  private static func anchor(_ heading: String) -> String {
    heading.lowercased().filter {
      $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_"
    }
    .replacing(" ", with: "-")
  }

  @Test func everyLinkLeadsSomewhere() throws {
    var count = 0
    for page in Self.pages() {
      let folder = (page as NSString).deletingLastPathComponent
      for match in try Self.contents(of: page).matches(of: /\]\(([^)\s]+)\)/) {
        let parts = match.1.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        if match.1.contains("://") { continue }
        count += 1
        let target =
          parts[0].isEmpty
          ? page
          : ((folder as NSString).appendingPathComponent("\(parts[0])") as NSString)
            .standardizingPath
        #expect(Self.exists(target), "\(page) links to \(match.1)")
        guard parts.count == 2, Self.exists(target) else { continue }
        let isThere = try Self.headings(target).contains { Self.anchor($0) == parts[1] }
        #expect(isThere, "\(page) links to \(match.1)")
      }
    }
    #expect(count > 30)
  }

  /// The path of a page, and perhaps a section behind it in quotes, in sources, scripts and pages.
  ///
  /// A section is named by its heading, or by what the heading has before a colon.
  @Test func everyReferenceToAPageLeadsSomewhere() throws {
    let sources: Set<String> = [
      "swift", "py", "sh", "c", "h", "service", "socket", "timer", "md", "",
    ]
    let folders = ["Sources", "Tests", "Benchmarks", "Fuzzing", "Examples", "data", "dev", "docs"]
    let paths =
      folders.flatMap { Self.files($0, sources) } + ["README.md", "Makefile", "Package.swift"]
    var count = 0
    for path in paths where !path.contains("/Fixtures/") && !path.contains("/seeds/") {
      guard let text = try? Self.contents(of: path) else { continue }
      // A comment goes on in the next line.
      let joined = text.replacing(/\n *(\/\/\/?|#)? */, with: " ")
      for match in joined.matches(of: /docs\/([a-z-]+\.md)(, "([A-Z][^"]+)")?/) {
        count += 1
        let page = "docs/\(match.1)"
        #expect(Self.exists(page), "\(path) names \(page)")
        guard let section = match.3, Self.exists(page) else { continue }
        let headings = try Self.headings(page)
        let isThere = headings.contains { $0 == section || $0.hasPrefix("\(section):") }
        #expect(isThere, "\(path) names \(page), \"\(section)\"")
      }
    }
    #expect(count > 40)
  }

  /// Paths of the repository that the pages name in `code`.
  @Test func everyNamedFileExists() throws {
    for page in Self.pages() {
      for match in try Self.contents(of: page).matches(
        of: /`((?:Sources|Tests|Benchmarks|Examples|data|dev)\/[A-Za-z0-9@.\/+_-]+)`/)
      {
        #expect(Self.exists("\(match.1)"), "\(page) names \(match.1)")
      }
    }
  }

  /// The table "Where to find what" of docs/design.md names the folders of each module.
  @Test func everyFolderIsDescribed() throws {
    let page = try Self.contents(of: "docs/design.md")
    let section = page.components(separatedBy: "\n## ").first { $0.hasPrefix("Where to find what") }
    var described: [String: Set<String>] = [:]
    for line in try #require(section).components(separatedBy: "\n") {
      guard let row = line.wholeMatch(of: /\| `Sources\/(\w+)` \| (.*) \|/) else { continue }
      described["\(row.1)"] = Set(row.2.matches(of: /`(\w+)`/).map { "\($0.1)" })
    }
    let modules = try FileManager.default.contentsOfDirectory(
      atPath: Self.root.appendingPathComponent("Sources").path)
    for module in modules where module.hasPrefix("QAC") {
      let path = Self.root.appendingPathComponent("Sources/\(module)")
      let folders = try FileManager.default.contentsOfDirectory(
        at: path, includingPropertiesForKeys: [.isDirectoryKey]
      ).filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
      #expect(
        described[module] ?? [] == Set(folders.map(\.lastPathComponent)), "Sources/\(module)")
    }
  }
}
