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
# and which tests took longest. A test runs in a subshell with errexit, which says what it ends
# at, in $() as well, and pipefail, in a directory of its own, $PWD, which is removed after it. It calls `skip
# why` to be skipped, `lacks what` to be skipped except in CI, which installs all that tests
# need, and `note what` to have a figure printed behind its name.
#
# errexit ignores a failure left of "&&" and one that "!" negates: an assertion is a command of
# its own, and hasnt, is_empty or "expect STATUS" asserts that something does not happen.
# tests/cli/test-lib shows that each assertion can fail.

set -u -o pipefail
shopt -s inherit_errexit
export LC_ALL=C

# $KCOVCTL_LOG is a file for the words of each kcovctl that tests run, whoever runs it: what they
# use is read there and not in their text.
if [ -n "${KCOVCTL_LOG-}" ]; then
	KCOVCTL_NEXT=${KCOVCTL:-$(command -v kcovctl)}
	logged=$(realpath "${BASH_SOURCE[0]%/*}/live/logged")
	[ -z "${KCOVCTL-}" ] || KCOVCTL=$logged/kcovctl
	PATH=$logged:$PATH
	export KCOVCTL_NEXT
fi

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

# lacks WHAT: skips a test for want of a tool, say, which CI is to have.
lacks()
{
	[ -z "${CI-}" ] || {
		printf 'CI lacks %s: add it to examples/kernel/lab.d/packages.sh\n' "$*"
		exit 1
	}
	skip "no $*"
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

# matches FILE PATTERN [OPTION]: whether a line does. grep's other statuses, of a pattern that
# is invalid or a file that is not there, are no answer: they fail the test.
matches()
{
	local status=0

	grep -E ${3+"$3"} -e "$2" "$1" || status=$?
	[ "$status" -le 1 ] && return "$status"
	printf 'cannot look in %s for: %s\n' "$1" "$2"
	exit 1
}

# has FILE PATTERN…: each pattern (extended regular expression) matches a line.
has()
{
	local file=$1 pattern

	shift
	for pattern; do
		matches "$file" "$pattern" -q && continue
		printf 'no line of %s matches: %s\n' "$file" "$pattern"
		head -n 20 "$file" | cut -c 1-200 | sed 's/^/  /'
		return 1
	done
}

# hasnt FILE PATTERN…: no pattern matches a line.
hasnt()
{
	local file=$1 pattern

	shift
	for pattern; do
		matches "$file" "$pattern" || continue
		printf 'a line of %s matches: %s\n' "$file" "$pattern"
		return 1
	done
}

# only FILE PATTERN: each line matches, if there are any.
only()
{
	matches "$1" "$2" -v || return 0
	printf 'a line of %s does not match: %s\n' "$1" "$2"
	return 1
}

# await CMD…: until CMD succeeds, for two minutes.
await()
{
	local i

	for ((i = 0; i < 1200; i++)); do
		"$@" && return
		sleep 0.1
	done
	printf 'waited in vain for: %s\n' "$*"
	return 1
}

# one_line FILE: exactly one line, the way an error is told.
one_line()
{
	[ "$(sed -n '$=' "$1")" = 1 ] && return
	printf '%s has not one line:\n' "$1"
	sed 's/^/  /' "$1"
	return 1
}

# is_empty FILE: it is there and has nothing in it.
is_empty()
{
	[ -f "$1" ] || {
		printf '%s is not there\n' "$1"
		return 1
	}
	[ -s "$1" ] || return 0
	printf '%s is not empty:\n' "$1"
	head -n 20 "$1" | sed 's/^/  /'
	return 1
}

# begin_clock, and end_clock NAME: what took how long, in tenths of a second.
clocked=''
begin_clock()
{
	clock=${EPOCHREALTIME/./}
}

end_clock()
{
	clocked+="$(((${EPOCHREALTIME/./} - clock) / 100000)) $1"$'\n'
}

# How long all took, and which most of it.
tell_clocked()
{
	printf %s "$clocked" | sort -rn | awk '
		function seconds(tenths) { return sprintf("%.1f s", tenths / 10) }
		{ all += $1 }
		NR <= 5 && $1 >= 5 { most = most (most ? ", " : ", most in ") $2 " " seconds($1) }
		END { print "took " seconds(all) most }'
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
		begin_clock
		# errexit would be off in the condition of an if.
		(
			cd "$dir" || exit 1
			set -eE
			trap 'printf "line %s: %s\n" "$LINENO" "$BASH_COMMAND" >&2' ERR
			"$test"
		) >"$dir.log" 2>&1 3>"$dir.why"
		status=$?
		end_clock "$test"
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
	tell_clocked
	printf '%s: %d passed, %d failed, %d skipped\n' "$suite" "$passed" "$failed" "$skipped"
	[ "$failed" -eq 0 ]
}
