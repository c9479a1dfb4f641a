// SPDX-License-Identifier: MIT
#include "calls.h"

#include <seccomp.h>
#include <stdbool.h>
#include <stdlib.h>

enum {
	FIRST_SIZE = 256,
	/* A program that tries every number there is must not fill the memory. */
	MAX_ENTRIES = 8192,
	X32_BIT = 0x40000000,
};

struct calls_entry {
	/* Architecture and number; 0: the entry is free. */
	uint64_t key;
	/* NULL: there is no such call. */
	char *name;
};

/* Where the key is, or belongs. */
static struct calls_entry *find(const struct calls *calls, uint64_t key)
{
	/* Numbers are neighbours: the multiplication spreads them over the upper half. */
	size_t i = (size_t)(key * 0x9e3779b97f4a7c15 >> 32);

	while (true) {
		struct calls_entry *entry = &calls->entries[i & (calls->size - 1)];

		if (!entry->key || entry->key == key)
			return entry;
		i++;
	}
}

static bool grow(struct calls *calls)
{
	const size_t size = calls->size ? calls->size * 2 : FIRST_SIZE;
	struct calls grown = { .size = size, .used = calls->used };

	grown.entries = calloc(size, sizeof(*grown.entries));
	if (!grown.entries)
		return false;
	for (size_t i = 0; i < calls->size; i++)
		if (calls->entries[i].key)
			*find(&grown, calls->entries[i].key) = calls->entries[i];
	free(calls->entries);
	*calls = grown;
	return true;
}

/* One entry in four stays free, so that a search ends soon. */
static bool make_room(struct calls *calls)
{
	return calls->used < calls->size - calls->size / 4 || grow(calls);
}

static char *ask(uint32_t audit_arch, uint32_t number)
{
	/* The kernel calls x32 x86-64 and sets a bit in the number; libseccomp tells them apart. */
	const bool x32 = audit_arch == SCMP_ARCH_X86_64 && number & X32_BIT;

	return seccomp_syscall_resolve_num_arch(x32 ? SCMP_ARCH_X32 : audit_arch, (int)number);
}

const char *calls_name(struct calls *calls, uint32_t audit_arch, uint64_t number)
{
	const uint64_t key = (uint64_t)audit_arch << 32 | number;
	struct calls_entry *entry;
	char *name;

	/* libseccomp has meanings of its own for architecture 0 and for negative numbers. */
	if (!audit_arch || number > INT32_MAX)
		return NULL;
	if (calls->size) {
		entry = find(calls, key);
		if (entry->key)
			return entry->name;
	}
	name = ask(audit_arch, (uint32_t)number);
	if (!name && calls->used >= MAX_ENTRIES)
		return NULL;
	if (!make_room(calls)) {
		free(name);
		return NULL;
	}
	calls->used++;
	*find(calls, key) = (struct calls_entry){ .key = key, .name = name };
	return name;
}

void calls_fini(struct calls *calls)
{
	for (size_t i = 0; i < calls->size; i++)
		free(calls->entries[i].name);
	free(calls->entries);
	*calls = (struct calls){ 0 };
}

const char *calls_arch_name(uint32_t audit_arch)
{
	static const struct {
		uint32_t audit_arch;
		const char *name;
	} archs[] = {
		{ SCMP_ARCH_X86_64, "x86_64" },     { SCMP_ARCH_X86, "i386" },
		{ SCMP_ARCH_AARCH64, "aarch64" },   { SCMP_ARCH_ARM, "arm" },
		{ SCMP_ARCH_RISCV64, "riscv64" },   { SCMP_ARCH_PPC64LE, "ppc64le" },
		{ SCMP_ARCH_PPC64, "ppc64" },       { SCMP_ARCH_PPC, "ppc" },
		{ SCMP_ARCH_S390X, "s390x" },       { SCMP_ARCH_S390, "s390" },
		{ SCMP_ARCH_MIPS64, "mips64" },     { SCMP_ARCH_MIPSEL64, "mipsel64" },
		{ SCMP_ARCH_MIPS, "mips" },         { SCMP_ARCH_MIPSEL, "mipsel" },
		{ SCMP_ARCH_PARISC64, "parisc64" }, { SCMP_ARCH_PARISC, "parisc" },
	};

	for (size_t i = 0; i < sizeof(archs) / sizeof(archs[0]); i++)
		if (archs[i].audit_arch == audit_arch)
			return archs[i].name;
	return NULL;
}
