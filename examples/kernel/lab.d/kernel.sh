# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# Kernels and the cache of them. Each has a directory named by its version and a
# hash of all that went into it:
#
#   source/    the patched source, built in place, so that DWARF's file names are
#              relative and modules can be built against it; without the objects
#   modules/   what modules_install put there
#   build.log
#   complete   written last: without it, the directory is a build to be resumed

: "${here:?}" "${cache:?}" "${stock?}" "${debug?}" "${source?}" "${llvm?}" "${config?}"

# Raise it when the steps below change what comes out of them.
recipe=1

# Steps that make reports for the fragment as it is: an estimate, for the eye.
usual_steps=2030

# The same source makes the same kernel, whoever builds it, wherever and when.
export KBUILD_BUILD_TIMESTAMP='1970-01-01 00:00:00 UTC'
export KBUILD_BUILD_USER=lab KBUILD_BUILD_HOST=kcov-lab KBUILD_BUILD_VERSION=1

# Sees to it that there is the source: in $source_dir, or in the tarball of $source_package.
ensure_source()
{
	[[ $(uname -m) == x86_64 ]] || die "only x86-64 so far, and this is $(uname -m)"
	source_dir='' source_package=''
	case $source in
	'') source_package=linux-source-6.12 ;;
	linux-source-*) source_package=$source ;;
	*)
		source_dir=$source
		[[ -f $source_dir/Kbuild && -f $source_dir/Makefile ]] ||
			die "there is no kernel source in $source_dir"
		return
		;;
	esac
	source_tarball=/usr/src/$source_package.tar.xz
	[[ ! -e $source_tarball ]] || return 0
	if ! type -P apt-get >/dev/null; then
		die "this is not Debian: get a kernel's source, 6.12 say, and set KERNEL_SRC to it"
	fi
	# After what apt-get has to say, since it takes a name that it does not know for a pattern.
	(install_packages "$source_package") && [[ -e $source_tarball ]] || no_source
}

no_source()
{
	say "$source_package is not to be had. In Debian 12 linux-source-6.12 is in the security suite:"
	say "  deb <your mirror's debian-security> bookworm-security main"
	say "in /etc/apt/sources.list.d/security.list, say. Or set KERNEL_SRC to the source"
	die "of some other kernel."
}

# What the kernel is built with: gcc, or what LLVM= stands for.
ensure_compiler()
{
	case $llvm in
	'') type -P gcc >/dev/null || ensure_packages build ;;
	1 | -[0-9]*)
		clang=clang${llvm#1} lld=ld.lld${llvm#1}
		llvm_version=${llvm#1} ensure_packages llvm
		;;
	*/)
		clang=${llvm}clang lld=${llvm}ld.lld
		[[ -x $clang && -x $lld ]] || die "there are no clang and ld.lld in $llvm"
		;;
	*) misused "--llvm '$llvm' is none of 1, -VERSION and DIRECTORY/" ;;
	esac
}

compiler_id()
{
	if [[ -z $llvm ]]; then
		gcc --version | head -n 1
	else
		"$clang" --version | head -n 1
		"$lld" --version | head -n 1
	fi
}

# One line that changes when the source does.
source_id()
{
	if [[ -n $source_package ]]; then
		dpkg-query -W "$source_package"
	elif [[ -e $source_dir/.git ]]; then
		git -C "$source_dir" rev-parse HEAD
		git -C "$source_dir" diff HEAD | sha256sum
		(cd "$source_dir" &&
			git ls-files -z --others --exclude-standard | xargs -0r sha256sum)
	else
		find "$source_dir" -type f -printf '%P %s %T@\n' | sort | sha256sum
	fi
}

source_version()
{
	if [[ -n $source_package ]]; then
		dpkg-query -W -f '${Version}\n' "$source_package" | sed 's/-.*//'
	else
		sed -n 's/^\(VERSION\|PATCHLEVEL\|SUBLEVEL\) = //p' "$source_dir/Makefile" |
			paste -s -d .
	fi
}

# Sets $patches to what is applied to the source, in order.
find_patches()
{
	patches=()
	[[ -z $stock ]] || return 0
	local patch
	for patch in "$here"/patches/*.patch; do
		[[ ! -e $patch ]] || patches+=("$patch")
	done
}

# Sets $fragments to what the configuration is made of, in order.
find_fragments()
{
	fragments=("$here/lab.config")
	[[ -z $debug ]] || fragments+=("$here/lab-debug.config")
	[[ -n $config ]] || return 0
	[[ -f $config ]] || die "--config: there is no file $config"
	fragments+=("$(realpath "$config")")
}

# Sets $kernel to the directory of the kernel that is wanted.
locate_kernel()
{
	local hash
	find_patches
	find_fragments
	hash=$({
		echo "$recipe"
		source_id
		cat "${fragments[@]}" "${patches[@]}"
		compiler_id
	} | sha256sum | cut -c 1-12)
	kernel=$cache/$(source_version)-$hash
}

# Sees to it that there is a kernel, and sets $kernel to its directory.
ensure_kernel()
{
	[[ -z ${kernel-} ]] || return 0
	ensure_source
	ensure_compiler
	locate_kernel
	[[ ! -e $kernel/complete ]] || return 0
	ensure_packages build
	mkdir -p "$kernel"
	exec 9>"$kernel/lock"
	if ! flock -n 9; then
		say "waiting: another lab is building this kernel"
		flock 9
	fi
	[[ -e $kernel/complete ]] || build_kernel
	exec 9>&-
}

kernel_path()
{
	case $1 in
	source) echo "$kernel/source" ;;
	vmlinux) echo "$kernel/source/vmlinux" ;;
	image) echo "$kernel/source/arch/x86/boot/bzImage" ;;
	modules) echo "$kernel"/modules/lib/modules/* ;;
	esac
}

build_kernel()
{
	local started=$SECONDS
	say "building the kernel in $kernel (once; on two processors 10 to 20 minutes, by clang 30, with ThinLTO an hour)"
	[[ -e $kernel/source ]] || unpack_source
	: >"$kernel/build.log"
	configure
	build_step "building" all
	build_step "installing the modules" modules_install
	discard_objects
	touch "$kernel/complete"
	say "kernel built in $(((SECONDS - started) / 60)) min $(((SECONDS - started) % 60)) s"
	tell_of_older_kernels
}

# They are not removed: --stock or another checkout may want them. This kernel's lock is
# taken, and so are those of kernels that are being built.
tell_of_older_kernels()
{
	local lock older=()
	for lock in "$cache"/*/lock; do
		! flock -n "$lock" true || older+=("${lock%/*}")
	done
	((${#older[@]} > 0)) || return 0
	say "older kernels are kept; remove what you no longer need with rm -r:"
	du -sh "${older[@]}" | sed 's/^/  /' >&2
}

# Unpacked and patched aside, so that a source/ is always whole.
unpack_source()
{
	local aside=$kernel/unpacking patch
	rm -rf "$aside"
	mkdir -p "$aside"
	if [[ -n $source_dir ]]; then
		say "copying $source_dir"
		tar -C "$source_dir" --exclude-vcs -c . | tar -C "$aside" -x
		unaffected make -C "$aside" mrproper >/dev/null
	else
		say "unpacking $source_tarball"
		tar -C "$aside" --strip-components=1 -xf "$source_tarball"
	fi
	for patch in "${patches[@]}"; do
		say "applying ${patch##*/}"
		patch -d "$aside" -p1 --fuzz=0 --batch --forward <"$patch" >"$kernel/patch.log" || {
			cat "$kernel/patch.log" >&2
			rm -rf "$kernel"
			die "${patch##*/} does not apply"
		}
	done
	mv "$aside" "$kernel/source"
}

# unaffected CMD…: without what the caller's environment has for the kernel's makefiles: LLVM=,
# CROSS_COMPILE=, KCFLAGS= and many more, none of which is in a kernel's name.
unaffected()
{
	local name kept=()
	for name in PATH HOME TMPDIR LANG "${!KBUILD_BUILD_@}"; do
		[[ -z ${!name-} ]] || kept+=("$name=${!name}")
	done
	env -i "${kept[@]}" "$@"
}

kernel_make()
{
	unaffected make -C "$kernel/source" ARCH=x86_64 ${llvm:+LLVM="$llvm"} \
		INSTALL_MOD_PATH="$kernel/modules" "$@"
}

configure()
{
	{
		kernel_make tinyconfig &&
			(cd "$kernel/source" &&
				unaffected scripts/kconfig/merge_config.sh -m .config "${fragments[@]}") &&
			kernel_make olddefconfig
	} >>"$kernel/build.log" 2>&1 </dev/null || build_failed "configuring"

	# What depends on an option that is off is left out without a word. Of two lines for one
	# option the last one counts.
	local line option ignored=()
	declare -A lines=()
	while read -r line; do
		case $line in
		CONFIG_*) lines[${line%%=*}]=$line ;;
		'# CONFIG_'*' is not set')
			option=${line#\# }
			lines[${option% is not set}]=$line
			;;
		esac
	done < <(cat "${fragments[@]}")
	for option in "${!lines[@]}"; do
		line=${lines[$option]}
		if [[ $line == '#'* ]]; then
			! grep -q "^$option=" "$kernel/source/.config" || ignored+=("$line")
		else
			grep -qxF -- "$line" "$kernel/source/.config" || ignored+=("$line")
		fi
	done
	((${#ignored[@]} == 0)) || {
		say "this kernel does not take these lines of ${fragments[*]##*/}:"
		printf '  %s\n' "${ignored[@]}" >&2
		rm -rf "$kernel"
		die "mend ${fragments[*]##*/} or use another source"
	}
}

# Runs make for target $2 and shows how far it is; $1 says what that does.
build_step()
{
	local pid
	# In a process group of its own, so that all of it can be ended.
	set -m
	PATH=$PATH:/usr/sbin:/sbin kernel_make -j"$(nproc)" "$2" \
		>>"$kernel/build.log" 2>&1 </dev/null &
	pid=$!
	set +m
	trap 'kill -TERM -- -'"$pid"' 2>/dev/null' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap 'exit 129' HUP
	watch_build "$1" "$pid"
	wait "$pid" || build_failed "$1"
	trap - EXIT INT TERM HUP
}

# On a terminal a line that changes, elsewhere one every half minute.
watch_build()
{
	local steps percent started=$SECONDS shown=0 text
	while kill -0 "$2" 2>/dev/null; do
		sleep 1
		steps=$(grep -c '^  [A-Z]' "$kernel/build.log") || :
		percent=$((steps * 100 / usual_steps))
		((percent < 100)) || percent=99
		printf -v text '%s: step %d, about %d %%, %d:%02d' "$1" "$steps" "$percent" \
			$(((SECONDS - started) / 60)) $(((SECONDS - started) % 60))
		if [[ -t 2 ]]; then
			printf '\rlab: %s\033[K' "$text" >&2
		elif ((SECONDS - shown >= 30)); then
			say "$text"
			shown=$SECONDS
		fi
	done
	[[ ! -t 2 ]] || printf '\r\033[K' >&2
}

build_failed()
{
	say "$1 failed; the end of $kernel/build.log:"
	tail -n 20 "$kernel/build.log" >&2
	die "no kernel"
}

# Modules can still be built against what is left; a debugger finds its sources.
discard_objects()
{
	local source=$kernel/source
	find "$source" \( -path "$source/scripts" -o -path "$source/tools" \) -prune -o \
		-type f \( -name '*.o' -o -name '*.a' -o -name '.*.cmd' -o -name '*.mod.c' \) \
		-print0 | xargs -0 rm -f
	rm -f "$source"/.tmp_vmlinux* "$source"/arch/x86/boot/compressed/vmlinux*
}
