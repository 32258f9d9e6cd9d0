// Any bytes that a client may send to a daemon, or a daemon to a client.

import QACProtocol

/// The server's half of a connection: bytes to frames, requests, and answers in any order.
///
/// The result does not depend on how the stream is cut. A decoded request that is written again is
/// decoded as the same. Every answer is a line of JSON. Nothing is owed or held at the end.
let fuzzProtocol: Target = { input in
  // The first byte says how the stream is cut.
  guard let first = input.first else { return }
  let stream = UnsafeBufferPointer(rebasing: input.dropFirst())
  let whole = run(stream, step: stream.count, acceptsTime: first & 1 == 1)
  let cut = run(stream, step: 1 + Int(first >> 1), acceptsTime: first & 1 == 1)
  hold(whole == cut, "the same, however the stream is cut")
}

private func run(
  _ stream: UnsafeBufferPointer<UInt8>, step: Int, acceptsTime: Bool
) -> [UInt8] {
  // The limit is so short that lines longer than it occur.
  var machine = ProtocolMachine(acceptsClientTime: acceptsTime, maximumFrameBytes: 512)
  var events: [ProtocolMachine.Event] = []
  var start = 0
  while start < stream.count {
    let end = min(stream.count, start + step)
    machine.receive(UnsafeBufferPointer(rebasing: stream[start..<end]), into: &events)
    start = end
  }
  var output: [UInt8] = []
  // From the last to the first, so that batches wait for their answers.
  for event in events.reversed() {
    switch event {
    case .request(let request, let ticket):
      again(request, ticket.id, acceptsTime)
      machine.reply(to: ticket, into: &output) { id, output in
        ResponseEncoder.pong(id: id, into: &output)
      }
    case .refused(let error, let ticket):
      machine.refuse(error.fault, ticket, into: &output)
    }
  }
  hold(machine.pendingReplies == 0 && machine.heldBytes == 0, "nothing is owed at the end")
  for line in output.split(separator: 0x0A) {
    hold((try? JSONValue(parsing: Array(line))) != nil, "answers are JSON")
  }
  return output
}

private func again(_ request: Request, _ id: RequestID?, _ acceptsTime: Bool) {
  var line: [UInt8] = []
  RequestEncoder.append(request, id: id, to: &line)
  line.removeLast()
  let decoded = line.withUnsafeBufferPointer {
    try? RequestDecoder(acceptsClientTime: acceptsTime).decode($0)
  }
  hold(decoded?.request == request && decoded?.id == id, "a request survives being written")
}

/// The client's half: lines to answers, and answers to the results of every method.
let fuzzAnswers: Target = { input in
  var splitter = FrameSplitter(limit: 4096)
  splitter.receive(input) { frame in
    guard case .line(let line) = frame else { return }
    if let value = try? JSONValue(parsing: line) {
      let written = value.json
      hold((try? JSONValue(parsing: written))?.json == written, "JSON survives being written")
    }
    for response in (try? Response.decode(line)) ?? [] {
      guard case .success(let result) = response.outcome else { continue }
      _ = try? Completion(result)
      _ = try? RecordedQuery.list(result)
      _ = try? RuleChange(result)
      _ = try? ListedRule.list(result)
      _ = try? Retrieval(result)
      _ = try? AddedCounts(result)
      _ = try? ListedItem.list(result)
    }
  }
}
