# qacd at the prompt of fish (3.6 and later): a menu of completions, and a history that knows the
# directory and what failed.
#
# Alt-Down opens the menu on the present line; what is chosen there is put into the line and not run.
# Commands are recorded by a helper that this shell starts once. It reads from a named pipe, as fish
# keeps no pipe open; nothing is written while there is no helper, so fish never waits.
#
# Settings: QAC_OFF=1 (nothing is asked or recorded), QAC_RECORD=off (nothing is recorded),
# QAC_SOCKET, QAC_SESSION.

function _qac_menu
    set -q QAC_OFF[1]; and return
    set -l chosen (qac-cli --print --session $_qac_session --query (commandline -b | string collect) </dev/tty 2>/dev/null | string collect)
    if test -n "$chosen"
        commandline -r -- $chosen
    end
    commandline -f repaint
end

# Whether there is a helper to write to; starts one if there is none.
function _qac_has_relay
    set -q QAC_OFF[1]; and return 1
    test "$QAC_RECORD" = off; and return 1
    if set -q _qac_relay_pid[1]; and test -d /proc/$_qac_relay_pid; and test -p $_qac_pipe
        return 0
    end
    command -q qac-cli; or return 1
    qac-cli relay --session $_qac_session --thread $_qac_thread --pipe $_qac_pipe 2>/dev/null &
    set -g _qac_relay_pid $last_pid
    disown $last_pid
    # The pipe has a reader from the next command on.
    return 1
end

function _qac_started --on-event fish_preexec
    string match -qr '^\s' -- $argv[1]; and return
    if _qac_has_relay
        printf '%s\0' start $PWD $argv[1] >$_qac_pipe
    end
end

function _qac_ended --on-event fish_postexec
    set -l end $status
    if _qac_has_relay
        printf '%s\0' end $end >$_qac_pipe
    end
end

if status is-interactive; and not set -q _qac_thread
    set -g _qac_session $QAC_SESSION
    test -n "$_qac_session"; or set -g _qac_session $USER
    test -n "$_qac_session"; or set -g _qac_session (id -u)
    set -g _qac_thread fish-$fish_pid-(date +%s)
    # A name that nobody can guess, in a directory that is ours.
    set -l directory $XDG_RUNTIME_DIR
    test -d "$directory"; or set directory (mktemp -d)
    set -g _qac_pipe $directory/qacd-$_qac_thread
    bind \e\[1\;3B _qac_menu
    bind -M insert \e\[1\;3B _qac_menu
    _qac_has_relay
end
