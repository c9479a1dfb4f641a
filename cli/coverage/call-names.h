/* SPDX-License-Identifier: MIT */
/* The names of system calls, which are not always those of the functions that implement them. */
#ifndef KCOVCTL_CALL_NAMES_H
#define KCOVCTL_CALL_NAMES_H

/*
 * The name of the call that a function is the entry of, as strace and libseccomp have it: "fstat"
 * of "__x64_sys_newfstat". NULL: it is no entry. It stays as long as symbol does.
 */
const char *call_name_of_symbol(const char *symbol);

#endif
