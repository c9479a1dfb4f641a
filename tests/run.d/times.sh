# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# What took how long, on the clock and of processors.

took=''

# processor_time FILE: of ended children, in seconds, from what the builtin times printed.
processor_time()
{
	sed -n '2s/\([0-9]*\)m\([0-9]*\)[^ ]*/\1 \2/gp' "$1" | awk '{ print $1 * 60 + $2 + $3 * 60 + $4 }'
}

# took WHAT SECONDS [PROCESSOR-SECONDS]
took()
{
	took+="$(printf '%6s s %6s  %s' "$2" "${3:+$3 s}" "$1")"$'\n'
}

# timed NAME CMD…: what is in front. Its processor time cannot be told from that of guests
# which end meanwhile.
timed()
{
	local name=$1 begun=$SECONDS

	shift
	"$@"
	took "$name" $((SECONDS - begun))
}

tell_times()
{
	step "on the clock; processor time of guests and of all"
	times >build/times
	took "all in all" "$SECONDS" "$(processor_time build/times)"
	printf %s "$took"
}
