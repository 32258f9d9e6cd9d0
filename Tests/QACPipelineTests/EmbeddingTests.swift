// The programs in docs/embedding.md are those that are built, and print what it says.

import Foundation
import QACEngine
import QACIndex
import QACTestSupport
import QACTraining
import Testing

@Suite struct EmbeddingTests {
  /// The Swift programs of the documentation, in order.
  private func programs() throws -> [String] {
    try Golden.text("docs/embedding.md").components(separatedBy: "```swift\n").dropFirst().map {
      $0.components(separatedBy: "```\n")[0]
    }
  }

  @Test func theDocumentedProgramIsTheOneThatIsBuilt() throws {
    #expect(try programs().first == Golden.text("Examples/embedding/main.swift"))
    #expect(try programs().last == Golden.text("Examples/retrieval/main.swift"))
  }

  @Test(arguments: ["embedding-example", "retrieval-example"])
  func itPrintsWhatTheDocumentationSays(name: String) throws {
    // The tests' own program lies beside it.
    let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let process = Process()
    process.executableURL = own.deletingLastPathComponent()
      .appendingPathComponent(name)
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let document = try Golden.text("docs/embedding.md")
    #expect(!output.isEmpty && document.contains("```\n" + output + "```\n"), "\(output)")
  }

  private func engineOfStrings() throws -> CompletionEngine {
    let queries = ["hotel", "news", "news", "new york"]
    let index = try LabelIndex(queries: queries)
    let engine = try CompletionEngine(index: index)
    return engine
  }

  private func engineOfFile(_ path: String) throws -> CompletionEngine {
    let engine = try CompletionEngine(contentsOf: path)
    return engine
  }

  /// The shorter programs stand in the two functions above, so they compile.
  @Test func theShorterProgramsAreBuiltToo() throws {
    let source = try Golden.text("Tests/QACPipelineTests/EmbeddingTests.swift")
    let shorter = try programs().dropFirst().dropLast()
    #expect(shorter.count == 2)
    for program in shorter {
      let indented = program.split(separator: "\n").map { "    \($0)\n" }.joined()
      #expect(source.contains(indented), "\(program)")
    }
    #expect(
      try engineOfStrings().suggestions(for: "Ne", in: Session()).map(\.text)
        == ["news", "new york"])
    #expect(throws: EngineError.self) { try engineOfFile("/nowhere/current.qaci") }
  }
}
