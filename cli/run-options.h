/* SPDX-License-Identifier: MIT */
/* The options of what runs a command: run and record. */
#ifndef KCOVCTL_RUN_OPTIONS_H
#define KCOVCTL_RUN_OPTIONS_H

#include "cmd.h"
#include "run/run.h"

enum {
	KEY_ATTACH = 256,
	KEY_FAST,
	KEY_NO_FOLLOW,
	KEY_SECCOMP_BPF,
	KEY_RAW_ARGS,
	/* From here on, a command's own. */
	KEY_OWN,
};

/* Those that all of them have, for the tables of cmd.h. */
#define RUN_OPTION_MODE                                                                            \
	{                                                                                          \
		'm', "mode", "MODE", "what to record", cmd_describe_modes                          \
	}
#define RUN_OPTION_CALLS                                                                           \
	{ 'e', "expr", "EXPR", "only these calls, as strace's -e: trace=open,%network,!read" },    \
	{                                                                                          \
		KEY_SECCOMP_BPF, "seccomp-bpf", NULL, "with -e: stop at no other calls"            \
	}
#define RUN_OPTION_RAW_ARGS                                                                        \
	{                                                                                          \
		KEY_RAW_ARGS, "raw-args", NULL, "with -S: arguments as numbers, without names"     \
	}
#define RUN_OPTIONS                                                                                \
	{ KEY_ATTACH, "attach", "PID",                                                             \
	  "instead of a command: a process, until its end or Ctrl-C" },                            \
		{ KEY_NO_FOLLOW, "no-follow", NULL, "the first thread only" },                     \
		{ KEY_FAST, "fast", NULL,                                                          \
		  "the first thread only, untraced, into one large buffer" },                      \
		{ 'c', "capacity", "N[K|M]", "room for so many entries in each task's buffer" },   \
		{ 'v', "vmlinux", "FILE", "the image of the running kernel, with DWARF" },         \
		{ 'M', "module", "FILE", "the file of a module, with DWARF; may be given again" }, \
		IMAGES_DEBUGINFOD,                                                                 \
		{ 'r', "remote", "HANDLE",                                                         \
		  "record what reports to it, too: common, usb:1, 0x..." },                        \
	{                                                                                          \
		'd', "device", "FILE", "the kcov device (default " KCOV_DEFAULT_PATH ")"           \
	}

/* As cmd_take_option, of these. */
int run_options_take(const struct cmd *cmd, int key, const char *arg, struct run *run);

/* Whether there is what is to be run. 0, or the status to exit with, and why was told. */
int run_options_check(const struct cmd *cmd, const struct run *run);

/*
 * What does not go together with calls that are told apart, or not; other: what else but
 * --per-syscall does that, behind "-e needs --per-syscall". Where tasks cannot be followed, it is
 * --fast. As above.
 */
int run_options_check_calls(const struct cmd *cmd, struct run *run, const char *other);

/* Whether something is asked for that is known of each call. */
bool run_options_see_calls(const struct run *run);

#endif
