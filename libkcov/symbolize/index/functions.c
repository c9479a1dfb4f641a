// SPDX-License-Identifier: MIT
#include "functions.h"

#include "../base/cleanup.h"

#include <errno.h>

void kcov_functions_fini(struct kcov_functions *functions)
{
	free(functions->of_scope);
	kcov_pairs_fini(&functions->names);
	free(functions->lines);
}

/* By scope: the file of the first place that is said to be in it. */
static void find_files(const struct kcov_flat *flat, uint32_t *files)
{
	for (size_t i = 0; i < flat->spans.n; i++) {
		const struct kcov_flat_span *span = &flat->spans.at[i];

		if (span->scope != KCOV_FLAT_NONE && files[span->scope] == KCOV_FLAT_NONE)
			files[span->scope] = span->file;
	}
	for (size_t i = 0; i < flat->scopes.n; i++) {
		const struct kcov_flat_scope *scope = &flat->scopes.at[i];

		if (scope->parent != KCOV_FLAT_NONE && files[scope->parent] == KCOV_FLAT_NONE)
			files[scope->parent] = scope->call_file;
	}
}

static int number_all(const struct kcov_flat *flat, const uint32_t *files,
		      struct kcov_functions *functions)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < flat->scopes.n; i++) {
		const struct kcov_pair pair = { flat->scopes.at[i].name, files[i] };

		rc = kcov_pairs_number(&functions->names, pair, &functions->of_scope[i]);
	}
	return rc;
}

static void take_line(struct kcov_functions *functions, uint32_t scope, uint32_t file,
		      uint32_t line)
{
	uint32_t number;

	if (scope == KCOV_FLAT_NONE)
		return;
	number = functions->of_scope[scope];
	if (functions->names.all.at[number].second == file && line < functions->lines[number])
		functions->lines[number] = line;
}

static void find_lines(const struct kcov_flat *flat, struct kcov_functions *functions)
{
	for (size_t i = 0; i < flat->spans.n; i++) {
		const struct kcov_flat_span *span = &flat->spans.at[i];

		take_line(functions, span->scope, span->file, span->line);
	}
	for (size_t i = 0; i < flat->scopes.n; i++) {
		const struct kcov_flat_scope *scope = &flat->scopes.at[i];

		take_line(functions, scope->parent, scope->call_file, scope->call_line);
	}
	/* Nothing is said to be in it. */
	for (size_t i = 0; i < functions->names.all.n; i++) {
		if (functions->lines[i] == UINT32_MAX)
			functions->lines[i] = 0;
	}
}

int kcov_functions_init(const struct kcov_flat *flat, struct kcov_functions *ret)
{
	_cleanup_(kcov_functions_fini) struct kcov_functions functions = {
		.of_scope = kcov_table_of_none(flat->scopes.n),
	};
	_cleanup_free_ uint32_t *files = kcov_table_of_none(flat->scopes.n);

	if (!functions.of_scope || !files)
		return -ENOMEM;
	find_files(flat, files);
	if (number_all(flat, files, &functions) < 0)
		return -ENOMEM;
	functions.lines = kcov_table_of_none(functions.names.all.n);
	if (!functions.lines)
		return -ENOMEM;
	find_lines(flat, &functions);
	*ret = functions;
	functions = (struct kcov_functions){};
	return 0;
}

struct kcov_functions_place kcov_functions_place(const struct kcov_functions *functions,
						 uint32_t scope, uint32_t file, uint32_t line)
{
	uint32_t usual = KCOV_FLAT_NONE, first = 0;

	if (scope != KCOV_FLAT_NONE) {
		usual = functions->names.all.at[functions->of_scope[scope]].second;
		first = functions->lines[functions->of_scope[scope]];
	}
	/* A line outside of all scopes, and of no file: there is something, and not nothing. */
	if (file == usual && (scope != KCOV_FLAT_NONE || !line))
		return (struct kcov_functions_place){ 0, line - first };
	/* One more than what is one more than its number, and 0 for none. */
	return (struct kcov_functions_place){ file == KCOV_FLAT_NONE ? 1 : file + 2, line };
}
