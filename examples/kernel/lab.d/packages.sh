# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# What has to be installed, in sets, and what shows that it is. A set is a list of
# package=proof, the package by Debian's name, the proof a command or a file (a pattern); "@"
# in either is the version of gcc, "%" that of LLVM, "-19" or nothing. A package with "?" behind
# it is done without where Debian has none of that name. No two packages of all sets exclude each
# other, nor does one of them exclude a cross compiler (as gcc-multilib would).

declare -A package_sets=(
	# The kernel (its source is another matter: see kernel.sh).
	[build]='gcc=gcc libc6-dev=/usr/include/stdio.h make=make flex=flex
		bison=bison bc=bc patch=patch xz-utils=xz kmod=depmod
		libelf-dev=/usr/include/gelf.h libssl-dev=/usr/include/openssl/evp.h'
	# On top of it for a kernel by clang.
	[llvm]='clang%=clang% lld%=ld.lld% llvm%=llvm-nm%'
	# The guest.
	[run]='qemu-system-x86=qemu-system-x86_64 busybox-static=busybox'
	# The libraries and kcovctl.
	[kcovctl]='gcc=gcc libc6-dev=/usr/include/stdio.h meson=meson
		ninja-build=ninja pkg-config=pkg-config libelf-dev=/usr/include/gelf.h
		libdw-dev=/usr/include/elfutils/libdw.h zlib1g-dev=/usr/include/zlib.h
		libzstd-dev=/usr/include/zstd.h
		libxxhash-dev=/usr/include/xxhash.h libseccomp-dev=/usr/include/seccomp.h
		libsqlite3-dev=/usr/include/sqlite3.h libjson-c-dev=/usr/include/json-c/json.h
		libcapstone-dev=/usr/include/capstone/capstone.h'
	# What only tests and CI want on top.
	[tests]='clang=clang lld=ld.lld llvm=llvm-symbolizer
		libclang-rt-dev=/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a
		g++=c++ clang-format=clang-format
		jq=jq sqlite3=sqlite3 shellcheck=shellcheck gcc-@-multilib?=/usr/lib/gcc/*/@/32/libgcc.a
		elfutils=eu-readelf zstd=zstd
		libdebuginfod1=/usr/lib/*/libdebuginfod.so.1 scdoc=scdoc valgrind=valgrind afl++=afl-fuzz
		libcmocka-dev=/usr/include/cmocka.h spin=spin strace=strace lcov=genhtml
		golang-go=go stress-ng=stress-ng git=git make=make python3=/usr/bin/python3
		binutils-aarch64-linux-gnu=aarch64-linux-gnu-ld
		libc6-dev-arm64-cross=/usr/aarch64-linux-gnu/include/stdio.h
		dwz=dwz binutils-gold?=dwp sparse=sparse perl=/usr/share/perl/5.*/Term/ANSIColor.pm rustc=rustc
		linux-source-6.1?=/usr/src/linux-source-6.1.tar.xz'
)

is_proven()
{
	case $1 in
	/*) compgen -G "$1" >/dev/null ;;
	# The guest starts with nothing but this one file.
	busybox) is_static "$(type -P busybox)" ;;
	# Users do not have /sbin on their PATH.
	*) PATH=$PATH:/usr/sbin:/sbin type -P "$1" >/dev/null ;;
	esac
}

is_static()
{
	[[ -n $1 ]] && ! ldd "$1" >/dev/null 2>&1
}

# Sees to it that everything in these sets is there.
ensure_packages()
{
	local set entry entries package gcc missing optional

	for set; do
		[[ ${package_sets[$set]} != *@* ]] || type -P gcc >/dev/null || install_packages gcc
		missing=() optional=()
		gcc=$(gcc -dumpversion 2>/dev/null) || :
		entries=${package_sets[$set]//@/"${gcc%%.*}"}
		for entry in ${entries//%/"$llvm_version"}; do
			package=${entry%%=*}
			if is_proven "${entry#*=}"; then
				continue
			elif [[ $package == *'?' ]]; then
				optional+=("${package%'?'}")
			else
				missing+=("$package")
			fi
		done
		((${#missing[@]} == 0)) || install_packages "${missing[@]}"
		((${#optional[@]} == 0)) || install_optional "${optional[@]}"
	done
}

# apt-get takes a name that it does not know for a pattern.
is_known()
{
	type -P apt-cache >/dev/null && apt-cache pkgnames "$1" | grep -xF -e "$1" >/dev/null
}

install_optional()
{
	local package

	for package; do
		! is_known "$package" || install_packages "$package"
	done
}

# Set by who wants another one.
llvm_version=''

apt_is_up_to_date=''

install_packages()
{
	local sudo=()
	if ! type -P apt-get >/dev/null; then
		say "not found here: $* (these are Debian's names)"
		die "install them, or what your distribution has instead, and try again"
	fi
	if ((EUID != 0)); then
		type -P sudo >/dev/null || die "not installed: $*; install them as root"
		sudo=(sudo)
	fi
	say "installing with apt-get: $*"
	{
		[[ -n $apt_is_up_to_date ]] || "${sudo[@]}" apt-get -q update ||
			say "apt-get update failed, trying without"
		apt_is_up_to_date=1
		"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
			apt-get -q -y --no-install-recommends install "$@" || die "cannot install $*"
	} </dev/null >&2
}
