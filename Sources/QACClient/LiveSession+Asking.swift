// What a live session asks for beside completions: its recorded queries, and to forget some.

public import QACProtocol

extension LiveSession {
  /// Asks for the recorded queries that `search` finds, or for the newest ones if it is nil;
  /// abandons older requests for such a list.
  public func list(search: String?) {
    abandonLists()
    questions.append(Question(session: session, kind: .list(search: search)))
    sendWhatIsDue()
  }

  /// Deletes what was recorded of `query` in this session.
  public func forget(_ query: String) {
    questions.append(Question(session: session, kind: .forget(query: query)))
    sendWhatIsDue()
  }

  /// Goes on in another session; what was submitted stays the earlier one's.
  public func enter(_ session: SessionName) {
    self.session = session
    abandonLists()
  }

  private func abandonLists() {
    questions.removeAll { question in
      guard case .list = question.kind else { return false }
      if let id = question.id { client.abandon(id) }
      return true
    }
  }

  func answer(_ kind: Question.Kind, _ outcome: Result<JSONValue, RemoteError>) {
    let result: JSONValue
    switch outcome {
    case .success(let value): result = value
    case .failure(let error):
      events.append(.refused(error))
      return
    }
    do throws(ResponseFault) {
      switch kind {
      case .list(let search):
        events.append(.listed(try hits(result), search: search))
      case .forget(let query):
        guard let count = result["forgotten"]?.wholeNumber else {
          throw .invalidResult(member: "forgotten")
        }
        events.append(.forgotten(Int(count), query: query))
      }
    } catch {
      events.append(.refused(RemoteError(code: 0, message: "\(error)")))
    }
  }

  /// The hits of a search; of a history each text once.
  private func hits(_ result: JSONValue) throws(ResponseFault) -> [SearchPage.Hit] {
    if features.contains("search") { return try SearchPage(result).hits }
    var seen: Set<[UInt8]> = []
    return try RecordedQuery.list(result).filter { seen.insert($0.query).inserted }.map { query in
      let known = query.circumstances
      let last = LastUse(at: query.at, uses: 1, place: known.place, outcome: known.outcome)
      return SearchPage.Hit(query: query.query, last: last)
    }
  }

  func request(for question: Question) -> Request {
    switch question.kind {
    case .list(let search) where features.contains("search"):
      return .search(
        .init(
          session: question.session, query: Array((search ?? "").utf8),
          limit: ProtocolLimits.maximumLimit))
    case .list:
      return .history(.init(session: question.session, limit: ProtocolLimits.maximumLimit))
    case .forget(let query):
      return .forget(.init(session: question.session, query: Array(query.utf8)))
    }
  }
}
