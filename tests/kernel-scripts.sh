# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# scripts/decode_stacktrace.sh of the kernel's source in $source, where it was built, and how its
# words and those of kcovctl symbolize --annotate --inlines are compared.

# decode FILE [MODULES]: the text, into ./theirs; modules are below a directory.
decode()
{
	"${source:?}/scripts/decode_stacktrace.sh" "$source/vmlinux" "$source" "${@:2}" <"$1" >theirs
}

# What a text has in parentheses behind each symbol, as "file:line …", below the source tree. A
# module comes behind that.
places()
{
	sed -E "s/ \\(discriminator [0-9]+\\)//g; s,$source/,,g; s,(^|[ (])\\./,\\1,g; s,/\\./,/,g; s/.* \\((.*)\\)( [a-z_]+)? *$/\\1/"
}

# Ours of whole inline chains, in the words of decode_stacktrace.sh.
our_places()
{
	sed -E 's/inlined by //g; s/, / /g; s/[^ (]+ at //g' | places
}
