// Tells a person of `qac-cli setup`, once: a line before the first prompt of the first shell.
//
// The shell that shows the line makes the file that says so, so a shell that shows nothing, because
// it is not interactive, leaves the offer to the next one.
// Invariant: nothing asks, and no prompt waits. With QAC_OFF, QAC_RECORD=off or QAC_SOCKET,
// somebody has decided, and nothing is said.

import QACBinary

/// The lines that `qac-cli init` adds to a script while nobody was told.
enum SetupOffer {
  private static let text =
    "qacd: to complete from your own history, run once: qac-cli setup"

  /// The lines for `shell`; nil if there is nothing to say.
  static func script(for shell: ShellName) -> String? {
    let all = Environment.all
    guard let path = StateFile.offered.path, !StateFile.offered.isThere,
      (all["QAC_OFF"] ?? "").isEmpty, all["QAC_RECORD"] != "off", all["QAC_SOCKET"] == nil
    else { return nil }
    do {
      try PrivateDirectory.make(above: path)
    } catch {
      return nil
    }
    let file = quoted(path)
    switch shell {
    case .zsh:
      // Before the prompt, not while .zshrc is read: some prompts mind what is printed there.
      return """

        _qac_offer() {
          emulate -L zsh
          add-zsh-hook -d precmd _qac_offer
          [[ -e \(file) ]] && return 0
          : 2>/dev/null >| \(file)
          print -r -- '\(text)'
        }
        [[ -o interactive ]] && autoload -Uz add-zsh-hook && add-zsh-hook precmd _qac_offer

        """
    case .bash:
      return """

        if [[ $- == *i* && ! -e \(file) ]]; then
          { : >| \(file); } 2>/dev/null
          printf '%s\\n' '\(text)'
        fi

        """
    case .fish:
      return """

        if status is-interactive; and not test -e \(file)
            touch \(file) 2>/dev/null
            echo '\(text)'
        end

        """
    }
  }

  /// `path` in single quotes, as all three shells read them.
  private static func quoted(_ path: String) -> String {
    "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}
