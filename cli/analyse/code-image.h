/* SPDX-License-Identifier: MIT */
/* The code of a kernel as its image has it: bytes, functions, and where control can jump unseen. */
#ifndef KCOVCTL_CODE_IMAGE_H
#define KCOVCTL_CODE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What calls of a function mean, by its name: bits. */
enum code_role {
	/* It records the address that it returns to. */
	CODE_POINT = 1 << 0,
	/* It records operands, and nothing that is followed here. */
	CODE_COMPARISON = 1 << 1,
	/* A part that the compiler moved away from its function. */
	CODE_PART = 1 << 2,
	/* A jump that the kernel patches: static calls. */
	CODE_PATCHED = 1 << 3,
	/* Jumps to where a register says; is what a function returns by. */
	CODE_INDIRECT = 1 << 4,
	CODE_RETURN = 1 << 5,
	/* Does not return. */
	CODE_DEAD = 1 << 6,
	/* The entry of a system call, by kcov_syscall_of(). */
	CODE_SYSCALL = 1 << 7,
};

struct code_function {
	uint64_t begin;
	uint64_t end;
	const char *name;
	/* Bits of enum code_role. */
	unsigned int roles;
	/* Whether it has coverage points; looked for when it is asked for the first time. */
	bool is_searched;
	bool has_points;
	/* What callees.h keeps of it. */
	void *callees;
};

/* An instruction that may fault, where it goes on then, and what the kernel does before. */
struct code_fixup {
	uint64_t at;
	uint64_t target;
	uint32_t data;
};

/* A jump that the kernel patches in or out: static keys. */
struct code_key {
	uint64_t at;
	uint64_t target;
};

struct code_section {
	uint64_t begin;
	uint64_t end;
	const uint8_t *bytes;
	bool is_text;
};

struct code_image {
	/* Of <elf.h>. */
	uint16_t machine;
	struct {
		struct code_section *at;
		size_t n, room;
	} sections;
	/* The rest by address. */
	struct {
		struct code_function *at;
		size_t n, room;
	} functions;
	struct {
		struct code_fixup *at;
		size_t n, room;
	} fixups;
	struct {
		struct code_key *at;
		size_t n, room;
	} keys;
	/* The file, and libelf's. */
	int fd;
	void *elf;
};

/*
 * Of a linked image. 0 or -errno: of open(2); -EINVAL: it is no such image; -ENODATA: it has no
 * code, or no symbols; -ENOMEM.
 */
int code_image_open(const char *path, struct code_image *ret);

/* The bytes at an address, and how many there are behind it; NULL: none. */
const uint8_t *code_image_bytes(const struct code_image *image, uint64_t address, size_t *ret);

bool code_image_is_text(const struct code_image *image, uint64_t address);

/* The function that an address is in, or NULL. */
struct code_function *code_image_function(const struct code_image *image, uint64_t address);

/* Of an instruction, or NULL. */
const struct code_fixup *code_image_fixup(const struct code_image *image, uint64_t address);
const struct code_key *code_image_key(const struct code_image *image, uint64_t address);

void code_image_close(struct code_image *image);

#endif
