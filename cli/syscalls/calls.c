// SPDX-License-Identifier: MIT
#include "calls.h"

#include <seccomp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* A program that tries every number there is must not fill the memory. */
	MAX_NAMES = 8192,
	X32_BIT = 0x40000000,
};

/* What stands for the name of a number that is no call. */
static char none[1];

static char *ask(uint32_t audit_arch, uint32_t number)
{
	/* The kernel calls x32 x86-64 and sets a bit in the number; libseccomp tells them apart. */
	const bool x32 = audit_arch == SCMP_ARCH_X86_64 && number & X32_BIT;

	return seccomp_syscall_resolve_num_arch(x32 ? SCMP_ARCH_X32 : audit_arch, (int)number);
}

const char *calls_name(struct calls *calls, uint32_t audit_arch, uint64_t number)
{
	const uint64_t key = (uint64_t)audit_arch << 32 | number;
	char *name;

	/* libseccomp has meanings of its own for architecture 0 and for negative numbers. */
	if (!audit_arch || number > INT32_MAX)
		return NULL;
	name = map_get(&calls->names, key);
	if (name)
		return name == none ? NULL : name;
	name = ask(audit_arch, (uint32_t)number);
	if (!name && calls->names.n >= MAX_NAMES)
		return NULL;
	if (map_put(&calls->names, key, name ? name : none)) {
		free(name);
		return NULL;
	}
	return name;
}

void calls_fini(struct calls *calls)
{
	size_t at = 0;
	char *name;

	while ((name = map_next(&calls->names, &at)))
		if (name != none)
			free(name);
	map_fini(&calls->names);
}

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

const char *calls_arch_name(uint32_t audit_arch)
{
	for (size_t i = 0; i < sizeof(archs) / sizeof(archs[0]); i++)
		if (archs[i].audit_arch == audit_arch)
			return archs[i].name;
	return NULL;
}

bool calls_arch_of(const char *name, uint32_t *ret)
{
	for (size_t i = 0; i < sizeof(archs) / sizeof(archs[0]); i++)
		if (strcmp(archs[i].name, name) == 0) {
			*ret = archs[i].audit_arch;
			return true;
		}
	return false;
}
