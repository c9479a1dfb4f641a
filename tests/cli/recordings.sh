# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What tests of recordings share: ./image, with coverage points, and ./kcov.db. Needs $KCOVCTL and
# $BUILD.

# ./all has the PCs of ./image, ./points a line each, with the function.
list_points()
{
	"$KCOVCTL" points -v image >all
	"$KCOVCTL" symbolize -v image --return <all | awk '/^0x/ { pc = $1 } /^[a-z_]/ { print pc, $1 }' >points
}

# Into ./kcov.db, with right checksums.
change()
{
	"${BUILD:?where it was built}/tests/cli/recording-sql" kcov.db "$1"
}

import()
{
	"$KCOVCTL" import -v image "$@"
}

# What SQL says of ./kcov.db.
ask()
{
	sqlite3 kcov.db "$@"
}

# has_row WHICH WHAT: exactly one object of ./out is that one, and it has that.
has_row()
{
	jq -se "map(select($1)) | length == 1 and (.[0] | $2)" out && return
	cat out
	return 1
}
