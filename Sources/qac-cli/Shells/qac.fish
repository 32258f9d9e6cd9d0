# qacd at the prompt of fish (3.6 and later): a menu of completions, a search over the whole history,
# completions for Tab, and a history that knows the directory and what failed.
#
# Alt-Down opens the menu on the present line, Ctrl-R the search; what is chosen there is put into the
# line and not run. Without a daemon, Ctrl-R is the shell's own search. Commands are recorded by a
# helper that this shell starts once. It reads from a named pipe, as fish keeps no pipe open. Opened for
# reading and writing, which fish itself cannot do, the pipe makes nobody wait if the helper is gone.
#
# Settings: QAC_OFF=1 (nothing is asked or recorded), QAC_RECORD=off (nothing is recorded),
# QAC_SOCKET, QAC_SESSION.

# Lets a line be chosen; the arguments say from what. Fails with 69 if no daemon answers.
function _qac_pick
    set -q QAC_OFF[1]; and return 69
    set -l line (commandline -b | string collect)
    set -l chosen (qac-cli pick --shell fish --session $_qac_session --thread $_qac_thread --place $PWD --query "$line" $argv 2>/dev/null | string collect)
    set -l end $pipestatus[1]
    if test -n "$chosen"
        commandline -r -- $chosen
    end
    commandline -f repaint
    return $end
end

function _qac_menu
    _qac_pick
    return 0
end

function _qac_search
    _qac_pick --search
    if contains -- $status 69 127
        commandline -f history-pager
    end
end

# For Tab: the next word of each completion that begins with the line, and where it is from.
function _qac_words
    set -q QAC_OFF[1]; and return
    set -l line (commandline -c | string collect)
    set -l token (commandline -ct | string collect)
    set -l start (string sub -e (math (string length -- "$line") - (string length -- "$token")) -- "$line" | string collect)
    test -n "$line"; or return
    qac-cli complete --socket $_qac_socket --session $_qac_session --place $PWD --limit 20 -- "$line" 2>/dev/null | while read -l -d \t text score source rest
        # fish shows the first completion as ghost text, so what failed is for the menu alone.
        string match -qr -- '(^|\t)failed$' "$rest"; and continue
        string match -qr -- '^'(string escape --style=regex -- "$line")'.' $text; or continue
        set -l word (string sub -s (math (string length -- "$start") + 1) -- $text | string split -m 1 ' ')[1]
        test -n "$word"; and test "$word" != "$token"; and printf '%s\tqacd\n' $word
    end
end

# Whether there is a helper to write to; starts one if there is none.
function _qac_has_relay
    set -q QAC_OFF[1]; and return 1
    test "$QAC_RECORD" = off; and return 1
    set -q _qac_pipe[1]; or return 1
    if set -q _qac_relay_pid[1]; and test -d /proc/$_qac_relay_pid; and test -p $_qac_pipe
        return 0
    end
    command -q qac-cli; or return 1
    qac-cli relay --session $_qac_session --thread $_qac_thread --pipe $_qac_pipe --notice $_qac_notice 2>/dev/null &
    set -g _qac_relay_pid $last_pid
    disown $last_pid
    # The pipe has a reader from the next command on.
    return 1
end

# Writes fields that end with a zero byte into the pipe. They go through the environment, which only
# this person can read. What is longer than the pipe holds would wait, and is not recorded anyway.
function _qac_tell
    test (string length -- "$argv[3]") -lt 8192; or return
    set -lx _qac_verb $argv[1]
    set -lx _qac_first "$argv[2]"
    set -lx _qac_second "$argv[3]"
    set -lx _qac_to $_qac_pipe
    if test $argv[1] = start
        command sh -c 'printf "%s\0" "$_qac_verb" "$_qac_first" "$_qac_second" 1<>"$_qac_to"' 2>/dev/null
    else
        command sh -c 'printf "%s\0" "$_qac_verb" "$_qac_first" 1<>"$_qac_to"' 2>/dev/null
    end
end

function _qac_started --on-event fish_preexec
    string match -qr '^\s' -- $argv[1]; and return
    if _qac_has_relay
        _qac_tell start $PWD $argv[1]
    end
end

function _qac_ended --on-event fish_postexec
    set -l end $status
    if _qac_has_relay
        _qac_tell end $end
    end
    if not set -q _qac_said; and set -q _qac_notice[1]; and test -e $_qac_notice
        set -g _qac_said
        echo 'qacd: a command that seems to hold a secret was not recorded; this is said once'
    end
end

if status is-interactive; and not set -q _qac_thread
    set -g _qac_session $QAC_SESSION
    test -n "$_qac_session"; or set -g _qac_session $USER
    test -n "$_qac_session"; or set -g _qac_session (id -u)
    set -g _qac_thread fish-$fish_pid-(date +%s)
    # The person's own daemon: what is typed here never goes to the machine's.
    set -g _qac_socket $QAC_SOCKET
    if test -z "$_qac_socket"
        switch "$XDG_RUNTIME_DIR"
            case '/*'
                set _qac_socket $XDG_RUNTIME_DIR/qacd/qacd.sock
            case '*'
                set _qac_socket /tmp/qacd-(id -u)/qacd.sock
        end
    end
    # The directory of the daemon: ours, and nobody else may look into it.
    set -l directory $XDG_RUNTIME_DIR
    test -d "$directory"; or set directory /tmp/qacd-(id -u)
    test -e $directory; or mkdir -m 700 $directory
    if test -d $directory; and test -O $directory; and not test -L $directory
        set -g _qac_pipe $directory/qacd-$_qac_thread
        set -g _qac_notice $directory/qacd-notice-$_qac_thread
    end
    for mode in default insert
        bind -M $mode \e\[1\;3B _qac_menu
        bind -M $mode \cr _qac_search
    end
    complete -c '*' -f -k -a '(_qac_words)'
    _qac_has_relay
end
