#!/bin/sh
# Removes what install.sh put below the prefix in which this file is. What people submitted stays.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
prefix=${here%/lib/qacd}
if [ "$prefix" = "$here" ] || [ ! -f "$here/installed" ]; then
  echo "uninstall.sh: there is no list of installed files in $here; run it where it was installed" >&2
  exit 66
fi
list=$(mktemp)
cp "$here/installed" "$list"
while IFS= read -r file; do rm -f "$prefix/$file"; done <"$list"
rm -f "$here/installed"
# Directories that are empty now, up to the prefix.
while IFS= read -r file; do
  directory=$(dirname "$file")
  while [ "$directory" != . ]; do
    rmdir "$prefix/$directory" 2>/dev/null || break
    directory=$(dirname "$directory")
  done
done <"$list"
rm -f "$list"
rmdir "$prefix" 2>/dev/null || true
echo "removed from $prefix; your data stay in ~/.local/state/qacd and ~/.local/share/qacd"
