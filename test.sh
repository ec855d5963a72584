#!/usr/bin/env bash
# Runs every test on a Debian or Ubuntu machine with the .NET SDK. Installs what the tests need if it is missing and if this user may.
# Arguments go to the test program, for example: ./test.sh --filter-class '*StandaloneProcessTests'
set -euo pipefail
cd "$(dirname "$0")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1

command -v dotnet >/dev/null || { echo "The .NET SDK is missing; global.json says which: https://dotnet.microsoft.com/download" >&2; exit 1; }

missing=()
command -v redis-server >/dev/null || missing+=(redis-server)
command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
command -v chromium >/dev/null || [ -n "${WAPLATFORM_CHROMIUM:-}" ] || missing+=(chromium)
command -v setpriv >/dev/null || missing+=(util-linux)
command -v clang >/dev/null || command -v gcc >/dev/null || missing+=(gcc libc6-dev)
[ -e /usr/include/zlib.h ] || missing+=(zlib1g-dev)

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# The packages of servers start them, and the tests run their own: a policy file of Debian's keeps them from it while they are installed.
install_packages() {
  local policy=/usr/sbin/policy-rc.d made=
  as_root true 2>/dev/null || return 1
  command -v apt-get >/dev/null || return 1
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null && as_root chmod +x "$policy" && made=1
  fi
  local code=0
  { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; } || code=$?
  [ -z "$made" ] || as_root rm -f "$policy"
  return "$code"
}

if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing ${missing[*]} ..."
  install_packages "${missing[@]}" || echo "Could not. The tests that need them will fail: sudo apt-get install ${missing[*]}" >&2
fi

# As gowa is: a native program that starts in milliseconds. Before the build, which leaves the project files as an everyday build wants them.
case "$(uname -m)" in aarch64|arm64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac
linker=$(command -v clang >/dev/null && echo clang || echo gcc)
dotnet publish WaPlatform.Simulator -c Release -r "$rid" -p:PublishAot=true -p:CppCompilerAndLinker="$linker" -o artifacts/simulator -v quiet
export WAPLATFORM_SIMULATOR="$PWD/artifacts/simulator/WaPlatform.Simulator"

dotnet build WaPlatform.sln -v quiet

# The tests start some hundred processes that live for seconds: what the compiler at run time spends on their later speed, nobody gets back.
export DOTNET_TieredPGO=0 DOTNET_TC_CallCountingDelayMs=60000

log=$(mktemp)
trap 'rm -f "$log"' EXIT
code=0
WaPlatform.Tests/bin/Debug/net10.0/WaPlatform.Tests --progress off --ansi off "$@" 2>&1 | tee "$log" || code=$?

count() { sed -n "s/^ *$1: *\([0-9]*\).*/\1/p" "$log" | tail -1; }
passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
echo "${passed:-0} passed, ${failed:-0} failed, ${skipped:-0} skipped"

# Nothing may go untested without a word: a skipped test is a failure, and so is a run without any.
[ "${skipped:-0}" = 0 ] && [ "${passed:-0}" -gt 0 ] || [ "$code" != 0 ] || code=1
exit "$code"
