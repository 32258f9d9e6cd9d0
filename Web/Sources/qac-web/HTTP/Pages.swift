// The page on which a person has their queries forgotten.

import HTTPTypes
import QACWeb

enum Pages {
  private static let policy =
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"

  private static func page(_ content: String) -> WebResponse {
    let html = """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>Your searches</title>
      <style>body{font:1.05rem/1.6 system-ui,sans-serif;max-width:34rem;margin:3rem auto;
      padding:0 1rem}button{font:inherit;padding:.6em 1em}</style>
      <main><h1>Your searches</h1>
      \(content)</main>
      </html>

      """
    return WebResponse(
      status: 200, type: "text/html; charset=utf-8", body: Array(html.utf8),
      fields: [(.contentSecurityPolicy, policy)])
  }

  /// Offers to forget.
  static let forget = page(
    """
    <p>What you searched for here is remembered with a cookie, so that suggestions fit you.</p>
    <form method="post"><button>Forget my searches</button></form>
    """)

  /// Says how many were forgotten.
  static func forgotten(_ count: Int64) -> WebResponse {
    let said = count == 0 ? "There was nothing to forget." : "\(count) forgotten."
    return page("<p role=\"status\">\(said)</p>")
  }
}
