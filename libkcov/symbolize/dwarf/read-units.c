// SPDX-License-Identifier: MIT
#include "read-units.h"

#include "../base/damage.h"
#include "../base/error.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/sysinfo.h>

struct kcov_read_worker {
	struct shared *shared;
	pthread_t thread;
	bool is_thread;
	Elf *elf;
	Dwarf *handle;
	struct kcov_supplement_handle supplement;
	struct kcov_unit_context context;
	struct kcov_arena causes;
};

/* What the workers have in common. */
struct shared {
	struct kcov_read_units *units;
	const struct kcov_supplement *supplement;
	struct kcov_dwarf_sections *sections;
	struct kcov_split_search *splits;
	/* The next unit to be read by whoever comes. */
	size_t next;
	/* How many have been. */
	size_t done;
	bool no_memory;
};

/* So that the others end, too. */
static void shared_fail(struct shared *shared)
{
	__atomic_store_n(&shared->no_memory, true, __ATOMIC_RELAXED);
	__atomic_store_n(&shared->next, shared->units->n, __ATOMIC_RELAXED);
}

/* A handle of its own, unless it has one. */
static bool worker_open(struct kcov_read_worker *worker)
{
	const struct kcov_image *image = worker->shared->units->image;

	if (worker->handle)
		return true;
	worker->elf = elf_memory(image->map, image->map_size);
	if (worker->elf)
		worker->handle = dwarf_begin_elf(worker->elf, DWARF_C_READ, NULL);
	if (worker->handle)
		kcov_supplement_attach(worker->shared->supplement, worker->handle,
				       &worker->supplement);
	return worker->handle;
}

static int worker_read(struct kcov_read_worker *worker, uint64_t offset, const char **cause,
		       struct kcov_unit **ret)
{
	Dwarf_Die die;

	if (!dwarf_offdie(worker->handle, offset, &die))
		return kcov_damage(cause, kcov_error_libdw());
	return kcov_unit_read(&die, &worker->context, cause, ret);
}

/* Only the caller's own thread tells. */
static void tell(const struct kcov_read_worker *worker, unsigned int *told)
{
	const struct kcov_read_units *units = worker->shared->units;
	size_t done = __atomic_add_fetch(&worker->shared->done, 1, __ATOMIC_RELAXED);
	unsigned int percent = (unsigned int)(KCOV_PROGRESS_READ * done / units->n);

	if (worker != units->workers || percent == *told)
		return;
	*told = percent;
	kcov_image_tell(units->image, percent);
}

static void *worker_run(void *arg)
{
	struct kcov_read_worker *worker = arg;
	struct shared *shared = worker->shared;
	struct kcov_read_units *units = shared->units;
	unsigned int told = 0;
	size_t i;

	/* Then the others do its part. */
	if (!worker_open(worker))
		return NULL;
	while ((i = __atomic_fetch_add(&shared->next, 1, __ATOMIC_RELAXED)) < units->n) {
		int rc =
			worker_read(worker, units->offsets[i], &units->causes[i], &units->units[i]);

		units->others[i] = worker->context.others;
		worker->context.others = (struct kcov_other_files){};
		if (rc == -ENOMEM)
			shared_fail(shared);
		tell(worker, &told);
	}
	return NULL;
}

static void run_all(struct shared *shared, struct kcov_read_units *units, Dwarf *handle)
{
	for (size_t i = 0; i < units->n_workers; i++) {
		units->workers[i].shared = shared;
		units->workers[i].context.sections = shared->sections;
		units->workers[i].context.text = &units->image->text;
		units->workers[i].context.nameless = shared->supplement->cause;
		units->workers[i].context.splits = shared->splits;
		units->workers[i].context.causes = &units->workers[i].causes;
	}
	units->workers[0].handle = handle;
	/* One fewer if there can be no more threads. */
	for (size_t i = 1; i < units->n_workers; i++)
		units->workers[i].is_thread = !pthread_create(&units->workers[i].thread, NULL,
							      worker_run, &units->workers[i]);
	worker_run(&units->workers[0]);
	for (size_t i = 1; i < units->n_workers; i++) {
		if (units->workers[i].is_thread)
			pthread_join(units->workers[i].thread, NULL);
	}
	for (size_t i = 0; i < units->n_workers; i++) {
		kcov_die_shapes_fini(&units->workers[i].context.shapes);
		kcov_die_shapes_fini(&units->workers[i].context.split_shapes);
	}
}

/* More than that only makes more handles: the memory of each is that of all units it read. */
#define MAX_WORKERS 8u

/* Of fewer units a thread is not worth its handle. */
#define UNITS_PER_WORKER 32u

static size_t count_workers(const struct kcov_image *image, size_t units)
{
	size_t processors = (size_t)get_nprocs(), wanted = units / UNITS_PER_WORKER + 1;

	/* Each handle would inflate all of it, or relocate it. */
	if (image->is_compressed || image->dwfl)
		return 1;
	if (wanted > processors)
		wanted = processors;
	return wanted > MAX_WORKERS ? MAX_WORKERS : wanted;
}

int kcov_read_units(const struct kcov_image *image, Dwarf *handle,
		    const struct kcov_supplement *supplement, struct kcov_dwarf_sections *sections,
		    struct kcov_split_search *splits, const uint64_t *offsets, size_t n,
		    struct kcov_read_units *ret)
{
	_cleanup_(kcov_read_units_fini) struct kcov_read_units units = {
		.image = image,
		.offsets = offsets,
		.n = n,
		.units = calloc(n + 1, sizeof(struct kcov_unit *)),
		.causes = calloc(n + 1, sizeof(char *)),
		.others = calloc(n + 1, sizeof(struct kcov_other_files)),
		.n_workers = count_workers(image, n),
	};
	struct shared shared = {
		.units = &units,
		.supplement = supplement,
		.sections = sections,
		.splits = splits,
	};

	units.workers = calloc(units.n_workers, sizeof(*units.workers));
	if (!units.units || !units.causes || !units.others || !units.workers)
		return -ENOMEM;
	run_all(&shared, &units, handle);
	if (shared.no_memory)
		return -ENOMEM;
	*ret = units;
	units = (struct kcov_read_units){};
	return 0;
}

int kcov_offset_compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

size_t kcov_read_units_find(const struct kcov_read_units *units, uint64_t offset)
{
	const uint64_t *found =
		bsearch(&offset, units->offsets, units->n, sizeof(*found), kcov_offset_compare);

	return found ? (size_t)(found - units->offsets) : units->n;
}

void kcov_read_units_fini(struct kcov_read_units *units)
{
	for (size_t i = 0; i < units->n; i++) {
		if (units->units)
			kcov_unit_free(units->units[i]);
		if (units->others)
			kcov_other_files_fini(&units->others[i]);
	}
	/* The first one's is the caller's. */
	for (size_t i = 1; units->workers && i < units->n_workers; i++) {
		dwarf_end(units->workers[i].handle);
		kcov_supplement_detach(&units->workers[i].supplement);
		elf_end(units->workers[i].elf);
	}
	free(units->units);
	for (size_t i = 0; units->workers && i < units->n_workers; i++)
		kcov_arena_fini(&units->workers[i].causes);
	free(units->causes);
	free(units->others);
	free(units->workers);
}
