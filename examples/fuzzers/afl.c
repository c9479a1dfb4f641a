// SPDX-License-Identifier: MIT
/*
 * AFL++ on the kernel: what a write to /dev/kcov-sample runs there becomes hit counts of
 * edges in the map that afl-fuzz shares with its target.
 *
 *	afl-fuzz -i SEEDS -o FINDINGS … -- afl
 *
 * The fork server is ours: a worker answers afl-fuzz itself, input after input, and its
 * parent only when the worker died, of a check, the kernel or a timeout. An input costs
 * two task switches; AFL++'s own runtime, which stops and continues a process for each,
 * needs twice the time. With KCOV_BLIND=1 in the environment there is no coverage.
 */
#include "sample.h"

#include <err.h>
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

static void work(const struct sample *sample, const struct input *input, uint8_t *map)
{
	struct kcov_pcs pcs;

	sample_enable(sample);
	for (;;) {
		await();
		tell((uint32_t)getpid());
		if (sample_cover(sample, input->bytes, input->size, &pcs))
			abort();
		kcov_bitmap_add(pcs.pcs, pcs.count, MAP_SIZE, map);
		/* afl-fuzz takes a target for broken if its map stays empty. */
		map[0] = 1;
		tell(0);
	}
}

int main(void)
{
	uint8_t *map = shared("__AFL_SHM_ID");
	const struct input *input = shared("__AFL_SHM_FUZZ_ID");
	struct sample sample;
	int status;

	sample_open(KCOV_SAMPLE_CHAIN, KCOV_MODE_PC, &sample);
	tell(HELLO | HELLO_MAP_SIZE | (MAP_SIZE - 1) << 1 | HELLO_SHARED_INPUT);
	await();
	for (;;) {
		pid_t pid = fork();

		if (pid == 0)
			work(&sample, input, map);
		if (pid < 0 || waitpid(pid, &status, 0) < 0)
			err(2, "cannot fork a worker");
		/* Its death frees kcov for the next one; it exits only with afl-fuzz. */
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		tell((uint32_t)status);
	}
}
