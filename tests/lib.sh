# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the test scripts share. A script defines its tests as functions, calls
# `run_tests name…` last, and gets one line a test and the sums:
#
#   ok     name
#   FAILED name      followed by all that the test printed
#   skip   name: why
#   cli: 3 passed, 0 failed, 1 skipped
#
# A test runs in a subshell with errexit, which says what it ends at, in a directory of its
# own, $PWD, which is removed after it. It calls `skip why` to be skipped, and `note what` to have a figure
# printed behind its name.

set -u
export LC_ALL=C

die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

skip()
{
	printf '%s\n' "$*" >&3
	exit 77
}

note()
{
	printf ' (%s)' "$*" >&3
}

# expect STATUS CMD…: run CMD with its output in ./out and ./err, and fail unless it
# exits with STATUS.
expect()
{
	local want=$1 got=0

	shift
	"$@" >out 2>err || got=$?
	[ "$got" -eq "$want" ] && return
	printf 'exit status %s, not %s: %s\n' "$got" "$want" "$*"
	sed 's/^/  stdout: /' out | head -n 20
	sed 's/^/  stderr: /' err | head -n 20
	return 1
}

# has FILE PATTERN…: each pattern (extended regular expression) matches a line.
has()
{
	local file=$1 pattern

	shift
	for pattern; do
		grep -qE -e "$pattern" "$file" && continue
		printf 'no line of %s matches: %s\n' "$file" "$pattern"
		head -n 20 "$file" | sed 's/^/  /'
		return 1
	done
}

hasnt()
{
	local file=$1 pattern

	shift
	for pattern; do
		grep -E -e "$pattern" "$file" || continue
		printf 'a line of %s matches: %s\n' "$file" "$pattern"
		return 1
	done
}

# one_line FILE: exactly one line, the way an error is told.
one_line()
{
	[ "$(wc -l <"$1")" -eq 1 ] && return
	printf '%s has not one line:\n' "$1"
	sed 's/^/  /' "$1"
	return 1
}

is_empty()
{
	[ ! -s "$1" ] && return
	printf '%s is not empty:\n' "$1"
	head -n 20 "$1" | sed 's/^/  /'
	return 1
}

# run_tests SUITE TEST…: never behind "||", "&&" or "if", where bash ignores errexit, in
# subshells too, and only the last command of each test would count.
run_tests()
{
	(
		set -e
		false
		true
	)
	[ $? -ne 0 ] || die "run_tests must be called by itself: errexit is off here"
	local suite=$1 test dir status passed=0 failed=0 skipped=0

	shift
	for test; do
		dir=$(mktemp -d) || die "cannot make a directory"
		# errexit would be off in the condition of an if.
		(
			cd "$dir" || exit 1
			set -eE
			trap 'printf "line %s: %s\n" "$LINENO" "$BASH_COMMAND" >&2' ERR
			"$test"
		) >"$dir.log" 2>&1 3>"$dir.why"
		status=$?
		case $status in
		0)
			passed=$((passed + 1))
			printf 'ok     %s%s\n' "$test" "$(cat "$dir.why")"
			;;
		77)
			skipped=$((skipped + 1))
			printf 'skip   %s: %s\n' "$test" "$(cat "$dir.why")"
			;;
		*)
			failed=$((failed + 1))
			printf 'FAILED %s\n' "$test"
			sed 's/^/       /' "$dir.log"
			;;
		esac
		rm -rf "$dir" "$dir.log" "$dir.why"
	done
	printf '%s: %d passed, %d failed, %d skipped\n' "$suite" "$passed" "$failed" "$skipped"
	[ "$failed" -eq 0 ]
}
