// SPDX-License-Identifier: MIT
#include "call-names.h"

#include <kcov/symbolize.h>
#include <stdbool.h>
#include <string.h>

/* What follows the prefix of a function, and the name of its call. */
struct call_name {
	const char *function;
	const char *name;
};

/* Wherever they are. */
static const struct call_name all_names[] = {
	{ "newstat", "stat" },
	{ "newfstat", "fstat" },
	{ "newlstat", "lstat" },
	{ "newuname", "uname" },
	{ "umount", "umount2" },
	{ "oldumount", "umount" },
	{ "llseek", "_llseek" },
	{ "mmap_pgoff", "mmap2" },
	{ "old_getrlimit", "getrlimit" },
	{ "old_mmap", "mmap" },
	{ "old_msgctl", "msgctl" },
	{ "old_readdir", "readdir" },
	{ "old_select", "select" },
	{ "old_semctl", "semctl" },
	{ "old_shmctl", "shmctl" },
	/* Those of 16-bit ids. */
	{ "chown16", "chown" },
	{ "fchown16", "fchown" },
	{ "getegid16", "getegid" },
	{ "geteuid16", "geteuid" },
	{ "getgid16", "getgid" },
	{ "getgroups16", "getgroups" },
	{ "getresgid16", "getresgid" },
	{ "getresuid16", "getresuid" },
	{ "getuid16", "getuid" },
	{ "lchown16", "lchown" },
	{ "setfsgid16", "setfsgid" },
	{ "setfsuid16", "setfsuid" },
	{ "setgid16", "setgid" },
	{ "setgroups16", "setgroups" },
	{ "setregid16", "setregid" },
	{ "setresgid16", "setresgid" },
	{ "setresuid16", "setresuid" },
	{ "setreuid16", "setreuid" },
	{ "setuid16", "setuid" },
	/* Those whose time ends in 2038. */
	{ "adjtimex_time32", "adjtimex" },
	{ "clock_adjtime32", "clock_adjtime" },
	{ "clock_getres_time32", "clock_getres" },
	{ "clock_gettime32", "clock_gettime" },
	{ "clock_nanosleep_time32", "clock_nanosleep" },
	{ "clock_settime32", "clock_settime" },
	{ "futex_time32", "futex" },
	{ "futimesat_time32", "futimesat" },
	{ "io_getevents_time32", "io_getevents" },
	{ "mq_timedreceive_time32", "mq_timedreceive" },
	{ "mq_timedsend_time32", "mq_timedsend" },
	{ "nanosleep_time32", "nanosleep" },
	{ "ppoll_time32", "ppoll" },
	{ "pselect6_time32", "pselect6" },
	{ "recvmmsg_time32", "recvmmsg" },
	{ "rt_sigtimedwait_time32", "rt_sigtimedwait" },
	{ "sched_rr_get_interval_time32", "sched_rr_get_interval" },
	{ "semtimedop_time32", "semtimedop" },
	{ "stime32", "stime" },
	{ "time32", "time" },
	{ "timer_gettime32", "timer_gettime" },
	{ "timer_settime32", "timer_settime" },
	{ "timerfd_gettime32", "timerfd_gettime" },
	{ "timerfd_settime32", "timerfd_settime" },
	{ "utime32", "utime" },
	{ "utimensat_time32", "utimensat" },
	{ "utimes_time32", "utimes" },
	/* Those of 32-bit programs that pass 64-bit arguments in halves, or have structs of their
	 * own. */
	{ "ia32_clone", "clone" },
	{ "ia32_fadvise64", "fadvise64" },
	{ "ia32_fadvise64_64", "fadvise64_64" },
	{ "ia32_fallocate", "fallocate" },
	{ "ia32_fstat64", "fstat64" },
	{ "ia32_fstatat64", "fstatat64" },
	{ "ia32_ftruncate64", "ftruncate64" },
	{ "ia32_lstat64", "lstat64" },
	{ "ia32_mmap", "mmap" },
	{ "ia32_pread64", "pread64" },
	{ "ia32_pwrite64", "pwrite64" },
	{ "ia32_readahead", "readahead" },
	{ "ia32_stat64", "stat64" },
	{ "ia32_sync_file_range", "sync_file_range" },
	{ "ia32_truncate64", "truncate64" },
	{ "aarch32_fadvise64_64", "arm_fadvise64_64" },
	{ "aarch32_fallocate", "fallocate" },
	{ "aarch32_fstatfs64", "fstatfs64" },
	{ "aarch32_ftruncate64", "ftruncate64" },
	{ "aarch32_mmap2", "mmap2" },
	{ "aarch32_pread64", "pread64" },
	{ "aarch32_pwrite64", "pwrite64" },
	{ "aarch32_readahead", "readahead" },
	{ "aarch32_statfs64", "statfs64" },
	{ "aarch32_sync_file_range2", "arm_sync_file_range" },
	{ "aarch32_truncate64", "truncate64" },
	{ NULL, NULL },
};

/* Of 64-bit programs. */
static const struct call_name x64_names[] = {
	{ "sendfile64", "sendfile" },
	{ NULL, NULL },
};

/* Of those, and of 32-bit programs where these need no function of their own. */
static const struct call_name arm64_names[] = {
	{ "chown", "chown32" },   { "fadvise64_64", "fadvise64" },
	{ "lchown", "lchown32" }, { "sendfile64", "sendfile" },
	{ NULL, NULL },
};

/* Of 32-bit programs: what kernels call by its plain name came to these later. */
static const struct call_name narrow_names[] = {
	{ "stat", "oldstat" },
	{ "fstat", "oldfstat" },
	{ "lstat", "oldlstat" },
	{ "uname", "olduname" },
	{ "olduname", "oldolduname" },
	{ "select", "_newselect" },
	{ "getrlimit", "ugetrlimit" },
	{ "chown", "chown32" },
	{ "fchown", "fchown32" },
	{ "getegid", "getegid32" },
	{ "geteuid", "geteuid32" },
	{ "getgid", "getgid32" },
	{ "getgroups", "getgroups32" },
	{ "getresgid", "getresgid32" },
	{ "getresuid", "getresuid32" },
	{ "getuid", "getuid32" },
	{ "lchown", "lchown32" },
	{ "setfsgid", "setfsgid32" },
	{ "setfsuid", "setfsuid32" },
	{ "setgid", "setgid32" },
	{ "setgroups", "setgroups32" },
	{ "setregid", "setregid32" },
	{ "setresgid", "setresgid32" },
	{ "setresuid", "setresuid32" },
	{ "setreuid", "setreuid32" },
	{ "setuid", "setuid32" },
	{ "clock_adjtime", "clock_adjtime64" },
	{ "clock_getres", "clock_getres_time64" },
	{ "clock_gettime", "clock_gettime64" },
	{ "clock_nanosleep", "clock_nanosleep_time64" },
	{ "clock_settime", "clock_settime64" },
	{ "futex", "futex_time64" },
	{ "mq_timedreceive", "mq_timedreceive_time64" },
	{ "mq_timedsend", "mq_timedsend_time64" },
	{ "sched_rr_get_interval", "sched_rr_get_interval_time64" },
	{ "semtimedop", "semtimedop_time64" },
	{ "timer_gettime", "timer_gettime64" },
	{ "timer_settime", "timer_settime64" },
	{ "timerfd_gettime", "timerfd_gettime64" },
	{ "timerfd_settime", "timerfd_settime64" },
	{ "utimensat", "utimensat_time64" },
	{ NULL, NULL },
};

/* Of x32's programs, whose time is that of 64-bit ones. */
static const struct call_name x32_names[] = {
	{ "preadv64", "preadv" },
	{ "preadv64v2", "preadv2" },
	{ "pwritev64", "pwritev" },
	{ "pwritev64v2", "pwritev2" },
	{ "recvmmsg_time64", "recvmmsg" },
	{ "rt_sigtimedwait_time64", "rt_sigtimedwait" },
	{ "x32_rt_sigreturn", "rt_sigreturn" },
	{ NULL, NULL },
};

static const char *find(const struct call_name *names, const char *function)
{
	for (; names->function; names++)
		if (strcmp(names->function, function) == 0)
			return names->name;
	return NULL;
}

static bool begins(const char *symbol, const char *prefix)
{
	return strncmp(symbol, prefix, strlen(prefix)) == 0;
}

/* Those that only the programs have that a function is for, by its prefix. */
static const struct call_name *names_of(const char *symbol)
{
	if (begins(symbol, "__x64_compat_") || begins(symbol, "__x32_compat_"))
		return x32_names;
	if (begins(symbol, "__ia32_") || begins(symbol, "__arm64_compat_"))
		return narrow_names;
	return begins(symbol, "__arm64_") ? arm64_names : x64_names;
}

const char *call_name_of_symbol(const char *symbol)
{
	const char *function = kcov_syscall_of(symbol), *name;

	if (!function)
		return NULL;
	name = find(names_of(symbol), function);
	if (!name)
		name = find(all_names, function);
	return name ? name : function;
}
