// An answer, and the headers that every answer has.

import HTTPTypes
import HummingbirdCore
import NIOCore
import QACWeb

/// What is answered to a request.
struct WebResponse: Sendable {
  var status: Int
  var type: String?
  var body: [UInt8] = []
  /// What else stands in the head.
  var fields: [(HTTPField.Name, String)] = []
  /// Whether the connection ends with this answer.
  var closes = false

  static func json(_ body: [UInt8], status: Int = 200) -> WebResponse {
    WebResponse(status: status, type: "application/json", body: body)
  }

  /// What `fault` is answered by.
  init(_ fault: WebFault) {
    self = .json(fault.json, status: fault.status)
    switch fault {
    case .methodNotAllowed(let allow): fields.append((.allow, allow))
    case .tooMany: fields.append((.retryAfter, "1"))
    case .bodyTooLarge: closes = true
    default: break
    }
  }

  init(
    status: Int, type: String?, body: [UInt8] = [], fields: [(HTTPField.Name, String)] = []
  ) {
    self.status = status
    self.type = type
    self.body = body
    self.fields = fields
  }

  /// The head of the answer to `request`.
  ///
  /// Nothing is kept by caches unless it says otherwise: what one person is shown is nobody else's.
  func head(of request: HummingbirdCore.Request) -> HTTPResponse {
    var head = HTTPResponse(status: .init(code: status))
    head.headerFields.append(HTTPField(name: .xContentTypeOptions, value: "nosniff"))
    if let type { head.headerFields.append(HTTPField(name: .contentType, value: type)) }
    if status != 204 {
      head.headerFields.append(HTTPField(name: .contentLength, value: "\(body.count)"))
    }
    var isKept = false
    for (name, value) in fields {
      isKept = isKept || name == .cacheControl
      head.headerFields.append(HTTPField(name: name, value: value))
    }
    if !isKept { head.headerFields.append(HTTPField(name: .cacheControl, value: "no-store")) }
    if closes { head.headerFields[.connection] = "close" }
    return head
  }
}

extension HTTPField.Name {
  /// A name of this program's source, which is a valid one.
  static func known(_ name: String) -> HTTPField.Name {
    guard let made = HTTPField.Name(name) else { preconditionFailure("\(name) is no field") }
    return made
  }

  static let elasticProduct = known("X-Elastic-Product")
  static let fetchSite = known("Sec-Fetch-Site")
}
