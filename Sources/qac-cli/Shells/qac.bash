# qacd at the prompt of bash (5 and later): a menu of completions, a search over the whole history, and
# a history that knows the directory and what failed.
#
# Alt-Down opens the menu on the present line, Ctrl-R the search; what is chosen there is put into the
# line and not run. Without a daemon, Ctrl-R is the shell's own search. Commands are recorded by a
# helper that this shell starts once and never waits for. With ble.sh, its auto-complete shows the
# best completion, too.
#
# Settings: QAC_OFF=1 (nothing is asked or recorded), QAC_RECORD=off (nothing is recorded),
# QAC_SOCKET, QAC_SESSION.

# Lets a line be chosen; the arguments say from what. Fails with 69 if no daemon answers.
_qac_pick() {
  local chosen
  [[ -z ${QAC_OFF:-} ]] || return 69
  chosen=$(qac-cli pick --session "$_qac_session" --thread "$_qac_thread" --place "$PWD" \
    --query "$READLINE_LINE" "$@" 2>/dev/null) || return
  READLINE_LINE=$chosen
  READLINE_POINT=${#chosen}
}

_qac_menu() {
  _qac_pick
  return 0
}

# The key of the search is two keys: this function, and one that it binds to what follows.
_qac_search() {
  local keymap
  _qac_pick --search
  if (($? == 69 || $? == 127)); then
    for keymap in emacs vi-insert; do
      bind -m "$keymap" '"\C-x\C-q2": reverse-search-history'
    done
  else
    for keymap in emacs vi-insert; do bind -m "$keymap" '"\C-x\C-q2": ""'; done
  fi
}

# Whether there is a helper to write to; starts one if there is none.
_qac_has_relay() {
  [[ -z ${QAC_OFF:-} && ${QAC_RECORD:-on} != off ]] || return 1
  if [[ -n ${_qac_relay_pid:-} && -d /proc/$_qac_relay_pid ]]; then return 0; fi
  command -v qac-cli >/dev/null || return 1
  if [[ -n ${_qac_relay_fd:-} ]]; then exec {_qac_relay_fd}>&-; fi
  exec {_qac_relay_fd}> >(exec qac-cli relay --session "$_qac_session" --thread "$_qac_thread" \
    ${_qac_notice:+--notice "$_qac_notice"} 2>/dev/null)
  _qac_relay_pid=$!
}

# The newest entry of the history: its number and its text become `number` and `command`.
_qac_newest() {
  local entry
  number=0 command=
  entry=$(HISTTIMEFORMAT='' builtin history 1)
  [[ $entry =~ ^[[:space:]]*([0-9]+)[*[:space:]][[:space:]](.*)$ ]] || return 0
  number=${BASH_REMATCH[1]} command=${BASH_REMATCH[2]}
}

# Runs in a process of its own, before a command. What the history does not take is not recorded:
# it has no newer entry than at the prompt then.
_qac_started() {
  local number command
  [[ -n ${_qac_relay_fd:-} ]] || return 0
  _qac_newest
  ((number > ${_qac_number:-0})) || return 0
  printf '%s\0' start "$PWD" "$command" 1>&"$_qac_relay_fd" 2>/dev/null
}

_qac_prompt() {
  local end=$? number command
  if _qac_has_relay; then
    printf '%s\0' end "$end" 1>&"$_qac_relay_fd" 2>/dev/null
    _qac_newest
    _qac_number=$number
  fi
  if [[ -n ${_qac_notice:-} && -e $_qac_notice ]]; then
    _qac_notice=
    printf '%s\n' 'qacd: a command that seems to hold a secret was not recorded; this is said once'
  fi
  return "$end"
}

# ble.sh asks its sources when no key comes for a moment. The helper of the completions stays
# connected: a line goes in, the best completion comes out.
_qac_ble_complete() {
  local best
  [[ -z ${QAC_OFF:-} && -n $1 && $1 != *$'\n'* ]] || return 1
  if [[ -z ${_qac_ask_pid:-} || ! -d /proc/$_qac_ask_pid ]]; then
    _qac_ble_connect || return 1
  fi
  printf '%s\0%s\0' "$PWD" "$1" 1>&"$_qac_ask_to" 2>/dev/null || return 1
  IFS= read -r -d '' -t 0.1 -u "$_qac_ask_from" best || {
    # A late answer would be taken for the next one.
    exec {_qac_ask_to}>&- {_qac_ask_from}<&-
    _qac_ask_pid=
    return 1
  }
  [[ $best == "$1"?* && $best != *[[:cntrl:]]* ]] || return 1
  REPLY=$best
}

_qac_ble_connect() {
  local directory to
  command -v qac-cli >/dev/null || return 1
  directory=$(mktemp -d) || return 1
  to=$directory/to
  mkfifo -m 600 "$to" || return 1
  exec {_qac_ask_from}< <(exec qac-cli answer --session "$_qac_session" --thread "$_qac_thread" \
    <"$to" 2>/dev/null)
  _qac_ask_pid=$!
  exec {_qac_ask_to}>"$to"
  rm -r "$directory"
}

# shellcheck disable=SC2317,SC2154  # ble.sh calls it, with the line in a variable of its own
_qac_ble_set_up() {
  function ble/complete/auto-complete/source:qac {
    local REPLY
    ((_ble_edit_ind == ${#_ble_edit_str})) || return 1
    _qac_ble_complete "$_ble_edit_str" || return 1
    ble/complete/auto-complete/enter h 0 "${REPLY:${#_ble_edit_str}}" '' "$REPLY"
  }
  ble/util/import/eval-after-load core-complete 'ble/array#unshift _ble_complete_auto_source qac'
}

if [[ $- == *i* && -z ${_qac_thread:-} ]] && ((BASH_VERSINFO[0] >= 5)); then
  _qac_session=${QAC_SESSION:-${USER:-$UID}}
  _qac_thread=bash-$$-$EPOCHSECONDS
  _qac_notice=${XDG_RUNTIME_DIR:-/tmp/qacd-$UID}
  # A file of a private directory, which the helper makes and removes.
  if [[ -d $_qac_notice && -O $_qac_notice ]]; then
    _qac_notice=$_qac_notice/qacd-notice-$_qac_thread
  else
    _qac_notice=
  fi
  for _qac_keymap in emacs vi-insert; do
    bind -m "$_qac_keymap" -x '"\e[1;3B": _qac_menu'
    bind -m "$_qac_keymap" -x '"\C-x\C-q1": _qac_search'
    bind -m "$_qac_keymap" '"\C-x\C-q2": ""'
    bind -m "$_qac_keymap" '"\C-r": "\C-x\C-q1\C-x\C-q2"'
  done
  unset _qac_keymap
  # shellcheck disable=SC2016  # bash expands it before each command
  PS0=${PS0:-}'$(_qac_started)'
  if [[ $(declare -p PROMPT_COMMAND 2>/dev/null) == 'declare -a'* ]]; then
    PROMPT_COMMAND=(_qac_prompt "${PROMPT_COMMAND[@]}")
  else
    # shellcheck disable=SC2128,SC2178  # here it is no array
    PROMPT_COMMAND="_qac_prompt${PROMPT_COMMAND:+; $PROMPT_COMMAND}"
  fi
  if [[ -n ${BLE_VERSION:-} ]]; then _qac_ble_set_up; fi
fi
