// Transcripts find the commands of a document and tell whether their output is what it says.

import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct TranscriptTests {
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
        <!-- not run: it would fail -->
        ```sh
        false
        ```
        ```sh
        cat >lines <<END
        some \(1 + 1) lines
        END
        for i in 1 2; do
          cat lines
        done
        ```
        """)
    #expect(transcript.steps.count == 8)
    #expect(transcript.reasons == ["it would fail"])
    #expect(transcript.steps[1].command.contains("\n  --out"))
    #expect(transcript.steps[2].runsOn)
    #expect(transcript.steps[5].expected == [])
    #expect(transcript.steps[6] == .init(command: "cat >lines <<END\nsome 2 lines\nEND"))
    var complete = transcript
    complete.steps[5].expected = ["one", "…", "3 ms"]
    try complete.check()
  }

  @Test func aCommandThatFailsOrEndsTheShellIsFound() throws {
    let failing = try Transcript(markdown: "```sh\ntrue\nfalse\n```").run()
    #expect(failing.map(\.status) == [0, 1])
    #expect(try Transcript(markdown: "```sh\ntrue\nexit 3\ntrue\n```").run().count == 1)
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
