/* SPDX-License-Identifier: MIT */
#ifndef KCOVCTL_JSON_REPORT_H
#define KCOVCTL_JSON_REPORT_H

#include "../coverage/report.h"

#include <stdio.h>

/* A report as one object, on a line: docs/json-format.md says what is in it. 0. */
int json_report_write(const struct report *report, FILE *out);

#endif
