# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# The guest: whether KVM works, QEMU, and what goes in and out.
#
# Standard output, error and input, and the final word on how the command ended,
# each have a virtio-serial port, and each port a named pipe on this side. The
# relays between those pipes and our own descriptors are dd: QEMU's writes must
# never block on a slow reader or turn our descriptors non-blocking, and dd,
# asked with SIGUSR1, says how many bytes have passed. That matters at the end:
# what the guest has sent may still wait in the ring of a port, so it reports how
# much it sent and stays alive until all of it came out here.

# From lab: where things are, and the options of run and shell.
: "${here:?}" "${cache:?}" "${build:?}" "${timeout:?}"
: "${debug?}" "${stdin?}" "${tty?}" "${append?}" "${console?}"

guest_dir=''
guest_stty=''

# Our children that still run. A process is only ever signalled after a look
# here: while a kernel is being built, process numbers come round in minutes.
running()
{
	jobs -pr
}

# kvm or tcg, into $acceleration. A /dev/kvm can be there, accept a guest and
# never run it, so only a guest that came up counts.
ensure_acceleration()
{
	case ${LAB_ACCEL-} in
	kvm | tcg)
		acceleration=$LAB_ACCEL
		return
		;;
	'') ;;
	*) misused "LAB_ACCEL '$LAB_ACCEL' is neither kvm nor tcg" ;;
	esac
	acceleration=tcg
	[[ -r /dev/kvm && -w /dev/kvm ]] || return 0

	local answer
	answer=$cache/accel-$({
		uname -nrvm
		grep -m 1 '^model name' /proc/cpuinfo || :
		qemu-system-x86_64 --version
	} | sha256sum | cut -c 1-12)
	if [[ ! -s $answer ]]; then
		say "trying whether KVM works here (15 s at most, once)"
		LAB_ACCEL=kvm "$here/lab" run "${kernel_words[@]}" \
			--timeout 15 -- /bin/true \
			</dev/null >/dev/null 2>&1 &
		# shellcheck disable=SC2046 # words are wanted
		trap 'kill $(running) 2>/dev/null' EXIT
		if wait $!; then
			acceleration=kvm
		else
			say "it does not: emulating the processor from now on"
		fi
		trap - EXIT
		echo "$acceleration" >"$answer.$$"
		mv "$answer.$$" "$answer"
	fi
	read -r acceleration <"$answer"
}

# A word for the guest's shell.
quote()
{
	printf "'%s'" "${1//\'/\'\\\'\'}"
}

# What the guest is to do, as a piece of shell: see lab-init.
write_job()
{
	local path=$build/cli:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	local home=/root name
	((EUID == 0)) || home=${HOME:-/}
	local environment=("PATH=$path" "HOME=$home" USER=root LOGNAME=root
		"SHELL=${SHELL:-/bin/sh}" "PWD=$cwd"
		"XDG_CACHE_HOME=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}")
	for name in TERM LANG LC_ALL LC_CTYPE; do
		[[ -z ${!name-} ]] || environment+=("$name=${!name}")
	done
	local word
	echo "job_cwd=$(quote "$cwd")"
	echo "job_share=$(quote "$share")"
	echo "job_modules=$(quote "$(kernel_path modules)")"
	echo "job_path=$(quote "$path")"
	echo "job_stdin=$stdin"
	echo "job_tty=$tty"
	printf 'job_environment() { exec env -i'
	for word in "${environment[@]}"; do
		printf ' %s' "$(quote "$word")"
	done
	printf ' "$@"; }\nset --'
	for word; do
		printf ' %s' "$(quote "$word")"
	done
	echo
}

write_initramfs()
{
	local root=$guest_dir/initramfs
	mkdir -p "$root/bin" "$root/lab"
	cp "$(type -P busybox)" "$root/bin/busybox"
	cp "$here/lab-init" "$root/init"
	write_job "$@" >"$root/lab/job"
	(cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null) >"$guest_dir/initramfs.cpio"
}

# QEMU's options are lists with commas in between.
comma()
{
	printf %s "${1//,/,,}"
}

# Becomes a command that will not outlive this script, whatever becomes of that.
mortal()
{
	exec setpriv --pdeathsig KILL "$@"
}

# no_timer_check: on a machine that is busy elsewhere the emulated timer can come too late
# for the kernel's test of it.
# shellcheck disable=SC2054 # the commas are QEMU's
qemu()
{
	local model=passthrough cpu=host accel=kvm memory=1024 pipes
	pipes=$(comma "$guest_dir")
	((EUID == 0)) || model=none
	[[ -z $debug ]] || memory=2048
	if [[ $acceleration == tcg ]]; then
		accel=tcg,thread=multi
		[[ -z ${LAB_ONE_THREAD-} ]] || accel=tcg,thread=single
		# With ERMS the kernel copies and clears pages by "rep movsb" and the
		# like, of which the emulator does a byte at a time.
		cpu=max,-erms
	fi
	local args=(
		-machine q35 -nodefaults -no-user-config -display none -no-reboot
		-accel "$accel" -cpu "$cpu" -smp "${LAB_CPUS:-2}" -m "${LAB_MEM:-$memory}"
		-kernel "$(kernel_path image)" -initrd "$guest_dir/initramfs.cpio"
		-append "console=ttyS0 panic=-1 no_timer_check $append"
		-chardev "file,id=console,path=$(comma "$console")" -serial chardev:console
		-device virtio-serial-pci
		-chardev "pipe,id=status,path=$pipes/status"
		-device virtserialport,chardev=status,nr=3
		-device virtio-rng-pci
		-fsdev "local,id=root,path=/,readonly=on,security_model=$model,multidevs=remap"
		-device virtio-9p-pci,fsdev=root,mount_tag=root
	)
	if [[ -n $share ]]; then
		args+=(
			-fsdev "local,id=cwd,path=$(comma "$share"),security_model=$model,multidevs=remap"
			-device virtio-9p-pci,fsdev=cwd,mount_tag=cwd
		)
	fi
	if [[ -n $tty ]]; then
		# A serial line and not a virtio console: that one drops what a
		# stopped terminal does not take. mux has the key to end it all.
		args+=(
			-echr 29
			-chardev "pipe,id=tty,path=$pipes/out,mux=on,signal=off"
			-serial chardev:tty
		)
	else
		args+=(
			-chardev "pipe,id=out,path=$pipes/out"
			-device virtserialport,chardev=out,nr=1
			-chardev "pipe,id=err,path=$pipes/err"
			-device virtserialport,chardev=err,nr=2
		)
		if [[ -n $stdin ]]; then
			# The only backend that tells the guest of the end of file.
			args+=(
				-chardev stdio,id=in,signal=off
				-device virtserialport,chardev=in,nr=4
			)
		fi
	fi
	mortal qemu-system-x86_64 "${args[@]}"
}

restore_terminal()
{
	[[ -z $guest_stty ]] || stty "$guest_stty" || :
	guest_stty=''
}

end_guest()
{
	trap '' INT TERM HUP
	{
		# A QEMU that hangs in KVM hears nothing less.
		# shellcheck disable=SC2046 # words are wanted
		kill -KILL $(running) || :
		wait || :
	} 2>/dev/null
	restore_terminal
	[[ -z $guest_dir ]] || rm -rf "$guest_dir"
	guest_dir=''
}

killed_by()
{
	end_guest
	trap - "$1" EXIT
	kill -s "$1" $$
}

# Bytes that the relay $1, which reports to file $2, has passed on.
relayed()
{
	local count=0 line
	kill -USR1 "$1"
	sleep 0.01
	while read -r line; do
		[[ $line =~ ^([0-9]+)\ bytes?\  ]] && count=${BASH_REMATCH[1]}
	done <"$2"
	echo "$count"
}

is_running()
{
	[[ $'\n'$(running)$'\n' == *$'\n'$1$'\n'* ]]
}

# The guest said that the command wrote $3 bytes to the relay $1, which reports
# to file $2: wait until they are out. A relay that is gone needs no waiting.
await_relay()
{
	while is_running "$1" && (($(relayed "$1" "$2") < ${3:-0})); do
		sleep 0.05
	done
}

# Waits for relay $1 to our descriptor named $2, which is to end well.
end_relay()
{
	local code=0
	wait "$1" || code=$?
	((code != 0)) || return 0
	# The reader went away: so would the command have gone.
	((code != 141)) || exit 141
	say "cannot pass on std$2: $(sed -n '/^dd: /{s///p;q}' "$guest_dir/$2.count")"
	exit 125
}

# Runs the command that its arguments are in a guest, and exits as it did.
boot()
{
	local cwd share signal started=$SECONDS
	local qemu_pid out_pid err_pid='' verdict status out err
	cwd=$(pwd -P)
	share=$cwd
	case $cwd in
	/) share='' ;;
	/dev | /proc | /proc/* | /run | /sys | /sys/*)
		die "the guest has a $cwd of its own: call lab from another directory"
		;;
	esac

	trap end_guest EXIT
	for signal in INT TERM HUP; do
		# shellcheck disable=SC2064
		trap "killed_by $signal" "$signal"
	done
	guest_dir=$(mktemp -d "${TMPDIR:-/tmp}/kcov-lab.XXXXXX")
	console=${console:-$guest_dir/console}
	: >"$console" || die "cannot write to $console"
	write_initramfs "$@"
	mkfifo "$guest_dir"/{status,out,err}.{in,out} "$guest_dir/in"
	# For writing too, or this would wait here for QEMU.
	exec {verdict}<>"$guest_dir/status.out"

	LC_ALL=C mortal dd bs=64k if="$guest_dir/out.out" 2>"$guest_dir/out.count" &
	out_pid=$!
	if [[ -n $tty ]]; then
		guest_stty=$(stty -g)
		stty raw -echo
		mortal cat <&0 >"$guest_dir/out.in" &
	else
		LC_ALL=C mortal dd bs=64k if="$guest_dir/err.out" >&2 2>"$guest_dir/err.count" &
		err_pid=$!
		if [[ -n $stdin ]]; then
			mortal cat <&0 >"$guest_dir/in" &
		fi
	fi
	if [[ -n $stdin && -z $tty ]]; then
		qemu <"$guest_dir/in" >/dev/null 2>"$guest_dir/qemu.log" &
	else
		qemu </dev/null >/dev/null 2>"$guest_dir/qemu.log" &
	fi
	qemu_pid=$!

	until read -r -t 0.5 -u "$verdict" status out err; do
		is_running "$out_pid" || end_relay "$out_pid" out
		[[ -z $err_pid ]] || is_running "$err_pid" || end_relay "$err_pid" err
		is_running "$qemu_pid" || dead_guest
		if ((timeout && SECONDS - started >= timeout)); then
			say "killed the guest: '$1' had not ended after $timeout s"
			exit 124
		fi
	done

	await_relay "$out_pid" "$guest_dir/out.count" "$out"
	[[ -z $err_pid ]] || await_relay "$err_pid" "$guest_dir/err.count" "$err"
	# Not KILL: bash would tell of it.
	kill -TERM "$qemu_pid"
	end_relay "$out_pid" out
	[[ -z $err_pid ]] || end_relay "$err_pid" err
	exit "$status"
}

# QEMU ended and there was no word of the command.
dead_guest()
{
	restore_terminal
	if [[ -s $guest_dir/qemu.log ]]; then
		say "QEMU: $(head -n 1 "$guest_dir/qemu.log")"
	elif [[ -n $tty ]] && ! grep -q 'Kernel panic' "$console"; then
		# poweroff, or the key that ends it.
		say "the guest was switched off"
		exit 125
	fi
	if [[ -s $console ]]; then
		say "the guest died before the command ended; the end of its console:"
		tail -n 20 "$console" | tr -d '\r' >&2
	fi
	exit 125
}
