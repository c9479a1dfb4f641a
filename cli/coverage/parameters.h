/* SPDX-License-Identifier: MIT */
/* What system calls take, as the kernel's own DWARF has it, by the names that programs know. */
#ifndef KCOVCTL_PARAMETERS_H
#define KCOVCTL_PARAMETERS_H

#include <kcov/symbolize.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zeros: nothing is known. */
struct parameters {
	struct kcov_syscall *all;
	size_t n;
	/* Of each architecture that was asked for, by name; not known before. */
	struct parameters_of_arch {
		uint32_t arch;
		struct named_syscall {
			const char *name;
			const struct kcov_syscall *syscall;
		} * at;
		size_t n;
	} of_archs[4];
	size_t n_archs;
};

/*
 * Of vmlinux, which the symbolizer has to stay for. Where it says nothing of them, nothing is
 * known. 0 or -ENOMEM.
 */
int parameters_init(const struct kcov_symbolizer *symbolizer, struct parameters *ret);

/* By AUDIT_ARCH_*, and the name of a call. NULL: it is not known. */
const struct kcov_syscall *parameters_find(struct parameters *parameters, uint32_t arch,
					   const char *name);

/* What keeps something of each call goes by this. */
static inline uint64_t parameters_key(uint32_t arch, uint64_t number)
{
	return (uint64_t)arch << 32 | (uint32_t)number;
}

/* Whether an argument is how many bytes there are of the one before it. */
bool parameter_is_length(const struct kcov_parameter *parameter);

/* "signed", and what that says, which may be NULL. NULL, or false: it is none. */
const char *parameter_kind_name(enum kcov_parameter_kind kind);
bool parameter_kind_of(const char *name, enum kcov_parameter_kind *ret);

/* Leaves it empty. */
void parameters_fini(struct parameters *parameters);

#endif
