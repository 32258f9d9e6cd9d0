// qac-cli: type and see completions, or ask the daemon one thing.

import ArgumentParser

Tool.main()
