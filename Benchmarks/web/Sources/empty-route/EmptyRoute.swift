// Answers `GET /suggest` with two bytes, on the port that the first argument names.

import Hummingbird
import Logging

@main
struct EmptyRoute {
  static func main() async throws {
    let router = Router()
    router.get("/suggest") { _, _ in "ok" }
    var logger = Logger(label: "empty-route")
    logger.logLevel = .error
    let app = Application(
      router: router,
      configuration: .init(
        address: .hostname("127.0.0.1", port: Int(CommandLine.arguments.last ?? "") ?? 0)),
      logger: logger)
    try await app.runService()
  }
}
