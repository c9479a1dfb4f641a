// SPDX-License-Identifier: MIT
#include "given.h"

#include "error.h"
#include "module-file.h"

#include <errno.h>

void kcov_given_init(struct kcov_given *given)
{
	*given = (struct kcov_given){ .lock = PTHREAD_MUTEX_INITIALIZER };
}

void kcov_given_fini(struct kcov_given *given)
{
	pthread_mutex_destroy(&given->lock);
	for (size_t i = 0; i < given->at.n; i++)
		kcov_image_index_close(given->at.at[i]);
	free(given->at.at);
}

static int given_keep(struct kcov_given *given, struct kcov_image_index *index)
{
	struct kcov_image_index **added;

	pthread_mutex_lock(&given->lock);
	added = KCOV_TABLE_ADD(&given->at);
	if (added)
		*added = index;
	pthread_mutex_unlock(&given->lock);
	return added ? 0 : -ENOMEM;
}

int kcov_given_add(struct kcov_given *given, const char *path, struct kcov_symbolize_error **error)
{
	_cleanup_image_ struct kcov_image *image = NULL;
	struct kcov_image_index *index;
	int rc = kcov_module_file_open(&given->host, path, error, &image);

	if (rc == 0)
		rc = kcov_image_index_open(image, error, &index);
	if (rc < 0)
		return rc;
	rc = kcov_image_index_name(index, path);
	if (rc == 0)
		rc = given_keep(given, index);
	if (rc == 0)
		return 0;
	kcov_image_index_close(index);
	return rc == -EINVAL ? kcov_error_set(error, rc,
					      "%s: its name does not tell which module it is: "
					      "call it MODULE.ko",
					      path)
			     : kcov_error_set(error, rc, "%s", path);
}

int kcov_given_unanswered(struct kcov_given *given, int n, struct kcov_unanswered *ret, size_t room)
{
	pthread_mutex_lock(&given->lock);
	n = kcov_image_indexes_unanswered(given->at.at, given->at.n, n, ret, room);
	pthread_mutex_unlock(&given->lock);
	return n;
}
