// SPDX-License-Identifier: MIT
#include "machine.h"

#include "../base/bytes.h"
#include "../base/export.h"

#include <elf.h>
#include <kcov/symbolize.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Instructions of x86 begin anywhere. Bytes within one that look like a call look like one
 * of another function: four of them would have to be this very distance.
 */
static const uint8_t *find_x86_call(const uint8_t *at, const uint8_t *end, int64_t *distance)
{
	const size_t size = 5;

	if ((size_t)(end - at) < size)
		return NULL;
	at = memchr(at, 0xe8, (size_t)(end - at) - (size - 1));
	if (at)
		*distance = (int64_t)size + (int32_t)kcov_load_u32(at + 1);
	return at;
}

static const uint8_t *find_arm64_call(const uint8_t *at, const uint8_t *end, int64_t *distance)
{
	for (; end - at >= 4; at += 4) {
		const uint32_t word = kcov_load_u32(at);

		if ((word & 0xfc000000u) == 0x94000000u) {
			/* 26 bits with a sign, in words. */
			*distance = (int64_t)(int32_t)(word << 6) >> 4;
			return at;
		}
	}
	return NULL;
}

/* A row each, those that are read first. */
static const struct kcov_machine machines[] = {
	{
		.elf = EM_X86_64,
		.name = "x86-64",
		.uname = "x86_64",
		/* A jump has the same relocations. */
		.call = { 5, 1, find_x86_call, { R_X86_64_PLT32, R_X86_64_PC32 }, 1 },
		.syscall_prefixes = { "__x64_sys_", "__ia32_sys_", "__ia32_compat_sys_",
				      "__x32_compat_sys_", "__x64_compat_sys_" },
		/*
		 * The kernel is linked to the top 2 GiB, CONFIG_PHYSICAL_START above their begin,
		 * and KASLR moves it inside the first of the two by a multiple of 2 MiB
		 * (CONFIG_PHYSICAL_ALIGN). That is the default, and what all distributions have.
		 */
		.link_text = 0xffffffff80000000u + 0x1000000u,
		.kaslr_granule = 0x200000u,
		.kaslr_end = 0x40000000u,
	},
	{
		.elf = EM_AARCH64,
		.name = "AArch64",
		.uname = "aarch64",
		.call = { 4, 4, find_arm64_call, { R_AARCH64_CALL26 }, 0 },
		.syscall_prefixes = { "__arm64_sys_", "__arm64_compat_sys_" },
	},
	{ .elf = EM_386, .name = "x86" },
	{ .elf = EM_ARM, .name = "Arm" },
	{ .elf = EM_RISCV, .name = "RISC-V" },
	{ .elf = EM_S390, .name = "s390" },
	{ .elf = EM_PPC64, .name = "PowerPC64" },
	{ .elf = EM_LOONGARCH, .name = "LoongArch" },
};

#define N_MACHINES (sizeof(machines) / sizeof(*machines))

const struct kcov_machine *kcov_machine_of_elf(uint16_t elf)
{
	static const struct kcov_machine another = { .name = "another machine" };

	for (size_t i = 0; i < N_MACHINES; i++)
		if (machines[i].elf == elf)
			return &machines[i];
	return &another;
}

const struct kcov_machine *kcov_machine_of_uname(const char *uname)
{
	for (size_t i = 0; i < N_MACHINES && machines[i].uname; i++)
		if (strcmp(machines[i].uname, uname) == 0)
			return &machines[i];
	return NULL;
}

char *kcov_machines_read(void)
{
	char *names = strdup(machines[0].name);

	for (size_t i = 1; names && machines[i].uname; i++) {
		const char *separator = machines[i + 1].uname ? ", " : " and ";
		char *longer;

		if (asprintf(&longer, "%s%s%s", names, separator, machines[i].name) < 0)
			longer = NULL;
		free(names);
		names = longer;
	}
	return names;
}

static const char *behind_prefix(const char *symbol, const char *const *prefixes)
{
	for (; *prefixes; prefixes++)
		if (strncmp(symbol, *prefixes, strlen(*prefixes)) == 0)
			return symbol + strlen(*prefixes);
	return NULL;
}

KCOV_PUBLIC const char *kcov_syscall_of(const char *symbol)
{
	const char *name = NULL;

	/* Parts that the compiler moved elsewhere are no entries. */
	if (!symbol || strchr(symbol, '.'))
		return NULL;
	for (size_t i = 0; !name && i < N_MACHINES; i++)
		name = behind_prefix(symbol, machines[i].syscall_prefixes);
	return name;
}
