# qacd at the prompt of zsh (5.8 and later): ghost text, a menu, and a history that knows the
# directory and what failed.
#
# The shell keeps one connection to the daemon. After each change of the line a request goes out, and
# the answer comes back as an event of the line editor: no key waits for it. Answers to lines that
# have changed since are dropped. Nothing is sent while keys still wait, so a paste costs one request.
#
# A suggestion is text for the line. It is never run, and never taken by a key that does not say so.
# No widget of others is wrapped: the hooks of add-zle-hook-widget and add-zsh-hook are enough.
#
# Settings, before this is read or later: QAC_OFF=1 (nothing is asked or recorded), QAC_RECORD=off
# (nothing is recorded), QAC_SOCKET, QAC_SESSION, QAC_HIGHLIGHT (of the ghost text, "fg=8").

# It is read by `eval` in .zshrc, so it never returns from there: what cannot be done is not set up.

typeset -gA _qac=(
  fd 0           # the connection; 0 without one
  retry 0        # when to try to connect again, in seconds
  id 0           # of the last request
  sent 0         # requests without an answer yet
  input ''       # what came of the next line
  asked ''       # the line that was asked about last
  shown ''       # what POSTDISPLAY shows of ours
  text ''        # the suggestion that the ghost text is the end of
  relay 0        # the pipe to the helper that records; 0 without one
  forget 0       # the request to forget that waits for its answer
  menu ''        # whether the menu is open
  choice 0       # the line of the menu that is chosen, from 1
  keymap main    # the keymap to go back to from the menu
)
typeset -ga _qac_texts _qac_sources   # the lines of the menu

# -- the connection

_qac_connect() {
  emulate -L zsh
  (( _qac[fd] )) && return 0
  [[ -n ${QAC_OFF:-} ]] && return 1
  (( EPOCHREALTIME < _qac[retry] )) && return 1
  _qac[retry]=$(( EPOCHREALTIME + 2 ))
  local REPLY path=${QAC_SOCKET:-}
  [[ -n $path ]] || {
    if [[ -n ${XDG_RUNTIME_DIR:-} ]]; then path=$XDG_RUNTIME_DIR/qacd/qacd.sock
    else path=/tmp/qacd-$UID/qacd.sock; fi
  }
  [[ -S $path && -O $path ]] || return 1
  zsocket $path 2>/dev/null || return 1
  _qac[fd]=$REPLY _qac[sent]=0 _qac[input]='' _qac[asked]=''
  zle -F -w $REPLY qac-answer 2>/dev/null
  return 0
}

_qac_disconnect() {
  emulate -L zsh
  local fd=$_qac[fd]
  (( fd )) || return 0
  zle -F $fd 2>/dev/null
  _qac[fd]=0 _qac[sent]=0 _qac[input]='' _qac[asked]=''
  exec {fd}>&-
}

# Sends a line. A daemon that does not answer is not sent more: a full socket would make us wait.
_qac_send() {
  emulate -L zsh
  (( _qac[fd] && _qac[sent] < 64 )) || return 1
  # A peer that has gone raises SIGPIPE, which zsh ignores while it writes, and an error.
  syswrite -o $_qac[fd] -- $1$'\n' 2>/dev/null || { _qac_disconnect; return 1 }
  (( $2 )) && (( _qac[sent] += 1 ))
  return 0
}

# -- JSON: REPLY becomes the string of $1, or fails where it is no text.

_qac_quote() {
  emulate -L zsh -o extended_glob
  local s=$1
  s=${s//\\/\\\\}
  s=${s//\"/\\\"}
  if [[ $s == *[[:cntrl:]]* ]]; then
    s=${s//$'\n'/\\n}
    s=${s//$'\t'/\\t}
    s=${s//$'\r'/\\r}
    while [[ $s == (#b)(*)([[:cntrl:]])(*) ]]; do
      printf -v REPLY '%s\\u%04x%s' "$match[1]" "'$match[2]" "$match[3]"
      s=$REPLY
    done
  fi
  REPLY="\"$s\""
}

# Takes the string that $1 begins with, up to its closing quote. REPLY becomes the text, `rest` what
# follows the quote.
_qac_unquote() {
  emulate -L zsh
  local s=$1 piece out= c
  while :; do
    piece=${s%%[\"\\]*}
    out+=$piece
    s=${s#"$piece"}
    [[ -n $s ]] || return 1
    if [[ $s[1] == '"' ]]; then
      rest=${s[2,-1]} REPLY=$out
      return 0
    fi
    c=$s[2] s=${s[3,-1]}
    case $c in
      (n) out+=$'\n' ;;
      (t) out+=$'\t' ;;
      (r) out+=$'\r' ;;
      (b) out+=$'\b' ;;
      (f) out+=$'\f' ;;
      (u) out+=${(#):-$(( 16#${s[1,4]} ))} s=${s[5,-1]} ;;
      (*) out+=$c ;;
    esac
  done
}

# -- asking and showing

# Sends what the line is completed with, unless keys still wait.
_qac_ask() {
  emulate -L zsh
  (( PENDING || KEYS_QUEUED_COUNT )) && return 0
  [[ $BUFFER == "$_qac[asked]" && -n $BUFFER$_qac[menu] ]] && return 0
  _qac_connect || return 0
  if [[ ${#BUFFER} -gt 400 || $CONTEXT != start || -z $BUFFER$_qac[menu] ]]; then
    _qac[asked]=$BUFFER _qac[text]=''
    return 0
  fi
  local REPLY prefix session=${QAC_SESSION:-${USER:-$UID}} place limit=3
  [[ -n $_qac[menu] ]] && limit=10
  _qac_quote "$BUFFER"; prefix=$REPLY
  _qac_quote "$session"; session=$REPLY
  _qac_quote "$PWD"; place=$REPLY
  (( _qac[id] += 1 ))
  _qac_send "{\"jsonrpc\":\"2.0\",\"id\":$_qac[id],\"method\":\"complete\",\"params\":{\
\"session\":$session,\"thread\":\"$_qac_thread\",\"place\":$place,\"prefix\":$prefix,\"limit\":$limit}}" 1 ||
    return 0
  _qac[asked]=$BUFFER
}

# Shows the end of the suggestion behind the line, or takes it away.
_qac_show() {
  emulate -L zsh -o extended_glob
  if [[ -n $_qac[menu] ]]; then
    _qac_show_menu
    return 0
  fi
  local end=
  if [[ -n $BUFFER && -n $_qac[text] && $CURSOR -eq ${#BUFFER} ]]; then
    [[ $_qac[text] == "$BUFFER"?* ]] && end=${_qac[text]#"$BUFFER"}
  fi
  region_highlight=( ${region_highlight:#*memo=qac*} )
  if [[ -z $end ]]; then
    [[ -n $_qac[shown] && $POSTDISPLAY == "$_qac[shown]" ]] && POSTDISPLAY=
    _qac[shown]=''
    return 0
  fi
  # What others show there stays.
  [[ -z $POSTDISPLAY || $POSTDISPLAY == "$_qac[shown]" ]] || return 0
  _qac_visible "$end"
  POSTDISPLAY=$REPLY _qac[shown]=$REPLY
  local from=$(( ${#PREDISPLAY} + ${#BUFFER} ))
  region_highlight+=( "$from $(( from + ${#POSTDISPLAY} )) ${QAC_HIGHLIGHT:-fg=8} memo=qac" )
}

# How the end of a suggestion looks: one line, and control characters in caret notation.
_qac_visible() {
  emulate -L zsh
  REPLY=${1//$'\n'/ ↵ }
  REPLY=${REPLY//$'\t'/ }
  [[ $REPLY == *[[:cntrl:]]* ]] && REPLY=${(V)REPLY}
}

# The same as text for the line: a control character becomes a quoted escape.
_qac_insertable() {
  emulate -L zsh -o extended_glob
  REPLY=$1
  [[ $REPLY == *[[:cntrl:]]* ]] || return 0
  local s=$1 out= c
  for c in ${(s::)s}; do
    if [[ $c == [[:cntrl:]] && $c != [$'\n\t'] ]]; then
      printf -v c "\$'\\\\x%02x'" "'$c"
    fi
    out+=$c
  done
  REPLY=$out
}

_qac_redraw() { _qac_ask; _qac_show }

# Reads what has come; one event of the line editor.
_qac_answer() {
  emulate -L zsh
  if [[ -n ${2:-} ]]; then
    _qac_disconnect
    _qac[text]=''; _qac_show; zle -R
    return 0
  fi
  _qac_read || return 0
  # The line changed while the daemon did not answer.
  [[ $BUFFER == "$_qac[asked]" ]] || _qac_ask
  _qac_show
  zle -R
}

# Takes the lines that have come. Fails if nothing of them changes what is shown.
_qac_read() {
  emulate -L zsh
  local chunk line REPLY rest changed=1 text
  sysread -i $_qac[fd] -t 0 chunk 2>/dev/null
  case $? in
    (0) ;;
    (4) return 1 ;;
    (*) _qac_disconnect; return 1 ;;
  esac
  _qac[input]+=$chunk
  while [[ $_qac[input] == *$'\n'* ]]; do
    line=${_qac[input]%%$'\n'*}
    _qac[input]=${_qac[input]#*$'\n'}
    (( _qac[sent] > 0 )) && (( _qac[sent] -= 1 ))
    if (( _qac[forget] )) && [[ $line == *"\"id\":$_qac[forget],\"result\":"* ]]; then
      # What is offered now has to be asked for once more.
      _qac[forget]=0 _qac[asked]=$'\0' changed=0
      continue
    fi
    [[ $line == *"\"id\":$_qac[id],\"result\":{\"suggestions\":"* ]] || continue
    rest=${line#*\"suggestions\":}
    _qac[text]='' _qac_texts=() _qac_sources=()
    while [[ $rest == *'"text":"'* ]]; do
      _qac_unquote "${rest#*\"text\":\"}" || break
      text=$REPLY
      [[ -z $_qac[text] && $text == "$_qac[asked]"?* ]] && _qac[text]=$text
      _qac_texts+=( "$text" )
      rest=${rest#*\"source\":\"}
      _qac_sources+=( "${rest%%\"*}" )
    done
    _qac[choice]=$(( ${#_qac_texts} > 0 ))
    changed=0
  done
  return $changed
}

# -- keys

_qac_take() {
  emulate -L zsh
  local REPLY
  _qac_insertable "$1"
  LBUFFER+=$REPLY
}

# The whole suggestion at the end of the line; elsewhere what the key did before.
_qac_accept() {
  emulate -L zsh
  if [[ -n $_qac[shown] && $CURSOR -eq ${#BUFFER} ]]; then
    _qac_take "${_qac[text]#"$BUFFER"}"
  else
    zle .$1
  fi
}
qac-forward-char() { _qac_accept ${${(M)KEYMAP:#vicmd}:+vi-}forward-char }
qac-end-of-line() { _qac_accept end-of-line }
qac-forward-word() {
  emulate -L zsh -o extended_glob
  if [[ -n $_qac[shown] && $CURSOR -eq ${#BUFFER} ]]; then
    local end=${_qac[text]#"$BUFFER"}
    # Up to the end of the next word, as the shell's own key.
    _qac_take "${(M)end##[^[:alnum:]_.-]#[[:alnum:]_.-]##}"
    [[ $BUFFER == "$_qac[text]"* ]] || return 0
  else
    zle .forward-word
  fi
}

# Forgets the chosen line of the menu, or the ghost text: what was recorded of it, in all terminals.
qac-forget() {
  emulate -L zsh
  local text=$_qac[text] REPLY query session=${QAC_SESSION:-${USER:-$UID}}
  if [[ -n $_qac[menu] ]]; then text=${_qac_texts[_qac[choice]]:-}
  elif [[ -z $_qac[shown] ]]; then return 0; fi
  [[ -n $text ]] && _qac_connect || return 0
  _qac_quote "$text"; query=$REPLY
  _qac_quote "$session"; session=$REPLY
  (( _qac[id] += 1 ))
  _qac_send "{\"jsonrpc\":\"2.0\",\"id\":$_qac[id],\"method\":\"forget\",\"params\":{\
\"session\":$session,\"query\":$query}}" 1 && _qac[forget]=$_qac[id]
}

# -- the menu

qac-menu() {
  emulate -L zsh
  _qac_connect || return 0
  _qac[menu]=1 _qac[choice]=0 _qac[asked]=$'\0' _qac[keymap]=$KEYMAP _qac[text]=''
  _qac_texts=()
  zle -K qac-menu
}

_qac_show_menu() {
  emulate -L zsh -o extended_glob
  local lines= i REPLY text source from=$(( ${#PREDISPLAY} + ${#BUFFER} )) start=0 end=0
  region_highlight=( ${region_highlight:#*memo=qac*} )
  for (( i = 1; i <= ${#_qac_texts}; i++ )); do
    _qac_visible "$_qac_texts[i]"; text=$REPLY
    source=${_qac_names[$_qac_sources[i]]:-$_qac_sources[i]}
    # A line that the terminal would break is cut, and ends with an ellipsis.
    local room=$(( COLUMNS - ${#source} - 5 ))
    (( room < 12 )) && source= room=$(( COLUMNS - 4 ))
    (( ${(m)#text} > room )) && text=${(mr:room - 1:)text}…
    text="  ${(mr:room:)text} $source"
    (( i == _qac[choice] )) && start=$(( from + ${#lines} + 1 )) end=$(( from + ${#lines} + 1 + ${#text} ))
    lines+=$'\n'$text
  done
  [[ -n $lines ]] || lines=$'\n''  (nothing)'
  POSTDISPLAY=$lines _qac[shown]=$lines
  region_highlight+=( "$from $(( from + ${#lines} )) none memo=qac" )
  (( end )) && region_highlight+=( "$start $end standout memo=qac" )
}
typeset -gA _qac_names=(
  session yours followers next recent others popular others index others words yours
  composed composed compound composed corrected corrected anywhere within variants variant
)

_qac_menu_close() {
  emulate -L zsh
  _qac[menu]='' _qac[choice]=0 _qac[asked]=$'\0' _qac[text]=''
  zle -K ${_qac[keymap]:-main}
}
qac-menu-close() { _qac_menu_close }
qac-menu-take() {
  emulate -L zsh
  local text=${_qac_texts[_qac[choice]]:-} REPLY
  _qac_menu_close
  [[ -n $text ]] || return 0
  _qac_insertable "$text"
  BUFFER=$REPLY CURSOR=${#REPLY}
}
qac-menu-down() {
  (( _qac[choice] = ${#_qac_texts} ? _qac[choice] % ${#_qac_texts} + 1 : 0 ))
}
qac-menu-up() {
  (( _qac[choice] = ${#_qac_texts} ? (_qac[choice] + ${#_qac_texts} - 2) % ${#_qac_texts} + 1 : 0 ))
}

# -- recording: a helper does it, which also leaves out secrets and what was told to pause

_qac_relay_start() {
  emulate -L zsh
  (( _qac[relay] )) && return 0
  (( ${+commands[qac-cli]} )) || return 1
  local fd
  exec {fd}> >(exec qac-cli relay --session "${QAC_SESSION:-${USER:-$UID}}" --thread $_qac_thread 2>/dev/null) || return 1
  _qac[relay]=$fd
}

_qac_relay() {
  emulate -L zsh
  [[ -z ${QAC_OFF:-} && ${QAC_RECORD:-on} != off ]] && _qac_relay_start || return 0
  syswrite -o $_qac[relay] -- ${(pj:\0:)@}$'\0' 2>/dev/null && return 0
  local fd=$_qac[relay]
  _qac[relay]=0
  exec {fd}>&-
}

_qac_preexec() {
  emulate -L zsh -o extended_glob
  # As the shell's own history: neither what begins with a space nor what it was told to leave out.
  [[ -z ${1//[[:space:]]/} || $1 == [[:space:]]* ]] && return 0
  [[ -n ${HISTORY_IGNORE:-} && $1 == ${~HISTORY_IGNORE} ]] && return 0
  _qac_relay start "$PWD" "${1%%[[:space:]]##}"
}

_qac_precmd() {
  local end=$?
  emulate -L zsh
  _qac_relay end $end
  (( _qac[fd] )) && while _qac_read; do :; done
  _qac[text]='' _qac[asked]='' _qac[menu]=''
  # zsh-syntax-highlighting before 0.8 wraps the widgets that it finds, hooks included, and then
  # takes our colour away.
  [[ ${widgets[zle-line-pre-redraw]:-} == user:_zsh_highlight_widget_* ]] &&
    zle -N zle-line-pre-redraw _qac_redraw
  _qac_connect
  return 0
}

# -- setting up

_qac_set_up() {
  emulate -L zsh
  [[ -o interactive && -z ${_qac_thread:-} ]] || return 0
  autoload -Uz is-at-least add-zsh-hook add-zle-hook-widget
  is-at-least 5.8 || { print -u2 "qacd: zsh 5.8 or later is needed; this is $ZSH_VERSION"; return 0 }
  zmodload zsh/net/socket zsh/system zsh/datetime zsh/zle zsh/zleparameter 2>/dev/null || {
    print -u2 "qacd: this zsh lacks the module zsh/net/socket; install the whole package zsh"
    return 0
  }
  typeset -g _qac_thread=zsh-$$-$EPOCHSECONDS
  local map widget
  zle -N qac-answer _qac_answer
  for widget in forward-char end-of-line forward-word forget menu menu-close menu-take menu-down menu-up
  do zle -N qac-$widget; done
  # Where nobody else has the hook, without the dispatcher, which does not survive `emulate sh`. It
  # takes over a hook that it finds.
  if (( ${+widgets[zle-line-pre-redraw]} )); then
    add-zle-hook-widget line-pre-redraw _qac_redraw
  else
    zle -N zle-line-pre-redraw _qac_redraw
  fi
  add-zsh-hook preexec _qac_preexec
  add-zsh-hook precmd _qac_precmd
  for map in emacs viins vicmd; do
    bindkey -M $map '^[[C' qac-forward-char '^[OC' qac-forward-char
    bindkey -M $map '^[[F' qac-end-of-line '^[OF' qac-end-of-line
  done
  bindkey -M emacs '^E' qac-end-of-line '^F' qac-forward-char '^[f' qac-forward-word
  for map in emacs viins; do
    bindkey -M $map '^[[1;3C' qac-forward-word '^[[1;3B' qac-menu '^[[3;3~' qac-forget
  done
  # Other keys do in the menu what they do without it, and the list follows the line.
  bindkey -N qac-menu main
  bindkey -M qac-menu '^[[A' qac-menu-up '^[OA' qac-menu-up '^P' qac-menu-up \
    '^[[B' qac-menu-down '^[OB' qac-menu-down '^N' qac-menu-down '^I' qac-menu-down \
    '^[[Z' qac-menu-up '^M' qac-menu-take '^[[C' qac-menu-take '^[OC' qac-menu-take \
    '^G' qac-menu-close '^[' qac-menu-close '^D' qac-forget '^[[3;3~' qac-forget
}
_qac_set_up
unfunction _qac_set_up
