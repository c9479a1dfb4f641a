// SPDX-License-Identifier: MIT
/*
 * What is followed from its middle on: a thread in each way to wait, and two that do no calls at
 * all. Says "ready" in a file of that name, and goes on until there is one named "go". Each thread
 * says how it was; one whose registers, masks, times or calls were touched says so.
 */
#include "zoo.h"

#include <poll.h>
#include <sys/rseq.h>
#include <unistd.h>

static volatile int is_over, n_ready, n_signals;
static int pipes[3][2];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t over = PTHREAD_COND_INITIALIZER;

static void be_ready(void)
{
	__atomic_add_fetch(&n_ready, 1, __ATOMIC_SEQ_CST);
}

/* No calls, and as many registers as there are. */
static void *count(void *unused)
{
	unsigned long a = 0, b = 1, c = 2, d = 3, e = 4, f = 5;
	double x = 0, y = 0;

	(void)unused;
	be_ready();
	while (!is_over) {
		a += 1, b += 1, c += 1, d += 1, e += 1, f += 1, x += 1, y += 2;
		__asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f));
	}
	if (b != a + 1 || c != a + 2 || d != a + 3 || e != a + 4 || f != a + 5 || x != (double)a ||
	    y != 2 * x)
		return "registers changed";
	return NULL;
}

/*
 * A restartable sequence that takes its time. Whoever is taken off the processor in it has to begin
 * again; the kernel forgets that it is in one only when it finds it outside.
 */
static void *repeat(void *unused)
{
	unsigned long is_lost = 0;

	(void)unused;
	be_ready();
#ifdef __x86_64__
	if (!__rseq_size)
		return NULL;
	__asm__ volatile(".pushsection __rseq_cs, \"aw\"\n"
			 ".balign 32\n"
			 "3: .long 0, 0\n"
			 ".quad 1f, 2f - 1f, 4f\n"
			 ".popsection\n"
			 "5: leaq 3b(%%rip), %%rax\n"
			 "movq %%rax, %%fs:8(%[rseq])\n"
			 "1: cmpq $0, %%fs:8(%[rseq])\n"
			 "je 6f\n"
			 "cmpl $0, %[is_over]\n"
			 "je 1b\n"
			 "2: jmp 7f\n"
			 ".byte 0x0f, 0xb9, 0x3d\n"
			 ".long 0x53053053\n"
			 "4: jmp 5b\n"
			 "6: movl $1, %k[is_lost]\n"
			 "7:\n"
			 : [is_lost] "+r"(is_lost)
			 : [rseq] "r"(__rseq_offset), [is_over] "m"(is_over)
			 : "rax", "memory", "cc");
#endif
	return is_lost ? "a sequence was not begun again" : NULL;
}

static void *read_pipe(void *unused)
{
	char byte;

	(void)unused;
	be_ready();
	return read(pipes[0][0], &byte, 1) == 1 ? NULL : "read failed";
}

static void *sleep_often(void *unused)
{
	const struct timespec step = { .tv_nsec = 200000000 };

	(void)unused;
	be_ready();
	while (!is_over) {
		struct timespec begin, end;

		clock_gettime(CLOCK_MONOTONIC, &begin);
		if (nanosleep(&step, NULL))
			return "sleep was interrupted";
		clock_gettime(CLOCK_MONOTONIC, &end);
		if (zoo_nanoseconds(&begin, &end) < step.tv_nsec)
			return "sleep was too short";
	}
	return NULL;
}

static void on_signal(int signal)
{
	(void)signal;
	n_signals++;
}

static void *suspend(void *unused)
{
	sigset_t all_but_one, now;

	(void)unused;
	sigfillset(&all_but_one);
	sigdelset(&all_but_one, SIGUSR1);
	be_ready();
	while (!is_over)
		if (sigsuspend(&all_but_one) != -1 || errno != EINTR)
			return "sigsuspend failed";
	pthread_sigmask(SIG_SETMASK, NULL, &now);
	if (n_signals != 1)
		return "it came by itself, or the signal came more than once";
	return sigismember(&now, SIGUSR1) && !sigismember(&now, SIGTERM) ? NULL : "mask changed";
}

static void *poll_masked(void *unused)
{
	struct pollfd in = { .fd = pipes[1][0], .events = POLLIN };
	sigset_t all;

	(void)unused;
	sigfillset(&all);
	be_ready();
	return ppoll(&in, 1, NULL, &all) == 1 ? NULL : "ppoll failed";
}

static void *wait_for_condition(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&lock);
	be_ready();
	while (!is_over)
		pthread_cond_wait(&over, &lock);
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void *wait_for_child(void *unused)
{
	int status;
	char byte;
	pid_t child = fork();

	(void)unused;
	if (child == 0) {
		close(pipes[2][1]);
		_exit(read(pipes[2][0], &byte, 1) == 0 ? 7 : 8);
	}
	be_ready();
	if (waitpid(child, &status, 0) != child)
		return "waitpid failed";
	return WIFEXITED(status) && WEXITSTATUS(status) == 7 ? NULL : "status changed";
}

/* Short-lived threads and children, as long as there are the others. */
static void *make_others(void *unused)
{
	int status;

	(void)unused;
	be_ready();
	while (!is_over) {
		pid_t child = fork();

		if (child == 0)
			_exit(5);
		if (waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
		    WEXITSTATUS(status) != 5)
			return "a child is lost";
		zoo_sleep(100);
	}
	return NULL;
}

static const struct {
	const char *name;
	void *(*work)(void *);
} works[] = {
	{ "count", count },
	{ "repeat", repeat },
	{ "read", read_pipe },
	{ "sleep", sleep_often },
	{ "suspend", suspend },
	{ "poll", poll_masked },
	{ "condition", wait_for_condition },
	{ "child", wait_for_child },
	{ "others", make_others },
};

enum {
	WORKS = sizeof(works) / sizeof(works[0]),
};

static void end_all(const pthread_t *threads)
{
	pthread_mutex_lock(&lock);
	is_over = 1;
	pthread_cond_broadcast(&over);
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < WORKS; i++)
		if (works[i].work == suspend)
			pthread_kill(threads[i], SIGUSR1);
	if (write(pipes[0][1], "", 1) != 1 || write(pipes[1][1], "", 1) != 1)
		zoo_fail("write");
	close(pipes[2][1]);
}

int main(void)
{
	pthread_t threads[WORKS];
	sigset_t set;
	void *wrong;

	for (int i = 0; i < 3; i++)
		zoo_must(pipe2(pipes[i], O_CLOEXEC), "pipe2");
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	zoo_handle(SIGUSR1, on_signal, 0);
	for (int i = 0; i < WORKS; i++)
		threads[i] = zoo_thread(works[i].work, NULL);
	while (n_ready < WORKS)
		zoo_sleep(10);
	zoo_is_ready();
	zoo_until_go();
	end_all(threads);
	for (int i = 0; i < WORKS; i++) {
		pthread_join(threads[i], &wrong);
		zoo_say("%s: %s\n", works[i].name, wrong ? (const char *)wrong : "fine");
	}
	return 45;
}
