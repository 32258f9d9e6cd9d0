#!/bin/sh
# Installs qacd from this folder.
#
#     ./install.sh --user            into ~/.local, for you alone
#     ./install.sh --prefix DIR      into DIR, such as /usr/local (the default)
#
# PREFIX/lib/qacd/uninstall.sh removes what this installed, and nothing else.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

usage() { sed -n '2,7s/^# \{0,1\}//p' "$0"; }
prefix=/usr/local
while [ $# -gt 0 ]; do
  case $1 in
  --user) prefix=${HOME:?set HOME, or use --prefix}/.local ;;
  --prefix)
    [ $# -gt 1 ] || { echo "install.sh: --prefix needs a directory" >&2; exit 64; }
    prefix=$2
    shift
    ;;
  -h | --help) usage; exit 0 ;;
  *) echo "install.sh: unknown argument $1" >&2; usage >&2; exit 64 ;;
  esac
  shift
done
case $prefix in
/*) ;;
*) echo "install.sh: the prefix must begin with /: $prefix" >&2; exit 64 ;;
esac
mkdir -p "$prefix/lib/qacd" 2>/dev/null || true
[ -w "$prefix/lib/qacd" ] || {
  echo "install.sh: $prefix cannot be written; run as root, or use --user" >&2
  exit 73
}

# The programs need libraries that nearly every system has.
missing=$(ldd "$here/bin/qacd" 2>/dev/null | sed -n 's/^[[:space:]]*\(.*\) => not found/\1/p')
if [ -n "$missing" ]; then
  echo "install.sh: these libraries are missing:" >&2
  echo "$missing" >&2
  echo "install.sh: on Debian: apt-get install libstdc++6 libgcc-s1 zlib1g libzstd1 libsqlite3-0" >&2
  exit 69
fi

list=$prefix/lib/qacd/installed
umask 022
: >"$list.new"
put() { # mode, from, to
  mkdir -p "$(dirname "$prefix/$3")"
  # A program that runs keeps its file; the new one takes the name.
  cp -P "$2" "$prefix/$3.new"
  [ -L "$prefix/$3.new" ] || chmod "$1" "$prefix/$3.new"
  mv -f "$prefix/$3.new" "$prefix/$3"
  echo "$3" >>"$list.new"
}
tree() { # mode, from, to
  [ -d "$here/$2" ] || return 0
  (cd "$here/$2" && find . \( -type f -o -type l \) | sed 's|^\./||' | sort) | while IFS= read -r file; do
    put "$1" "$here/$2/$file" "$3/$file"
  done
}
tree 755 bin bin
tree 644 lib lib/qacd
tree 644 man share/man
tree 644 completions/bash share/bash-completion/completions
tree 644 completions/zsh share/zsh/site-functions
tree 644 completions/fish share/fish/vendor_completions.d
tree 644 doc share/doc/qacd
tree 644 web share/qacd/web
tree 644 python share/qacd/python
for unit in "$here"/systemd/user/*; do
  name=share/systemd/user/${unit##*/}
  sed "s|@bindir@|$prefix/bin|" "$unit" >"$prefix/lib/qacd/unit"
  put 644 "$prefix/lib/qacd/unit" "$name"
done
rm -f "$prefix/lib/qacd/unit"
put 755 "$here/uninstall.sh" lib/qacd/uninstall.sh

# What an earlier version had and this one does not.
if [ -f "$list" ]; then
  sort "$list.new" >"$list.sorted"
  sort "$list" | comm -23 - "$list.sorted" | while IFS= read -r file; do rm -f "$prefix/$file"; done
  rm -f "$list.sorted"
fi
mv -f "$list.new" "$list"

echo "installed into $prefix; to remove it: $prefix/lib/qacd/uninstall.sh"
case ":$PATH:" in
*":$prefix/bin:"*) ;;
*) echo "put $prefix/bin on your PATH:  export PATH=\"$prefix/bin:\$PATH\"" ;;
esac
