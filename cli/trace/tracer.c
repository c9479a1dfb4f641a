// SPDX-License-Identifier: MIT
#include "tracer.h"

#include "attach.h"
#include "proc-status.h"
#include "tasks.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define FOLLOW_OPTIONS (PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE)

enum {
	/* Of what fills its buffer, the next one is larger, up to so many entries. */
	MAX_CAPACITY = 1 << 24,
};

struct tracer {
	const struct tracer_opts *opts;
	unsigned long options;
	struct tasks tasks;
	struct tracer_totals *totals;
	struct first_thread *thread;
	/* The program is about to be one; it was one; it is over. */
	bool has_begun;
	bool has_execed;
	bool is_over;
	int status;
	/* Of the callback. */
	int err;
};

/* What fails was killed, and says so by itself. */
static void go_on(const struct task *task, enum __ptrace_request request, int signal)
{
	ptrace(request, task->tid, NULL, (void *)(uintptr_t)signal);
}

/* After a stop it is on its processor for a while yet, unless it is asked something. */
static unsigned long message_of(const struct task *task)
{
	unsigned long message = 0;

	ptrace(PTRACE_GETEVENTMSG, task->tid, NULL, &message);
	return message;
}

/* A thread is of the process of whoever made it. */
static pid_t process_of(const struct task *task)
{
	if (syscall(SYS_tgkill, task->tid, task->tid, 0) == 0)
		return task->tid;
	if (task->parent)
		return task->parent;
	return (pid_t)proc_status(task->tid, "Tgid", task->tid);
}

static size_t words_of(const struct tracer *tracer)
{
	return tracer->opts->mode == KCOV_MODE_CMP ? KCOV_CMP_WORDS : 1;
}

/*
 * What was recorded since the last stop: in the buffer, which is emptied next and may be changed,
 * without what ptrace ran.
 */
struct segment {
	uint64_t *records;
	size_t n;
	bool is_full;
};

static struct segment read_segment(const struct tracer *tracer, const struct task *task)
{
	const struct noise *noise = tracer->opts->noise;
	const size_t words = words_of(tracer);
	struct segment segment = { 0 };
	struct kcov_pcs pcs;
	struct kcov_cmps cmps;
	size_t head;

	if (tracer->opts->mode == KCOV_MODE_CMP && !kcov_cmps(task->device->kcov, &cmps))
		segment = (struct segment){ (uint64_t *)cmps.records, cmps.count, cmps.full };
	else if (!kcov_pcs(task->device->kcov, &pcs))
		segment = (struct segment){ (uint64_t *)pcs.pcs, pcs.count, pcs.full };
	if (!noise)
		return segment;
	head = noise_head(noise, segment.records, segment.n, words);
	segment.records += head * words;
	segment.n -= head;
	/* The way into the stop is behind what there was room for. */
	if (!segment.is_full)
		segment.n = noise_cut_tail(noise, segment.records, segment.n, words);
	return segment;
}

/* The call goes on, but what comes next is of this stop. */
static void hold(struct tracer *tracer, struct task *task)
{
	const size_t words = words_of(tracer);
	struct segment segment;
	uint64_t *held;

	if (!task->device || tracer->opts->drainer)
		return;
	segment = read_segment(tracer, task);
	held = reallocarray(task->held, (task->n_held + segment.n) * words + 1, sizeof(*held));
	if (held) {
		memcpy(held + task->n_held * words, segment.records,
		       segment.n * words * sizeof(*held));
		task->held = held;
		task->n_held += segment.n;
	}
	task->is_held_full |= segment.is_full || !held;
	kcov_reset(task->device->kcov);
}

/* What is behind calls that nobody wants to know of. */
static void forget(struct task *task)
{
	task->n_held = 0;
	task->is_held_full = false;
	if (task->device)
		kcov_reset(task->device->kcov);
	clock_gettime(CLOCK_REALTIME, &task->start);
}

static void tell(struct tracer *tracer, struct task *task, struct tracer_event *event)
{
	struct segment segment = { 0 };

	if (task->device && task->n_held) {
		hold(tracer, task);
		segment = (struct segment){ task->held, task->n_held, false };
	} else if (task->device) {
		segment = read_segment(tracer, task);
	}
	segment.is_full |= task->is_held_full;
	if (tracer->opts->mode == KCOV_MODE_CMP)
		event->cmps = (struct kcov_cmps){ segment.records, segment.n, segment.is_full };
	else
		event->pcs = (struct kcov_pcs){ segment.records, segment.n, segment.is_full };
	event->is_covered = task->device;
	event->pid = task->pid;
	event->tid = task->tid;
	event->start = task->start;
	if (event->kind != TRACER_BETWEEN || segment.n || segment.is_full) {
		tracer->totals->events[event->kind]++;
		tracer->totals->full += segment.is_full;
		if (!tracer->err)
			tracer->err = tracer->opts->event(tracer->opts->context, event);
	}
	forget(task);
}

static void set_call(const struct task *task, struct tracer_event *event)
{
	event->has_call = true;
	event->arch = task->entry.arch;
	event->number = task->entry.entry.nr;
	memcpy(event->args, task->entry.entry.args, sizeof(event->args));
}

static void not_covered(struct tracer *tracer, const struct task *task, const char *what,
			const char *why)
{
	tracer->totals->not_covered++;
	tracer->opts->not_covered(tracer->opts->context, task->pid, task->tid, what, why);
}

/* What a task is to do after a stop. */
static enum __ptrace_request request_of(const struct tracer *tracer)
{
	const struct tracer_opts *opts = tracer->opts;

	return (opts->drainer || opts->by_filter) && tracer->has_begun ? PTRACE_CONT
								       : PTRACE_SYSCALL;
}

static void lose_device(struct tracer *tracer, struct task *task)
{
	struct device *device = task->device;

	if (!device)
		return;
	if (tracer->opts->drainer)
		drainer_remove(tracer->opts->drainer, task);
	task->device = NULL;
	devices_give(tracer->opts->devices, device);
}

/* It was killed before it could be made to record. */
static void miss(struct tracer *tracer, struct task *task)
{
	task->is_new = false;
	task->pid = process_of(task);
	tracer->totals->tasks++;
	not_covered(tracer, task, "stop it in time", "it was killed");
}

/* It is in a ptrace stop, for the last time, or dead already. */
static void end_records(struct tracer *tracer, struct task *task)
{
	struct tracer_event event = { .kind = TRACER_EXIT };

	if (task->is_over)
		return;
	task->is_over = true;
	if (task->is_new)
		miss(tracer, task);
	if (task->is_in_call)
		set_call(task, &event);
	else if (tracer->opts->by_filter)
		forget(task);
	if (tracer->has_begun && !tracer->opts->drainer)
		tell(tracer, task, &event);
	else if (tracer->has_begun)
		tracer->totals->events[TRACER_EXIT]++;
	lose_device(tracer, task);
}

/* A thread that was to become the first by exec, and was killed, ends as that. */
static void end_threads(struct tracer *tracer, pid_t pid)
{
	for (size_t i = 0; i < TASKS_BUCKETS; i++) {
		struct task *task = tracer->tasks.buckets[i], *next;

		for (; task; task = next) {
			next = task->next;
			if (task->pid != pid || task->tid == pid)
				continue;
			end_records(tracer, task);
			tasks_remove(&tracer->tasks, task->tid);
		}
	}
}

static void at_end(struct tracer *tracer, pid_t tid, int status)
{
	struct task *task = tasks_find(&tracer->tasks, tid);

	if (task) {
		end_records(tracer, task);
		if (task->pid == tid)
			end_threads(tracer, tid);
		tasks_remove(&tracer->tasks, tid);
	}
	if (tid == tracer->thread->pid) {
		tracer->is_over = true;
		tracer->status = status;
		/* Without us the calls that are filtered would fail. */
		if (!tracer->opts->by_filter)
			first_thread_is_over();
	}
}

/* It did calls of ours, or did not live to do them all. */
static void go_on_from(struct tracer *tracer, struct task *task,
		       const struct attach_outcome *outcome)
{
	if (outcome->is_gone) {
		at_end(tracer, task->tid, outcome->status);
		return;
	}
	if (outcome->is_dying)
		end_records(tracer, task);
	go_on(task, request_of(tracer), 0);
}

static struct attach_task describe(const struct tracer *tracer, const struct task *task,
				   bool is_group_stop)
{
	return (struct attach_task){ .tid = task->tid,
				     .pid = task->pid,
				     .options = tracer->options,
				     .is_group_stop = is_group_stop };
}

static int begin_records(struct tracer *tracer, struct task *task)
{
	clock_gettime(CLOCK_REALTIME, &task->start);
	if (tracer->opts->drainer)
		return drainer_add(tracer->opts->drainer, task);
	return kcov_reset(task->device->kcov);
}

static void cover(struct tracer *tracer, struct task *task, size_t capacity, bool is_group_stop,
		  struct attach_outcome *outcome)
{
	const struct attach_task at = describe(tracer, task, is_group_stop);
	struct device *device;
	int err = devices_take(tracer->opts->devices, capacity, &device);

	*outcome = (struct attach_outcome){ .what = "open a device for it",
					    .why = kcov_strerror(KCOV_CALL_OPEN, err),
					    .error = err };
	if (!err)
		err = attach(&at, device->kcov, tracer->opts->mode, outcome);
	else
		device = NULL;
	if (!err) {
		task->device = device;
		err = begin_records(tracer, task);
		outcome->what = "make room for its records";
		outcome->why = strerrordesc_np(-err);
	}
	if (!err)
		return;
	task->device = NULL;
	/* It is the task's until that dies, if it got as far as that. */
	if (device && outcome->error &&
	    (!outcome->is_lost || outcome->is_dying || outcome->is_gone))
		devices_give(tracer->opts->devices, device);
	not_covered(tracer, task, outcome->what, outcome->why);
}

/* Its first stop. */
static void meet(struct tracer *tracer, struct task *task, int signal)
{
	const bool is_group_stop = signal != SIGTRAP;
	struct attach_outcome outcome;

	task->is_new = false;
	task->pid = process_of(task);
	tracer->totals->tasks++;
	cover(tracer, task, 0, is_group_stop, &outcome);
	if (is_group_stop && !outcome.has_moved)
		go_on(task, PTRACE_LISTEN, 0);
	else
		go_on_from(tracer, task, &outcome);
}

/* One call filled the buffer: the next one gets a larger one. True: it did go on. */
static bool grow(struct tracer *tracer, struct task *task)
{
	const size_t capacity = 4 * task->device->capacity;
	const struct attach_task at = describe(tracer, task, false);
	struct attach_outcome outcome;
	struct device *larger;

	/* Unless there is one, the task keeps what it has. */
	if (capacity > MAX_CAPACITY || devices_take(tracer->opts->devices, capacity, &larger))
		return false;
	devices_give(tracer->opts->devices, larger);
	if (detach(&at, task->device->kcov, &outcome)) {
		if (!outcome.is_gone && !outcome.is_dying)
			return false;
		go_on_from(tracer, task, &outcome);
		return true;
	}
	lose_device(tracer, task);
	cover(tracer, task, capacity, false, &outcome);
	go_on_from(tracer, task, &outcome);
	return true;
}

/* The program, once it is about to be one. */
static void begin(struct tracer *tracer, struct task *task)
{
	tracer->has_begun = true;
	tracer->totals->tasks++;
	if (begin_records(tracer, task))
		not_covered(tracer, task, "make room for its records", strerrordesc_np(ENOMEM));
}

static void at_entry(struct tracer *tracer, struct task *task,
		     const struct __ptrace_syscall_info *info)
{
	struct tracer_event event = { .kind = TRACER_BETWEEN };

	if (!tracer->has_begun) {
		if (info->entry.nr != SYS_execve)
			return;
		begin(tracer, task);
		/* If it is wanted, it stops once more. */
		if (tracer->opts->by_filter)
			return;
	} else if (tracer->opts->by_filter) {
		forget(task);
	} else {
		tell(tracer, task, &event);
	}
	task->entry = *info;
	task->is_in_call = true;
}

/* True: it did go on already. */
static bool at_exit(struct tracer *tracer, struct task *task,
		    const struct __ptrace_syscall_info *info)
{
	struct tracer_event event = { .kind = TRACER_CALL,
				      .result = info->exit.rval,
				      .is_error = info->exit.is_error };
	size_t full = tracer->totals->full;

	if (!task->is_in_call)
		return false;
	set_call(task, &event);
	tell(tracer, task, &event);
	task->is_in_call = false;
	/* What a signal ended may have a mask for it alone, which does not survive our calls. */
	if (info->exit.is_error && (event.result == -EINTR || event.result <= -512))
		return false;
	return tracer->totals->full > full && task->device && grow(tracer, task);
}

/* The same as an entry, and the exit is to be seen. */
static void at_filtered_call(struct tracer *tracer, struct task *task)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, task->tid, sizeof(info), &info) > 0 &&
	    info.op == PTRACE_SYSCALL_INFO_SECCOMP)
		at_entry(tracer, task, &info);
	go_on(task, PTRACE_SYSCALL, 0);
}

static void at_call(struct tracer *tracer, struct task *task)
{
	struct __ptrace_syscall_info info;
	bool went_on = false;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, task->tid, sizeof(info), &info) > 0) {
		if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
			at_entry(tracer, task, &info);
		else if (info.op == PTRACE_SYSCALL_INFO_EXIT)
			went_on = at_exit(tracer, task, &info);
	}
	if (!went_on)
		go_on(task, request_of(tracer), 0);
}

/* Of a stop that neither begins nor ends anything. */
static void note_stop(struct tracer *tracer, struct task *task)
{
	if (!task->device || !tracer->has_begun)
		return;
	if (tracer->opts->drainer)
		drainer_at_stop(tracer->opts->drainer, task);
	else
		hold(tracer, task);
}

/* One that is not the leader becomes it: the leader is gone, and so is its own tid. */
static struct task *at_exec(struct tracer *tracer, struct task *task, pid_t former)
{
	struct task *execed = former ? tasks_find(&tracer->tasks, former) : NULL;

	if (execed && former != task->tid) {
		const pid_t tid = task->tid;

		end_records(tracer, task);
		tasks_remove(&tracer->tasks, tid);
		tasks_rename(&tracer->tasks, execed, tid);
		task = execed;
		task->pid = tid;
	}
	if (task->tid == tracer->thread->pid)
		tracer->has_execed = true;
	return task;
}

static void add_child(struct tracer *tracer, const struct task *task, pid_t tid)
{
	struct task *child = tasks_find(&tracer->tasks, tid);

	/* It may have lived its whole life already. */
	if (!child && syscall(SYS_tkill, tid, 0) == 0)
		child = tasks_add(&tracer->tasks, tid);
	if (child && child->is_new)
		child->parent = task->pid;
}

static bool is_stop_signal(int signal)
{
	return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

static void at_event(struct tracer *tracer, struct task *task, int event, int signal)
{
	const unsigned long message = message_of(task);

	switch (event) {
	case PTRACE_EVENT_SECCOMP:
		at_filtered_call(tracer, task);
		return;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		note_stop(tracer, task);
		add_child(tracer, task, (pid_t)message);
		break;
	case PTRACE_EVENT_EXEC:
		task = at_exec(tracer, task, (pid_t)message);
		note_stop(tracer, task);
		break;
	case PTRACE_EVENT_EXIT:
		end_records(tracer, task);
		break;
	case PTRACE_EVENT_STOP:
		if (task->is_new) {
			meet(tracer, task, signal);
			return;
		}
		note_stop(tracer, task);
		if (is_stop_signal(signal)) {
			go_on(task, PTRACE_LISTEN, 0);
			return;
		}
		break;
	}
	go_on(task, request_of(tracer), 0);
}

static void at_stop(struct tracer *tracer, struct task *task, int status)
{
	const int event = status >> 16, signal = WSTOPSIG(status);

	if (event) {
		at_event(tracer, task, event, signal);
	} else if (signal == (SIGTRAP | 0x80)) {
		at_call(tracer, task);
	} else {
		message_of(task);
		note_stop(tracer, task);
		go_on(task, request_of(tracer), signal);
	}
}

/* Children that kcovctl had before it was kcovctl are nobody to wait for. */
static bool is_end(const struct tracer *tracer)
{
	return tracer->is_over && tracer->thread->has_siblings && !tracer->tasks.n;
}

static void follow(struct tracer *tracer)
{
	int status;
	pid_t tid;

	while (!is_end(tracer) && (tid = first_thread_wait(&status)) > 0) {
		struct task *task;

		if (!WIFSTOPPED(status)) {
			at_end(tracer, tid, status);
			continue;
		}
		/* It may stop before its parent says that there is one. */
		task = tasks_add(&tracer->tasks, tid);
		if (task)
			at_stop(tracer, task, status);
		else
			ptrace(PTRACE_DETACH, tid, NULL, NULL);
	}
}

static int seize(struct tracer *tracer, struct device *device)
{
	const pid_t pid = tracer->thread->pid;
	struct task *first = tasks_add(&tracer->tasks, pid);

	if (!first)
		return -ENOMEM;
	first->pid = pid;
	first->device = device;
	first->is_new = false;
	if (ptrace(PTRACE_SEIZE, pid, NULL, tracer->options))
		return -errno;
	/* From now on it stops at its calls, until it is about to be the program. */
	return ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) ? -errno : 0;
}

/* It lives on, and records for nobody: not even it can be told to stop that. */
static void let_live(struct tracer *tracer, struct task *task)
{
	int status, signal;

	lose_device(tracer, task);
	if (ptrace(PTRACE_INTERRUPT, task->tid, NULL, NULL) ||
	    waitpid(task->tid, &status, __WALL) < 0 || !WIFSTOPPED(status))
		return;
	signal = WSTOPSIG(status);
	if (status >> 16 || signal == (SIGTRAP | 0x80))
		signal = 0;
	ptrace(PTRACE_DETACH, task->tid, NULL, (void *)(uintptr_t)signal);
}

static void let_all_live(struct tracer *tracer)
{
	for (size_t i = 0; i < TASKS_BUCKETS; i++)
		for (struct task *task = tracer->tasks.buckets[i]; task; task = task->next)
			let_live(tracer, task);
	tasks_fini(&tracer->tasks);
}

int tracer_run(const struct tracer_opts *opts, struct first_thread *thread, struct device *device,
	       enum first_thread_step *step, struct tracer_totals *totals, int *status)
{
	struct tracer tracer = {
		.opts = opts,
		.options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT |
			   (opts->no_follow ? 0 : FOLLOW_OPTIONS) |
			   (opts->by_filter ? PTRACE_O_TRACESECCOMP : 0),
		.totals = totals,
		.thread = thread,
	};
	int err = seize(&tracer, device);

	*totals = (struct tracer_totals){ 0 };
	*step = FIRST_THREAD_TRACE;
	if (err) {
		tasks_fini(&tracer.tasks);
		first_thread_cancel(thread);
		return err;
	}
	err = first_thread_let_go(thread);
	follow(&tracer);
	if (!err)
		err = first_thread_judge(thread, tracer.has_execed, tracer.status, step);
	first_thread_end(thread);
	*status = tracer.status;
	let_all_live(&tracer);
	if (!err && tracer.err) {
		*step = FIRST_THREAD_REPORT;
		err = tracer.err;
	}
	return err;
}
