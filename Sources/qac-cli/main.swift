// qac-cli: shows completions as you type, or sends the daemon one request.

import ArgumentParser

Tool.main()
