// SPDX-License-Identifier: MIT
#include "tracer.h"

#include "proc-status.h"
#include "seize.h"
#include "tasks.h"
#include "watch.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FOLLOW_OPTIONS (PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE)

struct tracer {
	const struct tracer_opts *opts;
	struct tasks tasks;
	struct cover cover;
	/* NULL: the program was there before us. */
	struct first_thread *thread;
	/* The program is about to be one; it was one; it is over. */
	bool has_begun;
	bool has_execed;
	bool is_over;
	int status;
	/* kcovctl was told to end: what stops is let go. Since when, in seconds. */
	bool is_leaving;
	time_t leaving_since;
	/* NULL: there was none before us. */
	struct seize *seize;
	/* Tasks in calls that are done without CLONE_UNTRACED. */
	size_t n_without;
	/* Others wait for them to come back. */
	bool are_waiting;
	struct untraced_told untraced;
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

/* What a task is to do after a stop: up to the exit of a call whose entry was a stop, at least. */
static enum __ptrace_request request_of(const struct tracer *tracer, const struct task *task)
{
	const bool is_stopped_at_calls = !tracer->cover.drainer && !tracer->opts->filter;
	const bool is_exit_wanted = task->is_in_call || task->untraced.is_out;

	return is_stopped_at_calls || is_exit_wanted || !tracer->has_begun ? PTRACE_SYSCALL
									   : PTRACE_CONT;
}

/* What a new task has in its registers and memory is what its maker gave it. */
static void put_into_child(struct task *task)
{
	if (task->untraced.is_out)
		untraced_put_into_child(task->tid, &task->untraced);
	task->untraced.is_out = false;
}

/* It was never made to record. */
static void miss(struct tracer *tracer, struct task *task, const char *what, const char *why)
{
	put_into_child(task);
	task->is_new = false;
	tasks_join(&tracer->tasks, task, process_of(task));
	cover_miss(&tracer->cover, task, what, why);
}

/* Its call is over, or will never be. Of a new task it is its maker's. */
static void end_without(struct tracer *tracer, struct task *task)
{
	if (!task->is_new && task->untraced.is_out)
		tracer->n_without--;
	task->untraced.is_out = false;
}

static void forget(struct tracer *tracer, struct task *task)
{
	end_without(tracer, task);
	tasks_remove(&tracer->tasks, task);
}

/* It is in a ptrace stop, and does what it did. If it is being killed, it says so by itself. */
static void detach_from(struct tracer *tracer, struct task *task)
{
	if (!ptrace(PTRACE_DETACH, task->tid, NULL, NULL))
		forget(tracer, task);
}

/* Behind what it does next, nothing is told of it. */
static void name_task(const struct tracer *tracer, struct task *task)
{
	if (tracer->opts->wants_names)
		proc_comm(task->tid, task->comm, sizeof(task->comm));
}

/* It is in a ptrace stop, for the last time, or dead already. */
static void end_records(struct tracer *tracer, struct task *task)
{
	struct event event = { .kind = EVENT_EXIT };

	if (task->is_over)
		return;
	task->is_over = true;
	name_task(tracer, task);
	if (task->is_new)
		miss(tracer, task, "stop it in time", "it ended");
	else
		end_without(tracer, task);
	if (task->is_in_call && tracer->cover.events)
		events_set_call(tracer->cover.events, task, &event);
	else if (tracer->opts->filter)
		events_forget(task);
	if (tracer->has_begun && tracer->cover.events)
		events_tell(tracer->cover.events, task, &event);
	cover_end(&tracer->cover, task);
}

/* A thread that was to become the first by exec, and was killed, ends as that. */
static void end_threads(struct tracer *tracer, struct task *first)
{
	while (first->next_thread != first) {
		end_records(tracer, first->next_thread);
		forget(tracer, first->next_thread);
	}
}

static void at_end(struct tracer *tracer, pid_t tid, int status)
{
	struct task *task = tasks_find(&tracer->tasks, tid);

	if (task) {
		end_records(tracer, task);
		if (task->pid == tid)
			end_threads(tracer, task);
		forget(tracer, task);
	}
	/* Its id can come again. */
	if (tracer->thread && tid == tracer->thread->pid && !tracer->is_over) {
		tracer->is_over = true;
		tracer->status = status;
		/* Without us the calls that are filtered would fail. */
		if (tracer->opts->filter)
			signals_forget_program();
		else
			signals_take(&tracer->thread->signals);
	}
}

static void tell_news(const struct tracer *tracer)
{
	if (tracer->opts->has_news)
		tracer->opts->has_news(tracer->opts->context);
}

static void at_untraced(void *context, pid_t tid)
{
	struct tracer *tracer = context;
	const struct task task = { .tid = tid, .pid = (pid_t)proc_status(tid, "Tgid", tid) };

	cover_miss(&tracer->cover, &task, "follow it",
		   "it is not traced by kcovctl, as who is made with CLONE_UNTRACED");
}

/*
 * It is in PTRACE_EVENT_EXIT. Nobody waits for a leader that is let go: that would be in vain while
 * its threads live on.
 */
static void let_die(struct tracer *tracer, struct task *task)
{
	end_records(tracer, task);
	tell_news(tracer);
	if (!tracer->opts->no_follow && !tracer->is_leaving)
		untraced_find(&tracer->untraced, task->tid, task->tid == task->pid, at_untraced,
			      tracer);
	if (tracer->is_leaving)
		detach_from(tracer, task);
	else
		go_on(task, request_of(tracer, task), 0);
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
		let_die(tracer, task);
	else
		go_on(task, request_of(tracer, task), 0);
}

/* Its first stop. */
static void meet(struct tracer *tracer, struct task *task, int signal)
{
	const bool is_group_stop = signal != SIGTRAP;
	struct attach_outcome outcome;

	/* It may be of a call that was done without a flag that belongs to its registers, too. */
	task->is_waiting = tracer->n_without && !task->parent;
	if (task->is_waiting) {
		tracer->are_waiting = true;
		task->waiting_signal = signal;
		return;
	}
	put_into_child(task);
	task->is_new = false;
	tasks_join(&tracer->tasks, task, process_of(task));
	tracer->cover.totals->tasks++;
	cover_task(&tracer->cover, task, 0, is_group_stop, &outcome);
	if (is_group_stop && !outcome.has_moved)
		go_on(task, PTRACE_LISTEN, 0);
	else
		go_on_from(tracer, task, &outcome);
}

/* One call filled the buffer: the next one gets a larger one. True: it did go on. */
static bool grow(struct tracer *tracer, struct task *task)
{
	struct attach_outcome outcome;

	if (!cover_grow(&tracer->cover, task, &outcome))
		return false;
	go_on_from(tracer, task, &outcome);
	return true;
}

/* The program, once it is about to be one. */
static void begin(struct tracer *tracer, struct task *task)
{
	tracer->has_begun = true;
	tracer->cover.totals->tasks++;
	cover_begin(&tracer->cover, task);
}

static void tell_between(struct tracer *tracer, struct task *task)
{
	struct event event = { .kind = EVENT_BETWEEN };

	events_tell(tracer->cover.events, task, &event);
}

/* It is at the entry of a call. */
static void keep_traced(struct tracer *tracer, struct task *task,
			const struct __ptrace_syscall_info *info)
{
	if (tracer->opts->no_follow)
		return;
	/* What it makes is told when this task ends, if it cannot be taken out. */
	untraced_take_out(task->tid, info, &task->untraced);
	tracer->n_without += task->untraced.is_out;
}

/* It is in that call yet, or at its exit. */
static void put_back(struct tracer *tracer, struct task *task)
{
	if (!task->untraced.is_out)
		return;
	untraced_put_back(task->tid, &task->untraced);
	end_without(tracer, task);
}

static void at_entry(struct tracer *tracer, struct task *task,
		     const struct __ptrace_syscall_info *info)
{
	if (!tracer->has_begun) {
		if (info->entry.nr != SYS_execve)
			return;
		begin(tracer, task);
		/* Its exit is no stop; or if it is wanted, it stops once more. */
		if (tracer->cover.drainer || tracer->opts->filter)
			return;
	} else if (tracer->opts->filter) {
		events_forget(task);
	} else {
		tell_between(tracer, task);
	}
	events_enter_call(tracer->cover.events, task, info);
	keep_traced(tracer, task, info);
}

/* True: it did go on already. */
static bool at_exit(struct tracer *tracer, struct task *task,
		    const struct __ptrace_syscall_info *info)
{
	struct event event = { .kind = EVENT_CALL,
			       .result = info->exit.rval,
			       .is_error = info->exit.is_error };
	struct events *events = tracer->cover.events;
	size_t full;

	put_back(tracer, task);
	if (!task->is_in_call)
		return false;
	full = events->totals->full_events;
	events_set_call(events, task, &event);
	events_tell(events, task, &event);
	task->is_in_call = false;
	/* What a signal ended may have a mask for it alone, which does not survive our calls. */
	if (info->exit.is_error && (event.result == -EINTR || event.result <= -512))
		return false;
	return events->totals->full_events > full && task->device && grow(tracer, task);
}

/* The same as an entry, if the call is one of those that are told. */
static void at_filtered_call(struct tracer *tracer, struct task *task)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, task->tid, sizeof(info), &info) > 0 &&
	    info.op == PTRACE_SYSCALL_INFO_SECCOMP) {
		/* What the filter says can be of a filter of the program's. */
		if (call_filter_has(tracer->opts->filter, info.arch, info.seccomp.nr))
			at_entry(tracer, task, &info);
		else
			keep_traced(tracer, task, &info);
	}
	go_on(task, request_of(tracer, task), 0);
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
		go_on(task, request_of(tracer, task), 0);
}

/* Of a stop that neither begins nor ends anything. */
static void note_stop(struct tracer *tracer, struct task *task)
{
	if (!task->device || !tracer->has_begun)
		return;
	if (tracer->cover.drainer)
		drainer_at_stop(tracer->cover.drainer, task);
	else if (tracer->opts->filter && !task->is_in_call)
		/* Between calls that are told it is nobody's. */
		events_forget(task);
	else
		events_hold(tracer->cover.events, task);
}

/* A call goes on; what is in none is at the end of something. */
static void note_trap(struct tracer *tracer, struct task *task)
{
	if (tracer->has_begun && tracer->cover.events && !tracer->opts->filter && !task->is_in_call)
		tell_between(tracer, task);
	else
		note_stop(tracer, task);
}

/* One that is not the leader becomes it: the leader is gone, and so is its own tid. */
static struct task *at_exec(struct tracer *tracer, struct task *task, pid_t former)
{
	struct task *execed = former ? tasks_find(&tracer->tasks, former) : NULL;

	if (execed && former != task->tid) {
		const pid_t tid = task->tid;

		/* If this stop is all that is known of it, it was not followed. */
		if (!task->is_new)
			end_records(tracer, task);
		forget(tracer, task);
		tasks_rename(&tracer->tasks, execed, tid);
		task = execed;
		task->pid = tid;
	}
	if (tracer->thread && task->tid == tracer->thread->pid)
		tracer->has_execed = true;
	return task;
}

static void add_child(struct tracer *tracer, const struct task *task, pid_t tid,
		      const struct untraced *without)
{
	struct task *child = tasks_find(&tracer->tasks, tid);

	/* It may have lived its whole life already, or been let go. */
	if (!child && proc_status_is_traced_by_us(tid))
		child = tasks_add(&tracer->tasks, tid);
	if (!child || !child->is_new)
		return;
	child->parent = task->pid ? task->pid : process_of(task);
	child->untraced = *without;
	if (child->is_waiting)
		meet(tracer, child, child->waiting_signal);
}

/* It does what it did, and records no more. It is in PTRACE_EVENT_STOP. */
static void let_go(struct tracer *tracer, struct task *task, bool is_group_stop)
{
	struct attach_outcome outcome;

	name_task(tracer, task);
	if (task->is_new)
		miss(tracer, task, "stop it in time", "kcovctl was told to end");
	if (task->device && tracer->cover.events)
		tell_between(tracer, task);
	if (cover_stop(&tracer->cover, task, is_group_stop, &outcome)) {
		go_on_from(tracer, task, &outcome);
		return;
	}
	detach_from(tracer, task);
}

static time_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* From now on, what stops is let go. */
static void leave(struct tracer *tracer)
{
	tracer->is_leaving = true;
	tracer->leaving_since = seconds();
	for (struct task *task = tracer->tasks.first, *next; task; task = next) {
		next = task->next;
		/*
		 * A leader that is dead is waited for in vain while its threads are not; what is
		 * not ours any more, too.
		 */
		if (task->is_over ||
		    (ptrace(PTRACE_INTERRUPT, task->tid, NULL, NULL) && errno == ESRCH)) {
			cover_end(&tracer->cover, task);
			forget(tracer, task);
		}
	}
}

static bool is_stop_signal(int signal)
{
	return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

static void at_event(struct tracer *tracer, struct task *task, int event, int signal)
{
	struct untraced without;
	/* What is made to do calls next is asked more than that. */
	const unsigned long message =
		task->is_new && event == PTRACE_EVENT_STOP ? 0 : message_of(task);

	switch (event) {
	case PTRACE_EVENT_SECCOMP:
		at_filtered_call(tracer, task);
		return;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		note_stop(tracer, task);
		without = task->untraced;
		put_back(tracer, task);
		add_child(tracer, task, (pid_t)message, &without);
		break;
	case PTRACE_EVENT_EXEC:
		task = at_exec(tracer, task, (pid_t)message);
		if (task->is_new)
			ptrace(PTRACE_INTERRUPT, task->tid, NULL, NULL);
		note_stop(tracer, task);
		tell_news(tracer);
		break;
	case PTRACE_EVENT_EXIT:
		let_die(tracer, task);
		return;
	case PTRACE_EVENT_STOP:
		if (tracer->is_leaving) {
			let_go(tracer, task, signal != SIGTRAP);
			return;
		}
		if (task->is_new) {
			meet(tracer, task, signal);
			return;
		}
		note_trap(tracer, task);
		if (is_stop_signal(signal)) {
			go_on(task, PTRACE_LISTEN, 0);
			return;
		}
		break;
	}
	go_on(task, request_of(tracer, task), 0);
}

static void at_stop(struct tracer *tracer, struct task *task, int status)
{
	const int event = status >> 16, signal = WSTOPSIG(status);

	task->is_waiting = false;
	/* Any stop takes back that it was interrupted, but this one is not what that was for. */
	if (event != PTRACE_EVENT_STOP && (task->is_new || tracer->is_leaving))
		ptrace(PTRACE_INTERRUPT, task->tid, NULL, NULL);
	if (event) {
		at_event(tracer, task, event, signal);
	} else if (signal == (SIGTRAP | 0x80)) {
		at_call(tracer, task);
	} else {
		message_of(task);
		note_stop(tracer, task);
		go_on(task, request_of(tracer, task), signal);
	}
}

static struct task *find_waiting(const struct tracer *tracer)
{
	for (struct task *task = tracer->tasks.first; task; task = task->next)
		if (task->is_waiting)
			return task;
	return NULL;
}

/* Whoever made them did not say so, and was killed. */
static void meet_waiting(struct tracer *tracer)
{
	struct task *task;

	if (!tracer->are_waiting || tracer->n_without)
		return;
	tracer->are_waiting = false;
	while ((task = find_waiting(tracer))) {
		task->is_waiting = false;
		if (tracer->is_leaving)
			let_go(tracer, task, task->waiting_signal != SIGTRAP);
		else
			meet(tracer, task, task->waiting_signal);
	}
}

static void take_stop(struct tracer *tracer, pid_t tid, int status)
{
	/* It may stop before its parent says that there is one. */
	struct task *task = tasks_add(&tracer->tasks, tid);

	if (task)
		at_stop(tracer, task, status);
	else
		ptrace(PTRACE_DETACH, tid, NULL, NULL);
}

/*
 * Who does no calls fills its buffer all the same, with page faults and rescheduling: it is stopped
 * for them, but in no call, which that could interrupt: it is in none if it was in none when it
 * stopped the last time, and all stops have been seen. Should it begin one at this very moment,
 * that is interrupted as by a signal that is ignored, which most calls do not show.
 */
static void relieve_all(struct tracer *tracer)
{
	const struct events *events = tracer->cover.events;

	if (!events || tracer->opts->filter || tracer->is_leaving)
		return;
	for (struct task *task = tracer->tasks.first; task; task = task->next)
		if (task->device && !task->is_in_call &&
		    events_count(events, task) > task->device->capacity / 4)
			ptrace(PTRACE_INTERRUPT, task->tid, NULL, NULL);
}

/* Children that kcovctl had before it was kcovctl are nobody to wait for. */
static bool is_end(const struct tracer *tracer)
{
	const bool are_ours = tracer->thread && !tracer->thread->has_siblings;

	return !tracer->tasks.n &&
	       (tracer->is_leaving || !tracer->thread || (tracer->is_over && !are_ours));
}

/* A process is followed for a report that nobody can read any more. */
static bool is_in_vain(const struct tracer *tracer)
{
	const struct events *events = tracer->cover.events;

	return !tracer->thread && !tracer->is_leaving && events && events->err;
}

static void follow(struct tracer *tracer)
{
	int status;
	pid_t tid;

	if (tracer->cover.events && !tracer->opts->filter)
		signals_tick();
	while (!is_end(tracer) && (tid = signals_wait(&status)) >= 0) {
		if (!tid) {
			relieve_all(tracer);
			if (!signals_ask_for_end() && !is_in_vain(tracer))
				continue;
			if (!tracer->is_leaving)
				leave(tracer);
			/* Once more: at once. But timeout(1) for one asks twice. */
			else if (seconds() > tracer->leaving_since + 1)
				break;
			continue;
		}
		if (WIFSTOPPED(status))
			take_stop(tracer, tid, status);
		else
			at_end(tracer, tid, status);
		meet_waiting(tracer);
		if (tracer->seize && !tracer->is_leaving)
			seize_rest(tracer->seize);
	}
}

/* It did not stop when it was to be let go. */
static void leave_behind(struct tracer *tracer, struct task *task)
{
	const char *why = "it waits where nothing interrupts it";

	if (task->is_new)
		miss(tracer, task, "stop it", why);
	else if (task->device && !task->is_over)
		cover_leave(&tracer->cover, task, "stop it", why);
	cover_end(&tracer->cover, task);
}

static void leave_all_behind(struct tracer *tracer)
{
	for (struct task *task = tracer->tasks.first; task; task = task->next)
		leave_behind(tracer, task);
	tasks_fini(&tracer->tasks);
}

static struct tracer make_tracer(const struct tracer_opts *opts)
{
	struct tracer tracer = { .opts = opts, .cover = opts->cover };

	tracer.cover.options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT |
			       (opts->no_follow ? 0 : FOLLOW_OPTIONS) |
			       (opts->filter ? PTRACE_O_TRACESECCOMP : 0);
	return tracer;
}

static int seize_first(struct tracer *tracer, struct device *device)
{
	const pid_t pid = tracer->thread->pid;
	struct task *first = tasks_add(&tracer->tasks, pid);

	if (!first)
		return -ENOMEM;
	first->pid = pid;
	first->device = device;
	first->is_new = false;
	if (ptrace(PTRACE_SEIZE, pid, NULL, tracer->cover.options))
		return -errno;
	/* From now on it stops at its calls, until it is about to be the program. */
	return ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) ? -errno : 0;
}

int tracer_run(const struct tracer_opts *opts, struct first_thread *thread, struct device *device,
	       enum first_thread_step *step, int *status)
{
	struct tracer tracer = make_tracer(opts);
	int err;

	tracer.thread = thread;
	*step = FIRST_THREAD_TRACE;
	err = seize_first(&tracer, device);
	if (err) {
		tasks_fini(&tracer.tasks);
		first_thread_cancel(thread);
		return err;
	}
	err = first_thread_let_go(thread);
	watch_start();
	follow(&tracer);
	watch_stop();
	if (!err)
		err = first_thread_judge(thread, tracer.has_execed, tracer.status, step);
	first_thread_end(thread);
	*status = tracer.status;
	leave_all_behind(&tracer);
	untraced_fini(&tracer.untraced);
	return err;
}

int tracer_attach(const struct tracer_opts *opts, pid_t pid)
{
	struct tracer tracer = make_tracer(opts);
	struct seize seize = { .pid = pid, .tasks = &tracer.tasks, .cover = &tracer.cover };
	struct signals before;
	int err;

	tracer.has_begun = true;
	tracer.seize = &seize;
	untraced_begin(&tracer.untraced);
	watch_start();
	err = seize_process(&seize, opts->no_follow);
	signals_divert(&before);
	signals_take(&before);
	if (!err)
		follow(&tracer);
	leave_all_behind(&tracer);
	watch_stop();
	seize_fini(&seize);
	untraced_fini(&tracer.untraced);
	signals_restore(&before);
	return err;
}
