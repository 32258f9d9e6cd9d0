// The program in docs/embedding.md is the one that is built, and prints what is said there.

import Foundation
import QACTestSupport
import Testing

@Suite struct EmbeddingTests {
  @Test func theDocumentedProgramIsTheOneThatIsBuilt() throws {
    let code = try Golden.text("Examples/embedding/main.swift")
    let document = try Golden.text("docs/embedding.md")
    #expect(document.contains("```swift\n" + code + "```\n"))
  }

  @Test func itPrintsWhatTheDocumentationSays() throws {
    // The tests' own program lies beside it.
    let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let process = Process()
    process.executableURL = own.deletingLastPathComponent()
      .appendingPathComponent("embedding-example")
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let document = try Golden.text("docs/embedding.md")
    #expect(!output.isEmpty && document.contains("```\n" + output + "```\n"), "\(output)")
  }
}
