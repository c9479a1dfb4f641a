/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_MACHINE_H
#define KCOV_SYMBOLIZE_MACHINE_H

#include <stddef.h>
#include <stdint.h>

/* How a machine calls a function whose address the linker knows. */
struct kcov_call_code {
	/* In bytes, and what the address of an instruction is a multiple of. */
	uint8_t size;
	uint8_t alignment;
	/*
	 * The first call that begins at at or behind, and is whole before end; NULL: there is none.
	 * *distance is from where it begins to what it calls.
	 */
	const uint8_t *(*find)(const uint8_t *at, const uint8_t *end, int64_t *distance);
	/* Relocations of one that is not linked yet, or 0, and how far behind its begin they lie.
	 */
	uint32_t relocations[2];
	uint8_t relocation_at;
};

/* What a processor's kernels are like, as far as that is not the same for all. */
struct kcov_machine {
	/* In <elf.h>, and how people call it. */
	uint16_t elf;
	const char *name;
	/* As uname(2) calls it. NULL: its images are not read, and what follows is not known. */
	const char *uname;
	struct kcov_call_code call;
	/* What functions that are entries of system calls are called before the call's own name. */
	const char *syscall_prefixes[8];
	/*
	 * Where _text is linked to unless somebody chose otherwise, the multiples by which KASLR
	 * moves it, and what it is always moved by less than; 0: images are linked anywhere.
	 */
	uint64_t link_text;
	uint64_t kaslr_granule;
	uint64_t kaslr_end;
};

/* By its number; one called "another machine", which is not read, if it is not known. */
const struct kcov_machine *kcov_machine_of_elf(uint16_t elf);

/* One that is read, by its name for uname(2), or NULL. */
const struct kcov_machine *kcov_machine_of_uname(const char *uname);

/* "x86-64 and AArch64": those that are read. To be freed; NULL: out of memory. */
char *kcov_machines_read(void);

#endif
