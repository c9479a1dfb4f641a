# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# Modules of our own, built out of tree against a cached kernel, from a copy of their
# sources: a checkout stays clean, and each kernel has modules of its own.

# From lab: meson's build directory.
: "${build:?}"

# One line that changes when the directory $1 does.
directory_id()
{
	(cd "$1" && find . -type f -print0 | sort -z | xargs -0r sha256sum | sha256sum)
}

# Builds the module in directory $1 unless that was done, and prints its files.
build_module()
{
	local id sources=$1 dir
	dir=$build/modules/${kernel##*/}/${1##*/}
	mkdir -p "${dir%/*}"
	exec 9>"$dir.lock"
	flock 9
	id=$(directory_id "$sources") || die "cannot read $sources"
	if [[ $(cat "$dir/.id" 2>/dev/null) != "$id" ]]; then
		rm -rf "$dir"
		cp -R "$sources" "$dir" || die "cannot copy $sources to $dir"
		make_module "$dir" || die "cannot build the module in $sources"
		echo "$id" >"$dir/.id"
	fi
	exec 9>&-
	find "$dir" -name '*.ko' | sort
}

# Silent but for what the compiler has to say.
make_module()
{
	kernel_make -s -j"$(nproc)" M="$1" W=1 modules </dev/null >&2 || return
	[[ -n $(find "$1" -name '*.ko' -print -quit) ]] || {
		say "it made no .ko"
		return 1
	}
}
