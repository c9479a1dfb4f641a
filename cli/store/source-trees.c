// SPDX-License-Identifier: MIT
#include "source-trees.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	/* Linux 6.12's has 0.8 MB. */
	MAX_SIZE = 64 << 20,
};

/* All of a file; NULL: it cannot be read, or is too large. */
static char *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "re");
	struct stat stat;
	char *ret = NULL;

	if (!file)
		return NULL;
	if (!fstat(fileno(file), &stat) && S_ISREG(stat.st_mode) && stat.st_size <= MAX_SIZE) {
		ret = malloc((size_t)stat.st_size + 1);
		*size = ret ? fread(ret, 1, (size_t)stat.st_size, file) : 0;
	}
	if (ferror(file)) {
		free(ret);
		ret = NULL;
	}
	fclose(file);
	return ret;
}

static void read_subsystems(struct source_tree *tree)
{
	char *path, *text = NULL;
	size_t size;

	if (asprintf(&path, "%sMAINTAINERS", tree->root) < 0)
		return;
	text = read_file(path, &size);
	tree->has_subsystems = text && !subsystems_parse(text, size, &tree->subsystems);
	free(text);
	free(path);
}

static struct source_tree *add(struct source_trees *trees, const char *root)
{
	struct source_tree *tree = calloc(1, sizeof(*tree));

	if (tree)
		tree->root = strdup(root);
	if (!tree || !tree->root) {
		free(tree);
		return NULL;
	}
	read_subsystems(tree);
	tree->next = trees->first;
	trees->first = tree;
	return tree;
}

struct subsystems *source_trees_get(struct source_trees *trees, const char *root)
{
	struct source_tree *tree = trees->first;

	while (tree && strcmp(tree->root, root) != 0)
		tree = tree->next;
	if (!tree)
		tree = add(trees, root);
	return tree && tree->has_subsystems ? &tree->subsystems : NULL;
}

void source_trees_fini(struct source_trees *trees)
{
	struct source_tree *tree = trees->first, *next;

	for (; tree; tree = next) {
		next = tree->next;
		if (tree->has_subsystems)
			subsystems_fini(&tree->subsystems);
		free(tree->root);
		free(tree);
	}
	trees->first = NULL;
}
