/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_EXPORT_H
#define KCOV_SYMBOLIZE_EXPORT_H

/* Everything is hidden but what the header declares and the version map exports. */
#define KCOV_PUBLIC __attribute__((visibility("default")))

#endif
