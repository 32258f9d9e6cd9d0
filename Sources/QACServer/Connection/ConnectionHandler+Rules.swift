// What `block`, `unblock` and `blocks` do.

internal import Logging
internal import QACEngine
internal import QACProtocol

extension ConnectionHandler {
  /// Adds or removes a rule.
  func change(
    _ parameters: Request.Rule, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket,
    isBlock: Bool
  ) {
    let rule: BlockRule
    do throws(BlockRuleFault) {
      rule = try BlockRule(parameters.kind.ofEngine, parameters.text)
    } catch {
      refuse(.invalidParams, "params.text: \(error)", ticket)
      return finished(timing)
    }
    let completion = later(timing) {
      (handler, result: Result<IndexHolder.RuleOutcome, IndexHolder.RuleRefusal>) in
      switch result {
      case .success(let outcome):
        handler.core.tell(outcome, of: rule, isBlock: isBlock)
        handler.machine.reply(to: ticket, into: &handler.loop.output) { id, output in
          if isBlock {
            ResponseEncoder.blocked(
              isNew: outcome.isChanged, labels: outcome.labels, id: id, into: &output)
          } else {
            ResponseEncoder.unblocked(
              existed: outcome.isChanged, isInFile: outcome.isInFile, labels: outcome.labels,
              id: id, into: &output)
          }
        }
      case .failure(let refusal):
        handler.refuse(refusal, ticket)
      }
    }
    if isBlock {
      core.index.block(rule, in: core.store, completion: completion)
    } else {
      core.index.unblock(rule, in: core.store, completion: completion)
    }
  }

  private func refuse(_ refusal: IndexHolder.RuleRefusal, _ ticket: ProtocolMachine.Ticket) {
    switch refusal {
    case .fault(let fault):
      refuse(.invalidParams, "params.text: \(fault)", ticket)
    case .tooManyRules(let limit):
      refuse(
        .invalidParams,
        "there are already \(limit) rules; unblock some, or move them to the block list file",
        ticket)
    case .tooManyPatterns(let limit):
      refuse(
        .invalidParams,
        "there are already \(limit) patterns; unblock some, or use word and prefix rules", ticket)
    case .inFile(let path):
      refuse(
        .ruleInFile, "the rule is in the block list file \(path); remove it there, then reload",
        ticket)
    case .store(let error):
      refuse(error, ticket)
    }
  }

  /// Lists the rules, piece by piece, since there may be a hundred thousand.
  ///
  /// A batch's answer is written in one piece: there only a short list is answered.
  func rules(_ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket) {
    let rules = core.index.current.rules
    var answer = RulesAnswer(rules, timing)
    if ticket.isOfBatch {
      if answer.byteCount <= Self.outputBytes * 8 {
        machine.reply(to: ticket, into: &loop.output) { id, output in
          answer.begin(id: id, into: &output)
          while !answer.appendPiece(to: &output) {}
        }
      } else {
        refuse(
          .batchTooLarge, "there are too many rules for a batch; send the request alone", ticket)
      }
    } else if let id = machine.beginReply(to: ticket) {
      answer.begin(id: id, into: &loop.output)
      longAnswer = answer
      return
    }
    finished(timing)
  }

  /// Appends the next piece of the long answer.
  func appendPiece() {
    guard var answer = longAnswer.take() else { return }
    if answer.appendPiece(to: &loop.output) {
      machine.endReply(into: &loop.output)
      finished(answer.timing)
    } else {
      longAnswer = answer
    }
  }
}

/// The answer to one `blocks`, and how far it is written.
struct RulesAnswer {
  /// About the most bytes of a piece.
  private static let pieceBytes = 8192
  /// About the bytes of a rule in the answer, without its text.
  private static let overheadBytes = 48

  let timing: RequestTiming
  private let rules: RuleSet
  private var encoder: RulesEncoder?
  private var next = 0

  init(_ rules: RuleSet, _ timing: RequestTiming) {
    self.rules = rules
    self.timing = timing
  }

  /// About the bytes of the whole answer.
  var byteCount: Int {
    rules.all.reduce(0) { $0 + Self.overheadBytes + $1.text.count }
  }

  mutating func begin(id: RequestID, into output: inout [UInt8]) {
    encoder = RulesEncoder(id: id, into: &output)
  }

  /// Appends some rules; true when the last was among them.
  mutating func appendPiece(to output: inout [UInt8]) -> Bool {
    let count = rules.addedAtRunTime.count + rules.file.count
    var bytes = 0
    while next < count, bytes < Self.pieceBytes {
      let isInFile = next >= rules.addedAtRunTime.count
      let rule =
        isInFile ? rules.file[next - rules.addedAtRunTime.count] : rules.addedAtRunTime[next]
      encoder?.append(
        kind: rule.kind.onWire, text: rule.text, isInFile: isInFile, into: &output)
      bytes += Self.overheadBytes + rule.text.count
      next += 1
    }
    guard next == count else { return false }
    encoder?.finish(into: &output)
    return true
  }
}

extension ServerCore {
  /// Logs that a rule was added or removed, without its text.
  fileprivate func tell(
    _ outcome: IndexHolder.RuleOutcome, of rule: BlockRule, isBlock: Bool
  ) {
    if outcome.isChanged {
      logger.info(
        isBlock ? "rule added" : "rule removed",
        metadata: ["kind": "\(rule.kind.rawValue)", "labels": "\(outcome.labels)"])
    }
  }
}

extension Request.Rule.Kind {
  fileprivate var ofEngine: BlockRule.Kind {
    switch self {
    case .exact: return .exact
    case .prefix: return .prefix
    case .word: return .word
    case .pattern: return .pattern
    }
  }
}

extension BlockRule.Kind {
  fileprivate var onWire: Request.Rule.Kind {
    switch self {
    case .exact: return .exact
    case .prefix: return .prefix
    case .word: return .word
    case .pattern: return .pattern
    }
  }
}
