// SPDX-License-Identifier: MIT
/*
 * A buffer that is emptied while another thread records into it, in a real kernel: of so many
 * calls that have the same PCs each time, the PCs come out so many times, in order, from a buffer
 * that holds a small part of them.
 */
#include "symbols.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	/* More than a call has. */
	MAX_SEQUENCE = 1000,
	MAX_FOREIGN = 1 << 16,
};

static uint64_t sequence[MAX_SEQUENCE];
static size_t n_sequence;

static void call(void)
{
	syscall(SYS_getppid);
}

/* What a call records, which is what it recorded twice in a row. */
static void learn(void)
{
	struct kcov *kcov = live_open();
	struct kcov_pcs pcs;
	size_t before = 0;

	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(kcov, KCOV_MODE_PC));
	for (n_sequence = 0; !n_sequence; before = pcs.count) {
		kcov_reset(kcov);
		call();
		assert_kcov_ok(KCOV_CALL_READ, kcov_pcs(kcov, &pcs));
		assert_in_range(pcs.count, 1, MAX_SEQUENCE);
		if (pcs.count == before &&
		    memcmp(sequence, pcs.pcs, before * sizeof(*sequence)) == 0)
			n_sequence = pcs.count;
		else
			memcpy(sequence, pcs.pcs, pcs.count * sizeof(*sequence));
	}
	assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(kcov));
	assert_kcov_ok(KCOV_CALL_CLOSE, kcov_close(kcov));
	/* One PC would be in order however it came. */
	assert_in_range(n_sequence, 2, MAX_SEQUENCE);
}

struct work {
	struct kcov *kcov;
	size_t calls;
	/*
	 * How many calls it may be ahead of what was taken out, for which it waits in user space:
	 * the machine may be busy with something else for any time.
	 */
	size_t ahead;
	size_t taken;
	bool is_over;
};

static void *work(void *context)
{
	struct work *work = context;

	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(work->kcov, KCOV_MODE_PC));
	for (size_t i = 0; i < work->calls; i++) {
		while (i > __atomic_load_n(&work->taken, __ATOMIC_RELAXED) + work->ahead)
			;
		call();
	}
	assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(work->kcov));
	__atomic_store_n(&work->is_over, true, __ATOMIC_RELEASE);
	return NULL;
}

/* What came out, read as calls and what is not of them. */
struct stream {
	size_t n;
	size_t calls;
	/* Of the call that has begun. */
	size_t next;
	uint64_t foreign[MAX_FOREIGN];
	size_t n_foreign;
	/* In the middle of a call, in a row: what interrupted it. */
	size_t in_a_row;
	size_t longest;
	unsigned int doubts;
};

static struct stream stream;

static void read_pcs(const uint64_t *pcs, size_t n)
{
	stream.n += n;
	for (size_t i = 0; i < n; i++) {
		if (pcs[i] == sequence[stream.next]) {
			stream.in_a_row = 0;
			if (++stream.next == n_sequence) {
				stream.next = 0;
				stream.calls++;
			}
		} else {
			stream.foreign[stream.n_foreign++ % MAX_FOREIGN] = pcs[i];
			stream.in_a_row += stream.next != 0;
			if (stream.in_a_row > stream.longest)
				stream.longest = stream.in_a_row;
		}
	}
}

static size_t drain_it(struct kcov *kcov, struct kcov_drain *drain, uint64_t *pcs, size_t room)
{
	struct kcov_drained what;

	assert_kcov_ok(KCOV_CALL_DRAIN, kcov_drain(kcov, KCOV_MODE_PC, drain, pcs, room, &what));
	stream.doubts |= what.doubts;
	return what.count;
}

static void run(size_t capacity, size_t calls, size_t ahead)
{
	const struct kcov_opts opts = { .size = sizeof(opts), .capacity = capacity };
	struct work job = { .calls = calls, .ahead = ahead };
	struct kcov_drain drain;
	pthread_t thread;
	uint64_t *pcs;
	size_t room;
	bool is_over;

	assert_kcov_ok(KCOV_CALL_OPEN, kcov_open(&opts, &job.kcov));
	room = kcov_capacity(job.kcov, KCOV_MODE_PC) + KCOV_DRAIN_SLACK;
	pcs = calloc(room, sizeof(*pcs));
	assert_non_null(pcs);
	assert_kcov_ok(KCOV_CALL_DRAIN, kcov_drain_init(job.kcov, &drain));
	memset(&stream, 0, sizeof(stream));
	assert_int_equal(pthread_create(&thread, NULL, work, &job), 0);
	do {
		/* What it stored before it was over comes out once more after that. */
		is_over = __atomic_load_n(&job.is_over, __ATOMIC_ACQUIRE);
		read_pcs(pcs, drain_it(job.kcov, &drain, pcs, room));
		__atomic_store_n(&job.taken, stream.calls, __ATOMIC_RELAXED);
	} while (!is_over);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(drain_it(job.kcov, &drain, pcs, room), 0);
	free(pcs);
	assert_kcov_ok(KCOV_CALL_CLOSE, kcov_close(job.kcov));
}

/* The functions of what is of no call. */
static void print_foreign(void)
{
	const size_t n = stream.n_foreign < MAX_FOREIGN ? stream.n_foreign : MAX_FOREIGN;
	uint64_t *unique = malloc(3 * n * sizeof(*unique) + 1);
	size_t n_unique;

	assert_non_null(unique);
	n_unique = kcov_unique(stream.foreign, n, unique + n, unique);
	print_message("%zu PCs, %zu calls of %zu each, %zu others, %zu in a row, doubts %x; from",
		      stream.n, stream.calls, n_sequence, stream.n_foreign, stream.longest,
		      stream.doubts);
	for (size_t i = 0; i < n_unique && i < 40; i++) {
		const uint64_t pc = unique[i] - 1;
		struct kcov_location location;

		assert_int_equal(kcov_symbolizer_lookup(symbolizer, &pc, 1, NULL, &location), 0);
		print_message(" %s", location.symbol ? location.symbol : "?");
	}
	print_message("\n");
	free(unique);
}

static void each_call_comes_out_whole(void **state)
{
	const size_t capacity = 1 << 17, calls = 25 * capacity / n_sequence;

	(void)state;
	/* A quarter of the buffer, so that half of it is not filled at once. */
	run(capacity, calls, capacity / 4 / n_sequence);
	print_foreign();
	assert_int_equal(stream.doubts, 0);
	assert_int_equal(stream.next, 0);
	assert_int_equal(stream.calls, calls);
	/* More than the buffer holds, and little else: the ends of ENABLE and DISABLE, and ticks.
	 */
	assert_true(stream.n > 20 * capacity);
	assert_true(stream.n_foreign < stream.n / 10);
	/* Half of what kcov_drain() is prepared for. */
	assert_in_range(stream.longest, 0, 16);
}

static int open_all(void **state)
{
	const int err = open_symbolizer(state);

	if (!err)
		learn();
	return err;
}

static void what_is_lost_from_a_small_buffer_is_said_to_be(void **state)
{
	const size_t calls = 20000;
	int n_sure = 0;

	(void)state;
	for (int i = 0; i < 20; i++) {
		run(1000, calls, calls);
		if (!stream.doubts) {
			assert_int_equal(stream.calls, calls);
			assert_int_equal(stream.next, 0);
			n_sure++;
		}
	}
	print_message("%d of 20 without a doubt\n", n_sure);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_call_comes_out_whole),
		cmocka_unit_test(what_is_lost_from_a_small_buffer_is_said_to_be),
	};

	if (!live_has_kcov())
		return LIVE_SKIP;
	return cmocka_run_group_tests(tests, open_all, close_symbolizer);
}
