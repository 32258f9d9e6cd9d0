# qacd at the prompt of zsh (5.8 and later): ghost text, a menu, a search over the whole history, and
# a history that knows the directory and what failed.
#
# The shell keeps one connection to the daemon. After each change of the line a request goes out, and
# the answer comes back as an event of the line editor: no key waits for it. Answers to lines that
# have changed since are dropped. Nothing is sent while keys still wait, so a paste costs one request.
#
# A suggestion is text for the line. It is never run, and never taken by a key that does not say so.
# No widget of others is wrapped: the hooks of add-zle-hook-widget and add-zsh-hook are enough.
#
# Settings, before this is read or later: QAC_OFF=1 (nothing is asked or recorded), QAC_RECORD=off
# (nothing is recorded), QAC_SOCKET, QAC_SESSION, QAC_HIGHLIGHT (of the ghost text: "fg=8", or
# "underline" where NO_COLOR is set).

# It is read by `eval` in .zshrc, so it never returns from there: what cannot be done is not set up.

typeset -gA _qac=(
  fd 0           # the connection; 0 without one
  retry 0        # when to try to connect again, in seconds
  id 0           # of the last request
  sent 0         # requests without an answer yet
  since 0        # when the first of them was sent, or the last answer came
  answered 0     # the last request whose answer was shown
  input ''       # what came of the next line
  asked ''       # the line that was asked about last
  shown ''       # what POSTDISPLAY shows of ours
  text ''        # the suggestion that the ghost text is the end of
  wanted 3       # how many suggestions are asked for, one of which is the ghost text
  relay 0        # the pipe to the helper that records; 0 without one
  forget 0       # the request to forget that waits for its answer
  list ''        # `menu` or `search` while that is open
  choice 0       # the line of the list that is chosen, from 1
  asking 0       # the line of several lines that Enter has asked about
  line ''        # what the line was before the search, and where its cursor was
  cursor 0
  keymap main    # the keymap to go back to from the list
  notice ''      # the file that the helper makes when it leaves a secret out
  news ''        # the pipe through which other terminals say that they forgot something
  heard 0        # its descriptor
)
typeset -ga _qac_texts _qac_notes   # the lines of the list, and what is told of them
typeset -gA _qac_own                # what the key of the search did before, by keymap

# Signs that the locale can show.
typeset -gA _qac_sign=( newline ↵ dot ' · ' cut … )
(( ${#_qac_sign[cut]} == 1 )) || _qac_sign=( newline '^J' dot ' - ' cut '~' plain 1 )

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
  (( _qac[sent] )) || _qac[since]=$EPOCHREALTIME
  (( _qac[sent] += 1 ))
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
  [[ $BUFFER == "$_qac[asked]" && -n $BUFFER$_qac[list] ]] && return 0
  _qac_connect || return 0
  if [[ ${#BUFFER} -gt 400 || $CONTEXT != start || -z $BUFFER$_qac[list] ]]; then
    _qac[asked]=$BUFFER _qac[text]=''
    return 0
  fi
  local REPLY typed method=complete rest
  _qac_quote "$BUFFER"; typed=$REPLY
  if [[ $_qac[list] == search ]]; then
    method=search rest="\"query\":$typed,\"limit\":10"
  else
    _qac_quote "$PWD"
    rest="\"thread\":\"$_qac_thread\",\"place\":$REPLY,\"prefix\":$typed"
    if [[ -n $_qac[list] ]]; then rest+=",\"limit\":10,\"last\":true"
    else rest+=",\"limit\":$_qac[wanted]"; fi
  fi
  _qac_request $method "$rest" || return 0
  _qac[asked]=$BUFFER _qac[asking]=0
}

# Sends a request of the session: its method and its further parameters. `_qac[id]` is its id.
_qac_request() {
  emulate -L zsh
  local REPLY
  _qac_quote "${QAC_SESSION:-${USER:-$UID}}"
  (( _qac[id] += 1 ))
  _qac_send "{\"jsonrpc\":\"2.0\",\"id\":$_qac[id],\"method\":\"$1\",\"params\":{\
\"session\":$REPLY,$2}}"
}

# Shows the end of the suggestion behind the line, or takes it away.
_qac_show() {
  emulate -L zsh -o extended_glob
  if [[ -n $_qac[list] ]]; then
    _qac_show_list
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
  local from=${#BUFFER}
  region_highlight+=( "$from $(( from + ${#POSTDISPLAY} )) ${QAC_HIGHLIGHT:-${${NO_COLOR:+underline}:-fg=8}} memo=qac" )
}

# How the end of a suggestion looks: one line, and control characters in caret notation.
_qac_visible() {
  emulate -L zsh
  REPLY=${1//$'\n'/ $_qac_sign[newline] }
  REPLY=${REPLY//$'\t'/ }
  [[ $REPLY == *[[:cntrl:]]* ]] && REPLY=${(V)REPLY}
  # A locale of bytes would show others by their numbers.
  [[ -n ${_qac_sign[plain]:-} ]] && REPLY=${REPLY//[^[:print:]]/?}
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
#
# What failed when it was last used is no ghost text, and stands behind the rest of the menu. Ghost
# text is one of the three best others that begins with the line.
_qac_read() {
  emulate -L zsh
  local chunk line REPLY rest changed=1 text fails failed others
  local -a texts notes
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
    _qac[since]=$EPOCHREALTIME
    if (( _qac[forget] )) && [[ $line == *"\"id\":$_qac[forget],\"result\":"* ]]; then
      # What is offered now has to be asked for once more, here and elsewhere.
      _qac[forget]=0 _qac[asked]=$'\0' changed=0
      _qac_tell_others
      continue
    fi
    [[ $line == *"\"id\":$_qac[id],\"result\":{\""(suggestions|hits)"\":["* ]] || continue
    rest=${line#*:\[}
    _qac[text]='' _qac[answered]=$_qac[id] _qac_texts=() _qac_notes=() texts=() notes=() others=0
    [[ $line == *'"failed":true'* ]] && fails=1 || fails=0
    # A quote in a string is escaped, so these are the names of members.
    while [[ $rest == *'{"'(text|query)'":"'* ]]; do
      rest=${rest#*\{\"(text|query)\":\"}
      _qac_unquote "$rest" || break
      text=$REPLY
      # The member stands before the first brace behind the text.
      (( fails )) && [[ ${rest%%\}*} == *'"failed":true'* ]] && failed=1 || failed=0
      if [[ -z $_qac[list] ]]; then
        (( failed )) && continue
        [[ $text == "$_qac[asked]"?* ]] && _qac[text]=$text
        (( (others += 1) == 3 )) || [[ -n $_qac[text] ]] && break
        continue
      fi
      _qac_note "${rest%%\{\"(text|query)\":\"*}"
      if (( failed )); then texts+=( "$text" ) notes+=( "$REPLY" )
      else _qac_texts+=( "$text" ) _qac_notes+=( "$REPLY" ); fi
    done
    # More lines take longer to read, so more are asked for only where these failed.
    if [[ -z $_qac[list]$_qac[text] && $_qac[wanted] -eq 3 ]] && (( fails )); then
      _qac[wanted]=10 _qac[asked]=$'\0'
    else
      _qac[wanted]=3
    fi
    _qac_texts+=( "$texts[@]" ) _qac_notes+=( "$notes[@]" )
    _qac[choice]=$(( ${#_qac_texts} > 0 ))
    changed=0
  done
  return $changed
}

# What is told of a line of the list; $1 is the rest of its JSON object. The last parts are dropped
# first where there is no room.
_qac_note() {
  emulate -L zsh
  local rest place at note=
  if [[ $1 == *\"source\":\"* ]]; then
    note=${${1#*\"source\":\"}%%\"*}
    note=${_qac_names[$note]:-$note}
  fi
  [[ $1 == *(\"outcome\":\"failed\"|\"failed\":true)* ]] && note="failed${note:+$_qac_sign[dot]}$note"
  if [[ $1 == *\"at\":[0-9]* ]]; then
    at=${${1#*\"at\":}%%[^0-9]*}
    _qac_age $(( EPOCHSECONDS - at ))
    note+="${note:+$_qac_sign[dot]}$REPLY"
    if [[ $1 == *\"place\":\"* ]] && _qac_unquote "${1#*\"place\":\"}"; then
      place=$REPLY
      [[ $place == "$PWD" ]] && place=here
      [[ ${#HOME} -gt 1 && $place/ == "$HOME"/* ]] && place="~${place#"$HOME"}"
      _qac_visible "$place"
      note+="$_qac_sign[dot]$REPLY"
    fi
  fi
  REPLY=$note
}

# How long ago something was, in words.
_qac_age() {
  emulate -L zsh
  local unit one many
  integer count
  for unit one many in 31557600 'a year ago' years 2629800 'a month ago' months \
    604800 'a week ago' weeks 86400 yesterday days 3600 'an hour ago' hours 60 'a minute ago' minutes
  do
    (( $1 >= unit )) || continue
    count=$(( $1 / unit ))
    REPLY="$count $many ago"
    (( count == 1 )) && REPLY=$one
    return 0
  done
  REPLY='just now'
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
  local text=$_qac[text] REPLY
  if [[ -n $_qac[list] ]]; then text=${_qac_texts[_qac[choice]]:-}
  elif [[ -z $_qac[shown] ]]; then return 0; fi
  [[ -n $text ]] && _qac_connect || return 0
  _qac_quote "$text"
  _qac_request forget "\"query\":$REPLY" && _qac[forget]=$_qac[id]
}

# Other terminals may show what was forgotten: each has a pipe in our private directory.
_qac_tell_others() {
  emulate -L zsh
  local pipe fd
  [[ -n $_qac[news] ]] || return 0
  for pipe in ${_qac[news]%-*-*-*}-*(Np); do
    [[ $pipe == "$_qac[news]" ]] && continue
    if sysopen -w -o nonblock,cloexec -u fd -- $pipe 2>/dev/null; then
      syswrite -o $fd -- x 2>/dev/null
      exec {fd}>&-
    else
      # Its terminal is gone.
      zf_rm -f -- $pipe 2>/dev/null
    fi
  done
}

# Another terminal has forgotten something; one event of the line editor.
_qac_hear() {
  emulate -L zsh
  local news
  sysread -i $1 -t 0 news 2>/dev/null
  _qac[asked]=$'\0' _qac[text]=''
  _qac_ask
  _qac_show
  zle -R
}

_qac_listen() {
  emulate -L zsh
  local fd
  [[ -n $_qac[news] && $_qac[heard] -eq 0 ]] || return 0
  command mkfifo -m 600 -- $_qac[news] 2>/dev/null &&
    sysopen -rw -o nonblock,cloexec -u fd -- $_qac[news] 2>/dev/null || { _qac[news]= ; return 0 }
  _qac[heard]=$fd
  zle -F -w $fd qac-hear
}
_qac_leave() { [[ -n $_qac[news] ]] && zf_rm -f -- $_qac[news] 2>/dev/null }

# -- the menu and the search: a list below the line, which follows what is typed

_qac_open() {
  emulate -L zsh
  _qac[list]=$1 _qac[choice]=0 _qac[asking]=0 _qac[asked]=$'\0' _qac[keymap]=$KEYMAP _qac[text]=''
  _qac_texts=() _qac_notes=()
  zle -K qac-list
}

qac-menu() { _qac_connect && _qac_open menu; return 0 }

# Without a daemon that answers, the key does what it did before.
qac-search() {
  emulate -L zsh
  if ! _qac_connect || (( _qac[sent] && EPOCHREALTIME - _qac[since] > 0.5 )); then
    zle ${_qac_own[$KEYMAP]:-history-incremental-search-backward}
    return 0
  fi
  _qac[line]=$BUFFER _qac[cursor]=$CURSOR
  CURSOR=${#BUFFER}
  (( COLUMNS < 30 )) && PREDISPLAY='? ' || PREDISPLAY='search: '
  _qac_open search
}

_qac_show_list() {
  emulate -L zsh -o extended_glob
  local lines= i REPLY text note from=${#BUFFER} start=0 end=0
  region_highlight=( ${region_highlight:#*memo=qac*} )
  # Long lists would scroll the prompt away.
  local rows=$(( LINES > 4 ? LINES - 3 : 1 )) room
  for (( i = 1; i <= ${#_qac_texts} && i <= rows; i++ )); do
    _qac_visible "$_qac_texts[i]"; text=$REPLY note=$_qac_notes[i]
    # A line that the terminal would break is cut, and ends with an ellipsis.
    local needed=$(( ${(m)#text} < COLUMNS / 2 ? ${(m)#text} : COLUMNS / 2 ))
    while [[ -n $note ]] && (( ${(m)#note} + 6 + needed > COLUMNS )); do
      [[ $note == *"$_qac_sign[dot]"* ]] && note=${note%"$_qac_sign[dot]"*} || note=
    done
    room=$(( COLUMNS - ${(m)#note} - 5 ))
    (( ${(m)#text} > room )) && text=${(mr:room - 1:)text}$_qac_sign[cut]
    text="  ${(mr:room:)text} $note"
    (( i == _qac[choice] )) && start=$(( from + ${#lines} + 1 )) end=$(( from + ${#lines} + 1 + ${#text} ))
    lines+=$'\n'$text
  done
  if [[ -z $lines ]]; then
    lines=$'\n''  (nothing)'
    (( _qac[answered] == _qac[id] )) || lines=$'\n'"  $_qac_sign[cut]"
  fi
  (( _qac[asking] )) && lines+=$'\n'"  several lines ($_qac_sign[newline]): Enter again"
  POSTDISPLAY=$lines _qac[shown]=$lines
  region_highlight+=( "$from $(( from + ${#lines} )) none memo=qac" )
  (( end )) && region_highlight+=( "$start $end standout memo=qac" )
}
typeset -gA _qac_names=(
  session yours words yours followers 'often next' places 'done here' popular others index others
  recent others composed composed compound composed corrected corrected anywhere 'has the words'
  variants 'another way' synonyms 'another way'
)

_qac_close() {
  emulate -L zsh
  [[ $_qac[list] == search ]] && PREDISPLAY=
  _qac[list]='' _qac[choice]=0 _qac[asked]=$'\0' _qac[text]=''
  zle -K ${_qac[keymap]:-main}
}
qac-list-close() {
  [[ $_qac[list] == search ]] && BUFFER=$_qac[line] CURSOR=$_qac[cursor]
  _qac_close
}
# A text of several lines is asked about: Enter behind it would run them.
qac-list-take() {
  emulate -L zsh
  local text=${_qac_texts[_qac[choice]]:-} REPLY
  [[ -n $text ]] || { [[ $_qac[list] == menu ]] && _qac_close; return 0 }
  if [[ $text == *$'\n'* && $_qac[asking] -ne $_qac[choice] ]]; then
    _qac[asking]=$_qac[choice]
    return 0
  fi
  _qac_close
  _qac_insertable "$text"
  BUFFER=$REPLY CURSOR=${#REPLY}
}
qac-list-down() {
  _qac[asking]=0
  (( _qac[choice] = ${#_qac_texts} ? _qac[choice] % ${#_qac_texts} + 1 : 0 ))
}
qac-list-up() {
  _qac[asking]=0
  (( _qac[choice] = ${#_qac_texts} ? (_qac[choice] + ${#_qac_texts} - 2) % ${#_qac_texts} + 1 : 0 ))
}
# The key of the search, once more: the next line, or the shell's own search if nothing has come.
qac-list-again() {
  emulate -L zsh
  if [[ $_qac[list] == search && $_qac[answered] -ne $_qac[id] ]]; then
    qac-list-close
    zle ${_qac_own[$_qac[keymap]]:-history-incremental-search-backward}
  else
    qac-list-down
  fi
}

# -- recording: a helper does it, which also leaves out secrets and what was told to pause

_qac_relay_start() {
  emulate -L zsh
  (( _qac[relay] )) && return 0
  (( ${+commands[qac-cli]} )) || return 1
  local fd
  exec {fd}> >(exec qac-cli relay --session "${QAC_SESSION:-${USER:-$UID}}" --thread $_qac_thread \
    ${_qac[notice]:+--notice} $_qac[notice] 2>/dev/null) || return 1
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
  _qac[text]='' _qac[asked]='' _qac[list]=''
  if [[ -n $_qac[notice] && -e $_qac[notice] ]]; then
    _qac[notice]=
    print -r -- "qacd: a command that seems to hold a secret was not recorded; this is said once"
  fi
  # zsh-syntax-highlighting before 0.8 wraps the widgets that it finds, hooks included, and then
  # takes our colour away.
  [[ ${widgets[zle-line-pre-redraw]:-} == user:_zsh_highlight_widget_* ]] &&
    zle -N zle-line-pre-redraw _qac_redraw
  _qac_connect && _qac_listen
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
  zle -N qac-hear _qac_hear
  for widget in forward-char end-of-line forward-word forget menu search list-close list-take \
    list-down list-up list-again
  do zle -N qac-$widget; done
  # A file of a private directory, which the helper makes and removes.
  local directory=${XDG_RUNTIME_DIR:-/tmp/qacd-$UID}
  if [[ -d $directory && -O $directory ]]; then
    _qac[notice]=$directory/qacd-notice-$_qac_thread
    zmodload -F zsh/files b:zf_rm 2>/dev/null && _qac[news]=$directory/qacd-news-$_qac_thread
  fi
  # Where nobody else has the hook, without the dispatcher, which does not survive `emulate sh`. It
  # takes over a hook that it finds.
  if (( ${+widgets[zle-line-pre-redraw]} )); then
    add-zle-hook-widget line-pre-redraw _qac_redraw
  else
    zle -N zle-line-pre-redraw _qac_redraw
  fi
  add-zsh-hook preexec _qac_preexec
  add-zsh-hook precmd _qac_precmd
  add-zsh-hook zshexit _qac_leave
  for map in emacs viins vicmd; do
    bindkey -M $map '^[[C' qac-forward-char '^[OC' qac-forward-char
    bindkey -M $map '^[[F' qac-end-of-line '^[OF' qac-end-of-line
  done
  bindkey -M emacs '^E' qac-end-of-line '^F' qac-forward-char '^[f' qac-forward-word
  for map in emacs viins; do
    bindkey -M $map '^[[1;3C' qac-forward-word '^[[1;3B' qac-menu '^[[3;3~' qac-forget
  done
  for map in emacs viins; do
    _qac_own[$map]=${"$(bindkey -M $map '^R')"##* }
    [[ $_qac_own[$map] == (qac-search|undefined-key) ]] && unset "_qac_own[$map]"
    bindkey -M $map '^R' qac-search
  done
  _qac_own[main]=${_qac_own[emacs]:-}
  # Other keys do in the list what they do without it, and the list follows the line.
  bindkey -N qac-list main
  bindkey -M qac-list '^[[A' qac-list-up '^[OA' qac-list-up '^P' qac-list-up \
    '^[[B' qac-list-down '^[OB' qac-list-down '^N' qac-list-down '^I' qac-list-down \
    '^[[Z' qac-list-up '^M' qac-list-take '^[[C' qac-list-take '^[OC' qac-list-take \
    '^G' qac-list-close '^[' qac-list-close '^D' qac-forget '^[[3;3~' qac-forget \
    '^R' qac-list-again
}
_qac_set_up
unfunction _qac_set_up
