# qacd at the prompt of bash (5 and later): a menu of completions, and a history that knows the
# directory and what failed.
#
# Alt-Down opens the menu on the present line; what is chosen there is put into the line and not run.
# Commands are recorded by a helper that this shell starts once and never waits for.
#
# Settings: QAC_OFF=1 (nothing is asked or recorded), QAC_RECORD=off (nothing is recorded),
# QAC_SOCKET, QAC_SESSION.

_qac_menu() {
  local chosen
  [[ -z ${QAC_OFF:-} ]] || return 0
  chosen=$(qac-cli --print --session "$_qac_session" --query "$READLINE_LINE" </dev/tty 2>/dev/null) || return 0
  READLINE_LINE=$chosen
  READLINE_POINT=${#chosen}
}

# Whether there is a helper to write to; starts one if there is none.
_qac_has_relay() {
  [[ -z ${QAC_OFF:-} && ${QAC_RECORD:-on} != off ]] || return 1
  if [[ -n ${_qac_relay_pid:-} && -d /proc/$_qac_relay_pid ]]; then return 0; fi
  command -v qac-cli >/dev/null || return 1
  if [[ -n ${_qac_relay_fd:-} ]]; then exec {_qac_relay_fd}>&-; fi
  exec {_qac_relay_fd}> >(exec qac-cli relay --session "$_qac_session" --thread "$_qac_thread" 2>/dev/null)
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
  return "$end"
}

if [[ $- == *i* && -z ${_qac_thread:-} ]] && ((BASH_VERSINFO[0] >= 5)); then
  _qac_session=${QAC_SESSION:-${USER:-$UID}}
  _qac_thread=bash-$$-$EPOCHSECONDS
  bind -m emacs -x '"\e[1;3B": _qac_menu'
  bind -m vi-insert -x '"\e[1;3B": _qac_menu'
  # shellcheck disable=SC2016  # bash expands it before each command
  PS0=${PS0:-}'$(_qac_started)'
  if [[ $(declare -p PROMPT_COMMAND 2>/dev/null) == 'declare -a'* ]]; then
    PROMPT_COMMAND=(_qac_prompt "${PROMPT_COMMAND[@]}")
  else
    # shellcheck disable=SC2128,SC2178  # here it is no array
    PROMPT_COMMAND="_qac_prompt${PROMPT_COMMAND:+; $PROMPT_COMMAND}"
  fi
fi
