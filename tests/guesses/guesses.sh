# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What a stranger must be able to guess: where a new thing of a kind goes. Each patch here is a toy
# of its kind, and has the tests that show it at work. Needs $SOURCE, the checkout.

: "${SOURCE:?the checkout}"
guesses=$SOURCE/tests/guesses

# How many files each may change.
declare -A may_change=(
	# Its file in cli/render/, and the row in formats.c.
	[format]=2
	# Its file in cli/trace/arch/, and the row in machine.c.
	[architecture]=2
	# enum kcov_mode in kcov.h, and the row in record-kinds.h.
	[record-kind]=2
	# uapi.h, its file, its header, and strerror.c.
	[ioctl]=4
)

patched_files()
{
	git apply --numstat "$guesses/$1.patch" | cut -f 3
}

# counted_files NAME: all but those that say how to build, what is exported, how to use and to test.
counted_files()
{
	patched_files "$1" |
		sed -E '/(^|\/)meson\.build$|\.map$|^(docs|man|tests)\/|^CHANGELOG\.md$/d'
}

# tests_of NAME: the tests that it adds, by their names for meson, where one of a unit and one of the
# command line can have the same.
tests_of()
{
	patched_files "$1" | sed -n -E 's/^tests\/(unit|cli)\/test-([^./]+)(\.c)?$/\2/p'
}

# copy_tree: the checkout in ./tree, without what was built.
copy_tree()
{
	mkdir tree
	tar -C "$SOURCE" -c --exclude-vcs --exclude='./build*' . | tar -C tree -x
}

# apply_patch NAME [OPTION]: to ./tree.
apply_patch()
{
	git -C tree apply ${2+"$2"} "$guesses/$1.patch" && return
	printf 'tests/guesses/%s.patch does not apply: refresh it as CONTRIBUTING.md says\n' "$1"
	return 1
}

changes_few_files()
{
	local files

	mapfile -t files < <(counted_files "$1")
	[ ${#files[@]} -gt 0 ]
	[ ${#files[@]} -le "${may_change[$1]}" ] && return
	printf 'tests/guesses/%s.patch changes %d files, and may change %d: %s\n' "$1" \
		"${#files[@]}" "${may_change[$1]}" "${files[*]}"
	return 1
}
