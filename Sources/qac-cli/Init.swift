// `qac-cli init`: prints the script that brings qacd to a shell's prompt.
//
// The scripts are files of their own in Shells/, so that the tools for shell scripts read them. They
// are part of the program, so that script and program are of one version.

import ArgumentParser

/// The shells that there is a script for.
enum ShellName: String, CaseIterable, ExpressibleByArgument {
  case zsh, bash, fish

  /// The script, in UTF-8.
  var script: [UInt8] {
    switch self {
    case .zsh: return PackageResources.qac_zsh
    case .bash: return PackageResources.qac_bash
    case .fish: return PackageResources.qac_fish
    }
  }
}

struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the script that completes commands at the prompt of a shell.",
    discussion: """
      Put one of these into the file that the shell reads at its start:

        eval "$(qac-cli init zsh)"       in ~/.zshrc
        eval "$(qac-cli init bash)"      in ~/.bashrc
        qac-cli init fish | source       in ~/.config/fish/config.fish

      The script asks the daemon at QAC_SOCKET, or else at the usual place. QAC_OFF=1 turns everything \
      off; QAC_RECORD=off records nothing, which is for shells that programs start.

      The first shell says once how to import its history: qac-cli setup.
      """)

  @Argument(help: "The shell: zsh (5.8 or later), bash (5 or later) or fish (3.6 or later).")
  var shell: ShellName

  func run() {
    Console.write(String(decoding: shell.script, as: UTF8.self))
    if let offer = SetupOffer.script(for: shell) { Console.write(offer) }
  }
}
