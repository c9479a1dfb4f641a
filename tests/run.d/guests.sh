# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# Guests of the lab that run beside all else, several suites in each: booting one takes as
# long as a small suite.

: "${lab:?}" "${guests:?}" "${suite_limit:?}" "${in_parallel[@]:?}"

declare -A guest_pids=()

# open_turns N: guests run in the background, N at a time: each takes a line out of this pipe and
# puts it back. What is in front shares the processors with them.
open_turns()
{
	local i n=$1

	rm -rf "$guests"
	mkdir -p "$guests"
	mkfifo "$guests/turns"
	exec {turns}<>"$guests/turns"
	for ((i = 0; i < n; i++)); do
		echo >&"$turns"
	done
}

# What a guest is to do, as a script: each suite has a log, and a file that says how it ended
# and after how many seconds.
job_of()
{
	local suite command

	cat <<-END
		suite()
		{
			local name=\$1 status=0 begun=\$SECONDS

			shift
			timeout -k 10 $suite_limit "\$@" >$guests/\$name.log 2>&1 || status=\$?
			echo "\$status \$((SECONDS - begun))" >$guests/\$name.end
		}
	END
	for suite; do
		command=$(command_of "$suite")
		printf 'suite %s env %s\n' "$suite" "$command"
	done
}

# boot NAME [LAB-OPTION…] -- SUITE…: a guest in which these suites run one after the other
# when it is its turn; command_of says how. Nothing if there are none.
boot()
{
	local name=$1 options=()

	shift
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	[ $# -gt 0 ] || return 0
	job_of "$@" >"$guests/$name.job"
	# A process group of its own, so that all of it can be ended.
	set -m
	(
		# The lab gets the signal too, and this is to outlive it.
		trap 'exit 143' TERM
		read -r -u "$turns"
		SECONDS=0 status=0
		[[ " ${in_parallel[*]} " == *" $name "* ]] || export LAB_ONE_THREAD=1
		"$lab" run --timeout $(((suite_limit + 600) * $#)) --console "$guests/$name.console" "${options[@]}" -- \
			bash "$guests/$name.job" || status=$?
		echo "$SECONDS" >"$guests/$name.seconds"
		times >"$guests/$name.times"
		echo >&"$turns"
		exit "$status"
	) >"$guests/guest-$name.log" 2>&1 </dev/null &
	guest_pids[$name]=$!
	set +m
}

end_guests()
{
	local pid

	for pid in "${guest_pids[@]}"; do
		kill -TERM -- "-$pid" || :
	done
	wait
}

# A kernel that complained is a failure, whatever the tests saw.
console_is_clean()
{
	[ -s "$1" ] &&
		! grep -nE 'WARNING|BUG|Oops|KASAN|UBSAN|ODEBUG|DEBUG_LOCKS|kmemleak: [0-9]|INFO: (task|lockdep|possible|trying)' "$1"
}

# show_suite NAME: what it printed in its guest is shown and kept.
show_suite()
{
	local status='' seconds=0

	step "$1"
	! [ -e "$guests/$1.log" ] || tee -a "$log" <"$guests/$1.log"
	! [ -e "$guests/$1.end" ] || read -r status seconds <"$guests/$1.end"
	took "$1" "$seconds"
	[ "$status" != 0 ] || return 0
	failed=1
	[ -n "$status" ] || echo "it did not come to its end"
}

# show_guest NAME SUITE…: waits for it.
show_guest()
{
	local name=$1 status=0 suite

	shift
	[ -n "${guest_pids[$name]-}" ] || return 0
	wait "${guest_pids[$name]}" || status=$?
	unset "guest_pids[$name]"
	for suite; do
		show_suite "$suite"
	done
	verdict "the kernel's log of the guest $name" console_is_clean "$guests/$name.console"
	took "guest $name" "$(cat "$guests/$name.seconds")" "$(processor_time "$guests/$name.times")"
	cat "$guests/guest-$name.log"
	[ "$status" -eq 0 ] || failed=1
}
