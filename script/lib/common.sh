# shellcheck shell=bash
# Sourced by the scripts beside this folder, never run. It puts them at the top of the repository,
# so that each can be started from any directory.

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# Prints the comment at the top of the script, which is its help.
print_help() {
    awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$1"
}

# Runs a build without its output: one line while it works, everything when it fails.
#
# quietly MESSAGE COMMAND...
quietly() {
    local message=$1 log status=0 builder
    shift
    log=$(mktemp)
    if [ -t 2 ]; then
        "$@" >"$log" 2>&1 </dev/null &
        builder=$!
        # Without this, Ctrl-C would leave the build running behind the prompt.
        trap 'kill "$builder" 2>/dev/null || true; rm -f "$log"; exit 130' INT TERM
        SECONDS=0
        while kill -0 "$builder" 2>/dev/null; do
            # A build with nothing to do ends before anybody could read a message.
            if [ "$SECONDS" -ge 2 ]; then printf '\r%s %d s ' "$message" "$SECONDS" >&2; fi
            sleep 0.2
        done
        wait "$builder" || status=$?
        trap - INT TERM
        printf '\r\033[K' >&2
    else
        echo "$message" >&2
        "$@" >"$log" 2>&1 </dev/null || status=$?
    fi
    if [ "$status" -ne 0 ]; then cat "$log" >&2; fi
    rm -f "$log"
    return "$status"
}
