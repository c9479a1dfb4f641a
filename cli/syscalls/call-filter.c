// SPDX-License-Identifier: MIT
#include "call-filter.h"

#include <ctype.h>
#include <errno.h>
#include <regex.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define X32_BIT UINT32_C(0x40000000)

enum {
	WORD_BITS = 64,
	/* No name is as long. */
	MAX_WORD = 64,
	MAX_PLUS = 4,
	/* libseccomp's stand-ins for calls behind socketcall and ipc are from -101 to -224. */
	MAX_PSEUDO = 256,
};

#define STAT_CALLS "oldstat stat stat64"
#define LSTAT_CALLS "lstat lstat64 oldlstat"
#define FSTAT_CALLS "fstat fstat64 fstatat64 newfstatat oldfstat statx"
#define STATFS_CALLS "statfs statfs64"
#define FSTATFS_CALLS "fstatfs fstatfs64"
#define NETWORK_CALLS                                                                               \
	"accept accept4 bind connect getpeername getpmsg getsockname getsockopt listen putpmsg "    \
	"recv recvfrom recvmmsg recvmmsg_time64 recvmsg send sendfile sendfile64 sendmmsg sendmsg " \
	"sendto setsockopt shutdown socket socketcall socketpair"

/*
 * What strace 6.1 takes each class for, in alphabetical order, and calls that came later
 * where it has their like. A machine need not have all of them.
 */
static const struct call_class {
	const char *name;
	const char *members;
} classes[] = {
	{ "clock", "adjtimex clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 "
		   "clock_gettime clock_gettime64 clock_settime clock_settime64 gettimeofday "
		   "settimeofday time" },
	{ "creds", "capget capset getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups "
		   "getgroups32 getresgid getresgid32 getresuid getresuid32 getuid getuid32 prctl "
		   "setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 "
		   "setregid setregid32 setresgid setresgid32 setresuid setresuid32 setreuid "
		   "setreuid32 setuid setuid32" },
	{ "desc",
	  "_llseek _newselect arm_fadvise64_64 arm_sync_file_range bpf cachestat close "
	  "copy_file_range creat dup dup2 dup3 epoll_create epoll_create1 epoll_ctl "
	  "epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 execveat faccessat "
	  "faccessat2 fadvise64 fadvise64_64 fallocate fanotify_init fanotify_mark fchdir "
	  "fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync "
	  "fgetxattr file_getattr file_setattr finit_module flistxattr flock fremovexattr "
	  "fsconfig fsetxattr fsmount fsopen fspick fstat fstat64 fstatat64 fstatfs "
	  "fstatfs64 fsync ftruncate ftruncate64 futimesat getdents getdents64 getxattrat "
	  "inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_uring_enter "
	  "io_uring_register io_uring_setup ioctl kexec_file_load landlock_add_rule "
	  "landlock_create_ruleset landlock_restrict_self linkat listxattrat lseek "
	  "memfd_create memfd_secret mkdirat mknodat mmap mmap2 mount_setattr move_mount "
	  "mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 "
	  "mq_timedsend mq_timedsend_time64 name_to_handle_at newfstatat oldfstat open "
	  "open_by_handle_at open_tree open_tree_attr openat openat2 perf_event_open "
	  "pidfd_getfd pidfd_open pidfd_send_signal pipe pipe2 poll ppoll ppoll_time64 "
	  "pread64 preadv preadv2 process_madvise process_mrelease pselect6 pselect6_time64 "
	  "pwrite64 pwritev pwritev2 quotactl_fd read readahead readdir readlinkat readv "
	  "removexattrat renameat renameat2 select sendfile sendfile64 setns setxattrat "
	  "signalfd signalfd4 splice statx symlinkat sync_file_range sync_file_range2 "
	  "syncfs tee timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime "
	  "timerfd_settime64 unlinkat userfaultfd utimensat utimensat_time64 vmsplice write "
	  "writev" },
	{ "file",
	  "access acct chdir chmod chown chown32 chroot creat execve execveat faccessat "
	  "faccessat2 fanotify_mark fchmodat fchmodat2 fchownat file_getattr file_setattr "
	  "fsconfig fspick fstatat64 futimesat getcwd getxattr getxattrat inotify_add_watch "
	  "lchown lchown32 lgetxattr link linkat listxattr listxattrat llistxattr "
	  "lremovexattr lsetxattr lstat lstat64 mkdir mkdirat mknod mknodat mount "
	  "mount_setattr move_mount name_to_handle_at newfstatat oldlstat oldstat open "
	  "open_tree open_tree_attr openat openat2 pivot_root quotactl readlink readlinkat "
	  "removexattr removexattrat rename renameat renameat2 rmdir setxattr setxattrat "
	  "stat stat64 statfs statfs64 statx swapoff swapon symlink symlinkat truncate "
	  "truncate64 umount umount2 unlink unlinkat uselib utime utimensat "
	  "utimensat_time64 utimes" },
	{ "fstat", FSTAT_CALLS },
	{ "fstatfs", FSTATFS_CALLS },
	{ "ipc", "ipc msgctl msgget msgrcv msgsnd semctl semget semop semtimedop semtimedop_time64 "
		 "shmat shmctl shmdt shmget" },
	{ "lstat", LSTAT_CALLS },
	{ "memory",
	  "break brk get_mempolicy io_destroy io_setup io_uring_register madvise "
	  "map_shadow_stack mbind migrate_pages mincore mlock mlock2 mlockall mmap mmap2 "
	  "move_pages mprotect mremap mseal msync munlock munlockall munmap pkey_mprotect "
	  "remap_file_pages set_mempolicy set_mempolicy_home_node shmat shmdt subpage_prot" },
	{ "net", NETWORK_CALLS },
	{ "network", NETWORK_CALLS },
	{ "process", "clone clone3 execve execveat exit exit_group fork kill pidfd_send_signal "
		     "rt_sigqueueinfo rt_tgsigqueueinfo tgkill tkill vfork wait4 waitid waitpid" },
	{ "pure", "getegid getegid32 geteuid geteuid32 getgid getgid32 getpgrp getpid getppid "
		  "gettid getuid getuid32" },
	{ "signal",
	  "io_uring_enter kill pause pidfd_send_signal rt_sigaction rt_sigpending "
	  "rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait "
	  "rt_sigtimedwait_time64 rt_tgsigqueueinfo sgetmask sigaction sigaltstack signal "
	  "signalfd signalfd4 sigpending sigprocmask sigreturn sigsuspend ssetmask tgkill "
	  "tkill" },
	{ "stat", STAT_CALLS },
	{ "statfs", STATFS_CALLS },
	{ "%stat", STAT_CALLS " " LSTAT_CALLS " " FSTAT_CALLS },
	{ "%statfs", STATFS_CALLS " " FSTATFS_CALLS " ustat" },
};

/*
 * What socketcall and ipc can do has become calls of their own on i386, s390 and PowerPC.
 * libseccomp knows the names of their numbers, but for the number of such a name it has one
 * below 0 that stands for both ways.
 */
struct pseudo {
	bool listed;
	/* By the number below 0, negated; 0: there is no such call. */
	uint16_t numbers[MAX_PSEUDO];
};

struct parser {
	struct call_filter filter;
	/* Listed when they are first needed: it takes some hundred microseconds. */
	struct pseudo pseudo[CALL_FILTER_ABIS];
};

static uint32_t scmp_arch(const struct call_filter_abi *abi)
{
	/* To Linux, x32 is x86-64 with a bit in the number. */
	return abi->base ? SCMP_ARCH_X32 : abi->audit_arch;
}

static void list_pseudo(const struct call_filter_abi *abi, struct pseudo *ret)
{
	const uint32_t arch = scmp_arch(abi);

	for (uint16_t at = 0; at < CALL_FILTER_NUMBERS; at++) {
		char *name = seccomp_syscall_resolve_num_arch(arch, (int)(abi->base + at));
		const int number = name ? seccomp_syscall_resolve_name_arch(arch, name) : 0;

		if (number < 0 && number > -MAX_PSEUDO)
			ret->numbers[-number] = at;
		free(name);
	}
	ret->listed = true;
}

static void add(struct call_filter_abi *abi, uint32_t at)
{
	abi->wanted[at / WORD_BITS] |= UINT64_C(1) << at % WORD_BITS;
}

static bool has(const struct call_filter_abi *abi, uint32_t at)
{
	return abi->wanted[at / WORD_BITS] >> at % WORD_BITS & 1;
}

/* The number of a name, from 0; false: the ABI has no such call. */
static bool find_number(struct parser *parser, unsigned int i, const char *name, uint32_t *ret)
{
	const struct call_filter_abi *abi = &parser->filter.abis[i];
	const int number = seccomp_syscall_resolve_name_arch(scmp_arch(abi), name);

	if (number >= 0) {
		*ret = (uint32_t)number - abi->base;
		return *ret < CALL_FILTER_NUMBERS;
	}
	/* Calls of other architectures are far below 0. */
	if (number == __NR_SCMP_ERROR || number <= -MAX_PSEUDO)
		return false;
	if (!parser->pseudo[i].listed)
		list_pseudo(abi, &parser->pseudo[i]);
	*ret = parser->pseudo[i].numbers[-number];
	return *ret;
}

/* False: there is no such call in any ABI. */
static bool add_name(struct parser *parser, const char *name)
{
	bool found = false;
	uint32_t at;

	for (unsigned int i = 0; i < parser->filter.n_abis; i++) {
		if (!find_number(parser, i, name, &at))
			continue;
		add(&parser->filter.abis[i], at);
		found = true;
	}
	return found;
}

static bool add_number(struct call_filter *filter, const char *digits)
{
	char *end;
	const unsigned long number = strtoul(digits, &end, 10);

	if (*end || number >= CALL_FILTER_NUMBERS)
		return false;
	for (unsigned int i = 0; i < filter->n_abis; i++)
		add(&filter->abis[i], (uint32_t)number);
	return true;
}

static const struct call_class *find_class(const char *name)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (!strcmp(classes[i].name, name))
			return &classes[i];
	return NULL;
}

/* The next of some words, cut off where a buffer of MAX_WORD ends; false: there is none. */
static bool next_word(const char **words, const char *separator, char *ret)
{
	const char *const begin = *words + strspn(*words, separator);
	const size_t len = strcspn(begin, separator);

	if (!len)
		return false;
	snprintf(ret, MAX_WORD, "%.*s", (int)(len < MAX_WORD ? len : MAX_WORD), begin);
	*words = begin + len;
	return true;
}

static bool add_class(struct parser *parser, const char *name)
{
	const struct call_class *class = find_class(name);
	const char *members = class ? class->members : NULL;
	char member[MAX_WORD];

	if (!class)
		return false;
	while (next_word(&members, " ", member))
		add_name(parser, member);
	return true;
}

static bool add_matching(struct call_filter_abi *abi, const regex_t *regex)
{
	bool found = false;

	for (uint32_t at = 0; at < CALL_FILTER_NUMBERS; at++) {
		char *name =
			seccomp_syscall_resolve_num_arch(scmp_arch(abi), (int)(abi->base + at));

		if (name && regexec(regex, name, 0, NULL, 0) == 0) {
			add(abi, at);
			found = true;
		}
		free(name);
	}
	return found;
}

/*
 * Names have letters, digits and underscores: no pattern needs what can take memory without end, as
 * numbers of repetitions and many "+" do, or parts that come again. One that was cut off is another
 * one. False: it is one of those, or none.
 */
static bool compile(const char *text, regex_t *ret)
{
	size_t plus = 0;

	for (const char *at = text; *at; at++)
		plus += *at == '+';
	return *text && strlen(text) < MAX_WORD - 3 && plus <= MAX_PLUS && !strpbrk(text, "{\\") &&
	       regcomp(ret, text, REG_EXTENDED | REG_NOSUB) == 0;
}

/* False: it is none, or no call's name matches. */
static bool add_regex(struct parser *parser, const char *text)
{
	bool found = false;
	regex_t regex;

	if (!compile(text, &regex))
		return false;
	for (unsigned int i = 0; i < parser->filter.n_abis; i++)
		found |= add_matching(&parser->filter.abis[i], &regex);
	regfree(&regex);
	return found;
}

static bool add_all(struct call_filter *filter)
{
	for (unsigned int i = 0; i < filter->n_abis; i++)
		memset(filter->abis[i].wanted, 0xff, sizeof(filter->abis[i].wanted));
	filter->others = true;
	return true;
}

static void negate(struct call_filter *filter)
{
	for (unsigned int i = 0; i < filter->n_abis; i++)
		for (size_t word = 0; word < CALL_FILTER_NUMBERS / WORD_BITS; word++)
			filter->abis[i].wanted[word] = ~filter->abis[i].wanted[word];
	filter->others = !filter->others;
}

static bool add_word(struct parser *parser, const char *word)
{
	if (!strcmp(word, "all"))
		return add_all(&parser->filter);
	if (*word == '%')
		return add_class(parser, word + 1);
	if (*word == '/')
		return add_regex(parser, word + 1);
	if (isdigit((unsigned char)*word))
		return add_number(&parser->filter, word);
	return add_name(parser, word);
}

static void explain_class(const char *word, char *why, size_t why_size)
{
	char names[256] = "";
	size_t len = 0;

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]) && len < sizeof(names); i++)
		len += (size_t)snprintf(names + len, sizeof(names) - len, " %%%s", classes[i].name);
	snprintf(why, why_size, "there is no class '%s'; there are%s", word, names);
}

static void explain_regex(const char *word, char *why, size_t why_size)
{
	regex_t regex;

	if (!compile(word + 1, &regex)) {
		snprintf(why, why_size,
			 "'%s' is no extended regular expression of up to %d characters, with up "
			 "to %d +, and without { and \\",
			 word, MAX_WORD - 4, MAX_PLUS);
		return;
	}
	regfree(&regex);
	snprintf(why, why_size, "the name of no system call matches '%s'", word);
}

/* Why a word is unknown. */
static void explain(const char *word, char *why, size_t why_size)
{
	if (*word == '%')
		explain_class(word, why, why_size);
	else if (*word == '/')
		explain_regex(word, why, why_size);
	else if (isdigit((unsigned char)*word))
		snprintf(why, why_size,
			 "there is no system call '%s'; a number is decimal, up to %d", word,
			 CALL_FILTER_NUMBERS - 1);
	else if (find_class(word))
		snprintf(why, why_size, "there is no system call '%s'; the class is '%%%s'", word,
			 word);
	else
		snprintf(why, why_size, "there is no system call '%s'", word);
}

static int add_list(struct parser *parser, const char *list, char *why, size_t why_size)
{
	char word[MAX_WORD];
	bool any = false;

	while (next_word(&list, ",", word)) {
		const bool optional = *word == '?';

		any = true;
		if (add_word(parser, word + optional) || optional)
			continue;
		explain(word, why, why_size);
		return -EINVAL;
	}
	if (any)
		return 0;
	snprintf(why, why_size, "no system call is named");
	return -EINVAL;
}

static void list_abis(struct call_filter *filter)
{
	const uint32_t native = seccomp_arch_native();

	filter->abis[0].audit_arch = native;
	filter->n_abis = 1;
	if (native != SCMP_ARCH_X86_64)
		return;
	filter->abis[1].audit_arch = native;
	filter->abis[1].base = X32_BIT;
	filter->abis[2].audit_arch = SCMP_ARCH_X86;
	filter->n_abis = 3;
}

static const char *skip_qualifier(const char *text)
{
	static const char *const qualifiers[] = { "trace=", "t=" };

	for (size_t i = 0; i < sizeof(qualifiers) / sizeof(qualifiers[0]); i++)
		if (!strncmp(text, qualifiers[i], strlen(qualifiers[i])))
			return text + strlen(qualifiers[i]);
	return text;
}

int call_filter_parse(const char *text, char *why, size_t why_size, struct call_filter *ret)
{
	struct parser parser = { 0 };
	bool negated = false;
	int r = 0;

	list_abis(&parser.filter);
	for (text = skip_qualifier(text); *text == '!'; text++)
		negated = !negated;
	if (strcmp(text, "none") != 0)
		r = add_list(&parser, text, why, why_size);
	if (r)
		return r;
	if (negated)
		negate(&parser.filter);
	*ret = parser.filter;
	return 0;
}

/* "syscall_470": a call that has no name. */
static bool has_number(const struct call_filter *filter, const char *digits)
{
	char *end;
	const unsigned long number = strtoul(digits, &end, 10);

	return *end ? filter->others : call_filter_has(filter, seccomp_arch_native(), number);
}

bool call_filter_has_name(const struct call_filter *filter, const char *name)
{
	static const char numbered[] = "syscall_";
	struct parser parser = { .filter = *filter };
	uint32_t at;

	for (unsigned int i = 0; i < filter->n_abis; i++)
		if (find_number(&parser, i, name, &at))
			return has(&filter->abis[i], at);
	if (!filter->n_abis)
		return true;
	return strncmp(name, numbered, strlen(numbered)) == 0
		       ? has_number(filter, name + strlen(numbered))
		       : filter->others;
}

bool call_filter_has(const struct call_filter *filter, uint32_t audit_arch, uint64_t number)
{
	bool known = false;

	for (unsigned int i = 0; i < filter->n_abis; i++) {
		const struct call_filter_abi *abi = &filter->abis[i];
		const uint64_t at = number - abi->base;

		if (abi->audit_arch != audit_arch)
			continue;
		if (at < CALL_FILTER_NUMBERS)
			return has(abi, (uint32_t)at);
		known = true;
	}
	return !known || filter->others;
}
