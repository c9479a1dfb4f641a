/* SPDX-License-Identifier: MIT */
/* What kcovctl run is asked for, and the three ways to do it. */
#ifndef KCOVCTL_RUN_H
#define KCOVCTL_RUN_H

#include "../coverage/denominators.h"
#include "../coverage/places.h"
#include "../coverage/set.h"
#include "../coverage/tee.h"
#include "../render/event-writer.h"
#include "../render/formats.h"
#include "../render/reports.h"
#include "../store/recorder.h"
#include "../syscalls/call-filter.h"
#include "../trace/devices.h"
#include "../trace/first-thread.h"
#include "../trace/noise.h"
#include "../trace/tracer.h"
#include "images.h"
#include "remote.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

/* A recording that a run becomes. */
struct run_recording {
	/* NULL: one in memory, for what is shown of it. */
	const char *path;
	/* Whether it is added to one that is there. */
	bool is_added;
	/* NULL: it is called as the command. */
	const char *name;
	enum recorder_keep keep;
	/* As struct recorder_opts has them. */
	uint64_t max_size;
	unsigned int repeat;
	const char *series;
	/* What is shown of it, instead of a summary; NULL: that. The status to exit with. */
	int (*asked)(void *context, const struct recording *recording, FILE *out);
	void *context;
};

struct run {
	enum kcov_mode mode;
	/* What it becomes, or what the summary is made of; NULL: it is not recorded. */
	const struct run_recording *recording;
	/* Whether something is shown of it; how. */
	bool is_shown;
	const struct format *format;
	const char *output;
	struct images images;
	bool with_points;
	const char *device;
	/* 0: as the way wants it. */
	size_t capacity;
	struct remote remote;
	bool per_syscall;
	bool by_syscall;
	bool is_fast;
	bool no_follow;
	bool with_frames;
	bool with_raw_args;
	struct call_filter filter;
	bool has_filter;
	/* Whether that is for the kernel to look after. */
	bool by_seccomp;
	/* What is run, or the process that is followed; its name. */
	char **argv;
	pid_t pid;
	char *command;
};

/* Whether reports are made of it as it goes on, or when it ended: a summary is not. */
bool run_has_reports(const struct run *run);

/* Whether each system call is wanted by itself. */
bool run_is_by_call(const struct run *run);

/* Whether tasks can be followed on this machine. */
bool run_can_follow(void);

/* All that is open while the program runs. */
struct run_session {
	const struct run *run;
	struct devices devices;
	/* The first thread's, or whoever's. */
	struct device *device;
	struct first_thread thread;
	struct sock_fprog filter;
	/* Without a symbolizer where it is not needed, or not to be had and would only be nice. */
	struct places places;
	struct denominators denominators;
	/* How many modules there were, by the links of their directory; how often that changed. */
	nlink_t n_modules;
	int n_changes;
	/* If it is recorded. */
	struct recording recording;
	struct recorder *recorder;
	FILE *out;
};

/* A way runs the program and writes what is wanted. The status to exit with; errors are told. */
typedef int run_way(struct run_session *session);

/* The first thread alone, untraced, in one large buffer. */
run_way run_fast;
/* Everything, with a stop at each system call. */
run_way run_calls;
/* Everything, emptied while it runs. */
run_way run_whole;

/* Modules may have come or gone: look, or, for tracer_opts, whose context is the session, only if
 * there are more or fewer. */
void run_refresh(struct run_session *session);
void run_look_for_modules(void *context);

/*
 * Follow the program, or the process, to its end. 0 and *status, with which kcovctl is to exit; or
 * the status to exit with, and why was told.
 */
int run_follow(struct run_session *session, const struct tracer_opts *opts, int *status);

/* With what kcovctl is to exit, by what wait() says of the program. */
int run_exit_status(int status);

/* Nothing is run. */
void run_cancel(struct run_session *session);

/* Why the program did not run, or what was recorded got lost: told. The status to exit with. */
int run_failed(const struct run *run, enum first_thread_step step, int err);

/* Why the process cannot be followed: told. The status to exit with. */
int run_attach_failed(const struct run *run, int err);

/* By the session's places, whose tags are of noise_function_of(); NULL: nothing is known of any. */
const struct noise *run_noise(struct run_session *session, struct noise *room);

/* A report of what was recorded into devices as the session's first one, or nothing yet. */
struct report run_report(struct run_session *session);

/* A task that is not covered: told. */
void run_not_covered(const struct event *event);

#endif
