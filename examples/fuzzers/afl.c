// SPDX-License-Identifier: MIT
/*
 * AFL++ on the kernel: what a write to /dev/kcov-target runs there becomes hit counts of
 * edges in the map that afl-fuzz shares with its target.
 *
 *	afl-fuzz -i SEEDS -o FINDINGS … -- afl
 *
 * The fork server is ours: a worker answers afl-fuzz itself, input after input, and its
 * parent only when the worker died, of a check, the kernel or a timeout. An input costs
 * two task switches; AFL++'s own runtime, which stops and continues a process for each,
 * needs twice the time. With KCOV_BLIND=1 in the environment there is no coverage.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <kcov/feedback.h>
#include <stdlib.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

/* AFL++'s include/config.h and types.h. */
enum {
	FROM_FUZZER = 198,
	TO_FUZZER = 199,
};
#define HELLO 0x80000001u
#define HELLO_MAP_SIZE 0x40000000u
#define HELLO_SHARED_INPUT 0x01000000u

#define MAP_SIZE (1u << 13)

struct input {
	uint32_t size;
	uint8_t bytes[];
};

static void tell(uint32_t word)
{
	if (write(TO_FUZZER, &word, sizeof(word)) != sizeof(word))
		exit(1);
}

/* At the end of file afl-fuzz is gone. */
static void await(void)
{
	uint32_t word;

	if (read(FROM_FUZZER, &word, sizeof(word)) != sizeof(word))
		exit(0);
}

static void *shared(const char *name)
{
	const char *id = getenv(name);
	void *memory;

	if (!id)
		errx(2, "no %s in the environment: to be run by afl-fuzz", name);
	memory = shmat(atoi(id), NULL, 0);
	if (memory == (void *)-1)
		err(2, "cannot attach %s", name);
	return memory;
}

static void run(int target, const struct input *input)
{
	if (write(target, input->bytes, input->size) < 0 && errno == EUCLEAN)
		abort();
}

/*
 * What interrupts a run adds to its PCs, and afl-fuzz would follow each such trace: an
 * input is run until two runs in a row recorded as much, a few times at most.
 */
static void cover(struct kcov *kcov, int target, const struct input *input, uint8_t *map)
{
	struct kcov_pcs pcs = { 0 };
	size_t before;
	int tries = 0, e;

	do {
		before = pcs.count;
		kcov_reset(kcov);
		run(target, input);
		e = kcov_pcs(kcov, &pcs);
		if (e)
			errx(2, "cannot read PCs: %s", kcov_strerror(KCOV_CALL_READ, e));
	} while (pcs.count != before && ++tries < 8);
	kcov_bitmap_add(pcs.pcs, pcs.count, MAP_SIZE, map);
}

static void work(struct kcov *kcov, int target, const struct input *input, uint8_t *map)
{
	int e = kcov ? kcov_enable(kcov, KCOV_MODE_PC) : 0;

	if (e)
		errx(2, "cannot enable coverage: %s", kcov_strerror(KCOV_CALL_ENABLE, e));
	for (;;) {
		await();
		tell((uint32_t)getpid());
		/* afl-fuzz takes a target for broken if its map stays empty. */
		map[0] = 1;
		if (kcov)
			cover(kcov, target, input, map);
		else
			run(target, input);
		tell(0);
	}
}

static int serve(struct kcov *kcov, int target)
{
	uint8_t *map = shared("__AFL_SHM_ID");
	const struct input *input = shared("__AFL_SHM_FUZZ_ID");
	int status;

	tell(HELLO | HELLO_MAP_SIZE | (MAP_SIZE - 1) << 1 | HELLO_SHARED_INPUT);
	await();
	for (;;) {
		pid_t pid = fork();

		if (pid == 0)
			work(kcov, target, input, map);
		if (pid < 0 || waitpid(pid, &status, 0) < 0)
			err(2, "cannot fork a worker");
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		tell((uint32_t)status);
	}
}

int main(void)
{
	struct kcov *kcov = NULL;
	int target = open("/dev/kcov-target", O_WRONLY);
	int e = getenv("KCOV_BLIND") ? 0 : kcov_open(NULL, &kcov);

	if (target < 0)
		err(2, "cannot open /dev/kcov-target");
	if (e)
		errx(2, "cannot open kcov: %s", kcov_strerror(KCOV_CALL_OPEN, e));
	return serve(kcov, target);
}
