// SPDX-License-Identifier: MIT
/* The fake kernel's mappings and protection keys. */
#include "fake-internal.h"

#include "sys.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct fake_region {
	char *at;
	size_t size;
	/* What a device was mapped to. */
	char *area;
	size_t area_size;
	int pkey;
};

struct fake_key {
	bool taken;
	/* It was set once. */
	bool works;
	/* Threads that may write by it. */
	unsigned int writers;
};

static struct fake_region regions[128];
static struct fake_key keys[16];
static _Thread_local bool may_write[N(keys)];

void fake_memory_state(struct fake_state *state)
{
	for (size_t i = 0; i < N(regions); i++)
		state->regions += regions[i].at != NULL;
	for (size_t i = 0; i < N(keys); i++)
		state->keys += keys[i].taken;
}

static struct fake_region *region_of(const void *at, size_t size)
{
	const char *from = at;

	for (size_t i = 0; i < N(regions); i++)
		if (regions[i].at && from >= regions[i].at &&
		    from + size <= regions[i].at + regions[i].size)
			return &regions[i];
	fake_die("addresses that are not the library's are mapped or unmapped");
}

static struct fake_region *area_of(const void *at, size_t size)
{
	struct fake_region *region = region_of(at, size);

	if (region->area != at || region->area_size != size)
		fake_die("a part of a buffer is protected");
	return region;
}

static void protect(const struct fake_region *region, bool writable)
{
	if (mprotect(region->area, region->area_size, PROT_READ | (writable ? PROT_WRITE : 0)))
		fake_die("mprotect failed");
}

int kcov_sys_reserve(size_t size, void **ret)
{
	int err = fake_begin(FAKE_RESERVE);
	void *at;

	if (err)
		return fake_end(err);
	at = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		fake_die("no addresses to reserve");
	for (size_t i = 0; i < N(regions); i++) {
		if (regions[i].at)
			continue;
		regions[i] = (struct fake_region){ .at = at, .size = size };
		*ret = at;
		return fake_end(0);
	}
	fake_die("too many mappings");
}

int kcov_sys_map(int fd, void *at, size_t size)
{
	int err = fake_begin(FAKE_MAP);
	struct fake_region *region = region_of(at, size);
	size_t device_size;
	int memory = fake_memory_of(fd, &device_size);

	if (!err && (memory < 0 || size != device_size))
		err = -EINVAL;
	if (err)
		return fake_end(err);
	if (mmap(at, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, memory, 0) != at)
		fake_die("a device cannot be mapped");
	region->area = at;
	region->area_size = size;
	return fake_end(0);
}

int kcov_sys_unmap_to_reserve(void *at, size_t size)
{
	int err = fake_begin(FAKE_UNMAP_TO_RESERVE);
	struct fake_region *region = region_of(at, size);

	if (err)
		return fake_end(err);
	if (region->area + region->area_size != (char *)at + size)
		fake_die("something else than the end of a buffer is unmapped");
	if (mmap(at, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != at)
		fake_die("a mapping cannot be replaced");
	region->area_size -= size;
	return fake_end(0);
}

int kcov_sys_unmap(void *at, size_t size)
{
	int err = fake_begin(FAKE_UNMAP);
	struct fake_region *region = region_of(at, size);

	if (region->at != at || region->size != size || munmap(at, size))
		fake_die("a part of a region is unmapped");
	memset(region, 0, sizeof(*region));
	return fake_end(err);
}

int kcov_sys_protect(void *at, size_t size, bool writable)
{
	int err = fake_begin(FAKE_PROTECT);

	if (!err)
		protect(area_of(at, size), writable);
	return fake_end(err);
}

int kcov_sys_pkey_alloc(void)
{
	int err = fake_begin(FAKE_PKEY_ALLOC);

	if (err)
		return fake_end(err);
	/* 0 is the key of all memory. */
	for (size_t i = 1; fake_has_pkeys() && i < N(keys); i++) {
		if (keys[i].taken)
			continue;
		keys[i].taken = true;
		return fake_end((int)i);
	}
	return fake_end(-ENOSPC);
}

int kcov_sys_pkey_free(int pkey)
{
	int err = fake_begin(FAKE_PKEY_FREE);

	for (size_t i = 0; i < N(regions); i++)
		if (regions[i].at && regions[i].pkey == pkey)
			fake_die("a key that protects something is given back");
	memset(&keys[pkey], 0, sizeof(keys[pkey]));
	return fake_end(err);
}

int kcov_sys_pkey_protect(void *at, size_t size, int pkey)
{
	int err = fake_begin(FAKE_PKEY_PROTECT);
	struct fake_region *region = area_of(at, size);

	if (!keys[pkey].taken)
		fake_die("a key that is nobody's protects something");
	if (err)
		return fake_end(err);
	region->pkey = pkey;
	protect(region, keys[pkey].writers);
	return fake_end(0);
}

/* No system call; what this libc could do once it can always do. */
int kcov_sys_pkey_set(int pkey, bool writable)
{
	struct fake_key *key = &keys[pkey];
	int err = 0;

	fake_lock();
	if (!key->works)
		err = fake_step(FAKE_PKEY_SET);
	if (err)
		return fake_end(err);
	key->works = true;
	if (may_write[pkey] == writable)
		return fake_end(0);
	may_write[pkey] = writable;
	key->writers += writable ? 1 : -1u;
	for (size_t i = 0; i < N(regions); i++)
		if (regions[i].at && regions[i].pkey == pkey)
			protect(&regions[i], key->writers);
	return fake_end(0);
}

size_t kcov_sys_page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}
