// SPDX-License-Identifier: MIT
#include "alloc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Allocations until the one that fails, itself included; 0 if none is to fail. */
static size_t countdown;
static bool failed;
static size_t live;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_reallocarray(void *block, size_t n, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t size);
char *__real_realpath(const char *path, char *resolved);
int __real_vasprintf(char **ret, const char *format, va_list args);
void __real_free(void *block);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_reallocarray(void *block, size_t n, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t size);
char *__wrap_realpath(const char *path, char *resolved);
__attribute__((format(printf, 2, 0))) int __wrap_vasprintf(char **ret, const char *format,
							   va_list args);
__attribute__((format(printf, 2, 3))) int __wrap_asprintf(char **ret, const char *format, ...);
__attribute__((format(printf, 3, 0))) int __wrap___vasprintf_chk(char **ret, int flag,
								 const char *format, va_list args);
__attribute__((format(printf, 3, 4))) int __wrap___asprintf_chk(char **ret, int flag,
								const char *format, ...);
void __wrap_free(void *block);

void alloc_fail_at(size_t nth)
{
	countdown = nth;
	failed = false;
}

bool alloc_failed(void)
{
	countdown = 0;
	return failed;
}

size_t alloc_live(void)
{
	return __atomic_load_n(&live, __ATOMIC_RELAXED);
}

static bool fails(void)
{
	if (!countdown || --countdown)
		return false;
	failed = true;
	errno = ENOMEM;
	return true;
}

/* A block that takes another one's place is none more. */
static void *counted(void *block, const void *instead_of)
{
	if (block && !instead_of)
		__atomic_fetch_add(&live, 1, __ATOMIC_RELAXED);
	return block;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : counted(__real_malloc(size), NULL);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : counted(__real_calloc(n, size), NULL);
}

void *__wrap_realloc(void *block, size_t size)
{
	return fails() ? NULL : counted(__real_realloc(block, size), block);
}

void *__wrap_reallocarray(void *block, size_t n, size_t size)
{
	return fails() ? NULL : counted(__real_reallocarray(block, n, size), block);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : counted(__real_strdup(text), NULL);
}

char *__wrap_strndup(const char *text, size_t size)
{
	return fails() ? NULL : counted(__real_strndup(text, size), NULL);
}

char *__wrap_realpath(const char *path, char *resolved)
{
	return fails() ? NULL : counted(__real_realpath(path, resolved), resolved);
}

int __wrap_vasprintf(char **ret, const char *format, va_list args)
{
	int n = fails() ? -1 : __real_vasprintf(ret, format, args);

	if (n >= 0)
		counted(*ret, NULL);
	return n;
}

int __wrap_asprintf(char **ret, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = __wrap_vasprintf(ret, format, args);
	va_end(args);
	return n;
}

/* What -D_FORTIFY_SOURCE makes of the two. */
int __wrap___vasprintf_chk(char **ret, int flag, const char *format, va_list args)
{
	(void)flag;
	return __wrap_vasprintf(ret, format, args);
}

int __wrap___asprintf_chk(char **ret, int flag, const char *format, ...)
{
	va_list args;
	int n;

	(void)flag;
	va_start(args, format);
	n = __wrap_vasprintf(ret, format, args);
	va_end(args);
	return n;
}

void __wrap_free(void *block)
{
	if (block)
		__atomic_fetch_sub(&live, 1, __ATOMIC_RELAXED);
	__real_free(block);
}
