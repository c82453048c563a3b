#!/bin/sh
# Installs the cfs executable of a release after it checked the SHA-256 of the download.
set -eu

usage() {
  cat <<'END'
Usage: sh install.sh URL [--sha256 DIGEST]

Downloads cfs for this machine from URL, checks its SHA-256 and installs it as ~/.local/bin/cfs.

  URL              the address of the files of a release, or the variable CFS_RELEASE_URL
  --sha256 DIGEST  the digest that you know; otherwise URL/SHA256SUMS has it

The variable PREFIX chooses another folder: PREFIX=/usr/local installs /usr/local/bin/cfs.
END
}

fail() {
  printf 'install.sh: %s\n' "$1" >&2
  exit "${2:-1}"
}

url=${CFS_RELEASE_URL-}
digest=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage && exit 0 ;;
    --sha256)
      [ $# -ge 2 ] || fail 'Missing value: --sha256 DIGEST.' 2
      digest=$(printf %s "$2" | tr A-F a-f)
      shift
      ;;
    -*) fail "Unknown option $1; see sh install.sh --help." 2 ;;
    *) url=$1 ;;
  esac
  shift
done
[ -n "$url" ] || fail 'Missing argument: URL. Give the address of the files of a release.' 2
case $url in
  http://*@*) fail "$url is not an https address." 2 ;;
  https://* | http://127.0.0.1:[0-9]*) ;;
  *) fail "$url is not an https address." 2 ;;
esac
url=${url%/}

case $(uname -s)-$(uname -m) in
  Linux-x86_64) name=cfs-linux-x64 ;;
  Linux-aarch64 | Linux-arm64) name=cfs-linux-arm64 ;;
  *) fail "This release has no executable for $(uname -s) on $(uname -m). Install Node and the npm package." ;;
esac

download() {
  if command -v curl >/dev/null; then
    curl --fail --silent --show-error --location --proto-redir '=https' --output "$2" "$1"
  elif command -v wget >/dev/null; then
    wget -q -O "$2" "$1"
  else
    fail 'Neither curl nor wget is installed. Install one of them.'
  fi || fail "Could not download $1. Check the address and the network."
}

sha256_of() {
  if command -v sha256sum >/dev/null; then sum=$(sha256sum <"$1")
  elif command -v shasum >/dev/null; then sum=$(shasum -a 256 <"$1")
  else fail 'Neither sha256sum nor shasum is installed. Install one of them.'
  fi
  printf %s "${sum%% *}"
}

bin=${PREFIX:-${HOME:?HOME is not set}/.local}/bin
mkdir -p "$bin" || fail "Could not make $bin. Set PREFIX to a folder that you can write to."
# In the same folder, so that the last step is one rename and a running cfs keeps its file.
place=$(mktemp -d "$bin/.cfs-install-XXXXXX") ||
  fail "Could not write to $bin. Set PREFIX to a folder that you can write to."
trap 'rm -rf "$place"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if [ -z "$digest" ]; then
  download "$url/SHA256SUMS" "$place/SHA256SUMS"
  digest=$(sed -n "s/^\([0-9a-f]\{64\}\)  $name\$/\1/p" "$place/SHA256SUMS")
  [ -n "$digest" ] || fail "$url/SHA256SUMS does not list $name. This release has no executable for this machine."
fi
download "$url/$name" "$place/cfs"
actual=$(sha256_of "$place/cfs")
[ "$actual" = "$digest" ] ||
  fail "The SHA-256 of $name is $actual, not $digest. Nothing was installed. Download it again."
chmod 755 "$place/cfs"
error=$("$place/cfs" --version 2>&1 >/dev/null) ||
  fail "cfs does not run on this machine: $error. It needs glibc 2.28 or newer, libstdc++ and libatomic. Nothing was installed."
mv -f "$place/cfs" "$bin/cfs"

printf 'Installed %s\n' "$bin/cfs"
case :$PATH: in
  *:"$bin":*) ;;
  *) printf 'Add %s to PATH to run it as cfs.\n' "$bin" ;;
esac
