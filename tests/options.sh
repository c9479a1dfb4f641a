# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The options of kcovctl's commands, by its own help, and what was decided of each pair of those
# of run: it is refused, or one of the runs of tests/live/options has it. An option whose values
# differ in what they go with counts by value: mode=cmp.

: "${options_kcovctl:?the kcovctl whose help it is}"

# Pairs that are refused, and how.
refused=(
	'mode=cmp format=summary --mode cmp is for the formats functions, trace, raw and json'
	'mode=cmp by-syscall --by-syscall is for PCs: '
	'format=summary symbolize --symbolize is for the format json only'
	'format=summary by-syscall --by-syscall is for the formats functions and json'
	'format=summary points --points is for the format functions only'
	'format=functions symbolize --symbolize is for the format json only'
	'format=trace symbolize --symbolize is for the format json only'
	'format=raw symbolize --symbolize is for the format json only'
	'format=trace by-syscall --by-syscall is for the formats functions and json'
	'format=raw by-syscall --by-syscall is for the formats functions and json'
	'format=trace points --points is for the format functions only'
	'format=raw points --points is for the format functions only'
	'format=json points --points is for the format functions only'
	'per-syscall by-syscall --by-syscall or --per-syscall: which of them'
	'per-syscall fast --fast does not see system calls'
	'by-syscall expr -e needs --per-syscall or -f json'
	'by-syscall seccomp-bpf -e needs --per-syscall or -f json'
	'by-syscall symbolize --symbolize is for calls one by one, not --by-syscall'
	'by-syscall fast --fast does not see system calls'
	'expr fast --fast does not see system calls'
	'seccomp-bpf attach --seccomp-bpf is for commands'
	'seccomp-bpf no-follow --seccomp-bpf or --no-follow: '
	'seccomp-bpf fast --fast does not see system calls'
	'by-syscall raw-args --raw-args needs --per-syscall or -f json'
	'raw-args fast --fast does not see system calls'
	'mode=cmp tree --tree is for PCs: '
	'mode=cmp depth --tree is for PCs: '
	'format=summary tree --tree is text, or -f json, not -f summary'
	'format=summary depth --tree is text, or -f json, not -f summary'
	'format=functions tree --tree is text, or -f json, not -f functions'
	'format=functions depth --tree is text, or -f json, not -f functions'
	'format=trace tree --tree is text, or -f json, not -f trace'
	'format=trace depth --tree is text, or -f json, not -f trace'
	'format=raw tree --tree is text, or -f json, not -f raw'
	'format=raw depth --tree is text, or -f json, not -f raw'
	'by-syscall tree --tree needs --per-syscall or -f json'
	'by-syscall depth --tree needs --per-syscall or -f json'
	'tree symbolize --by-syscall, --points and --symbolize are not for --tree'
	'depth symbolize --by-syscall, --points and --symbolize are not for --tree'
	'tree points --by-syscall, --points and --symbolize are not for --tree'
	'depth points --by-syscall, --points and --symbolize are not for --tree'
	'tree fast --tree needs --per-syscall or -f json'
	'depth fast --tree needs --per-syscall or -f json'
	'symbolize fast --fast does not see system calls'
	'symbolize points --points is for the format functions only'
	'attach fast --fast is for commands'
	'attach remote=common -r common is for commands'
)

# options_of COMMAND: a line for each option: its letter or "-", its name, whether it takes an
# argument. $options_kcovctl is asked.
options_of()
{
	"$options_kcovctl" "$1" --help | sed -n -E -e '/--help/d' \
		-e 's/^  -(.), --([a-z-]+)( [A-Z[|a-z]+[^ ]*)?  .*/\1 \2 \3/p' \
		-e 's/^ +--([a-z-]+)( [A-Z]+)?  .*/- \1 \2/p'
}

# symbols_of COMMAND: its options, by value where that matters.
symbols_of()
{
	local name

	options_of "$1" | while read -r _ name _; do
		case $1-$name in
		run-mode | run-format)
			"$options_kcovctl" run --help |
				sed -n -E "s/.*--$name [A-Z]+ +(.*: )?(.*); default: .*/\2/p" |
				sed -E 's/,? or /, /; s/, /\n/g' | sed "s/^/$name=/"
			;;
		run-remote) printf '%s\n' remote=common remote=usb ;;
		*) echo "$name" ;;
		esac
	done
}

# symbol COMMAND NAME VALUE
symbol()
{
	case $1-$2 in
	run-mode | run-format) echo "$2=$3" ;;
	run-remote) echo "$2=${3%%:*}" ;;
	*) echo "$2" ;;
	esac
}

# used_in LOG COMMAND: for each of its runs in the log a line with the symbols, sorted.
used_in()
{
	local -A names=() takes=()
	local letter name arg line words i word

	while read -r letter name arg; do
		names[$letter]=$name
		takes[$name]=$arg
	done < <(options_of "$2")
	while IFS= read -r line; do
		IFS=$'\t' read -ra words <<<"$line"
		[ "${words[0]-}" = "$2" ] || continue
		for ((i = 1; i < ${#words[@]}; i++)); do
			word=${words[i]}
			case $word in
			-- | -) break ;;
			--*=*)
				name=${word%%=*}
				symbol "$2" "${name#--}" "${word#*=}"
				;;
			--*)
				name=${word#--}
				[ -z "${takes[$name]-}" ] || i=$((i + 1))
				symbol "$2" "$name" "${words[i]-}"
				;;
			-?*)
				# Letters, of which the last one may take what follows.
				word=${word#-}
				while [ -n "$word" ]; do
					name=${names[${word:0:1}]-}
					word=${word:1}
					[ -n "$name" ] || break
					if [ -n "${takes[$name]-}" ]; then
						[ -n "$word" ] || {
							i=$((i + 1))
							word=${words[i]-}
						}
						symbol "$2" "$name" "$word"
						break
					fi
					symbol "$2" "$name" ''
				done
				;;
			*) break ;;
			esac
		done | sort -u | tr '\n' ' '
		echo
	done <"$1"
}

# Whether two symbols are values of one option.
same_option()
{
	[ "${1%%=*}" = "${2%%=*}" ]
}

# pairs_of COMMAND: all pairs of its symbols, in the order of its help.
pairs_of()
{
	local symbols i j

	mapfile -t symbols < <(symbols_of "$1")
	for ((i = 0; i < ${#symbols[@]}; i++)); do
		for ((j = i + 1; j < ${#symbols[@]}; j++)); do
			same_option "${symbols[i]}" "${symbols[j]}" || echo "${symbols[i]} ${symbols[j]}"
		done
	done
}

# Whether a pair is refused; in whatever order.
is_refused()
{
	local pair

	for pair in "${refused[@]}"; do
		case $pair in
		"$1 $2 "* | "$2 $1 "*) return 0 ;;
		esac
	done
	return 1
}

# matrix: what goes with what, for the man page: "-" is refused.
matrix()
{
	local symbols i j line

	mapfile -t symbols < <(symbols_of run)
	for ((i = 1; i < ${#symbols[@]}; i++)); do
		line=$(printf '%-16s' "${symbols[i]}")
		for ((j = 0; j < i; j++)); do
			if same_option "${symbols[i]}" "${symbols[j]}"; then
				line+=' .'
			elif is_refused "${symbols[i]}" "${symbols[j]}"; then
				line+=' -'
			else
				line+=' +'
			fi
		done
		echo "$line"
	done
}
