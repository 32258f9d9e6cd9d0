// The README's commands print what the README says.

import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct TranscriptTests {
  private static let readme = Programs.repository + "/README.md"

  /// Holds what a document's commands print against the document.
  private func check(_ transcript: Transcript) throws {
    let printed = try transcript.run()
    try #require(printed.count == transcript.steps.count)
    for (step, actual) in zip(transcript.steps, printed) where !step.runsOn {
      #expect(
        Transcript.matches(actual, step.expected),
        """
        $ \(step.command)
        printed
        \(actual.joined(separator: "\n"))
        and not
        \(step.expected.joined(separator: "\n"))
        """)
    }
  }

  @Test func theReadmeIsTrue() throws {
    let text = try String(contentsOfFile: Self.readme, encoding: .utf8)
    let transcript = Transcript(markdown: text)
    try #require(!transcript.steps.isEmpty, "README.md has no ```console block")
    try check(transcript)
  }

  @Test func aSmallTranscript() throws {
    let transcript = Transcript(
      markdown: """
        Words, and a block that does not count:
        ```
        $ false
        ```
        ```console
        $ mkdir -p ~/.local/share/qacd
        $ qac-index build --log data/shop-simulated.events.tsv.gz --minimum-count 20 \\
        >   --out ~/.local/share/qacd/current.qaci
        …
        $ qacd &
        $ qac-cli record --session ada "garden hose"
        …
        $ qac-cli history --session ada
        …garden hose…
        ```
        and later
        ```console
        $ echo one; echo two; echo 17 ms; echo

        ```
        """)
    #expect(transcript.steps.count == 6)
    #expect(transcript.steps[1].command.contains("\n  --out"))
    #expect(transcript.steps[2].runsOn)
    #expect(transcript.steps[5].expected.isEmpty)
    var complete = transcript
    complete.steps[5].expected = ["one", "…", "3 ms"]
    try check(complete)
  }

  @Test func whatDoesNotMatchIsFound() {
    #expect(Transcript.matches(["a", "b"], ["a", "b"]))
    #expect(Transcript.matches(["a 12 c"], ["a … c"]))
    #expect(Transcript.matches(["a", "x", "y", "b"], ["a", "…", "b"]))
    #expect(Transcript.matches(["\"took_us\":12"], ["\"took_us\":345"]))
    #expect(Transcript.matches([], []))
    #expect(Transcript.matches([], ["…"]))
    #expect(!Transcript.matches(["a"], []))
    #expect(!Transcript.matches([], ["a"]))
    #expect(!Transcript.matches(["a", "b"], ["a"]))
    #expect(!Transcript.matches(["a 12 d"], ["a … c"]))
    #expect(!Transcript.matches(["a.c"], ["abc"]))
    #expect(!Transcript.matches(["labels: 12"], ["labels: 13"]))
  }
}
