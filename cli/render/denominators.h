/* SPDX-License-Identifier: MIT */
#ifndef KCOVCTL_DENOMINATORS_H
#define KCOVCTL_DENOMINATORS_H

#include "located.h"

/*
 * Locate all coverage points, of the report's mode, of the images in which something ran: what
 * the numbers of a report are to be measured against. An image whose points are not known has
 * none. 0 or -errno, as located_init().
 */
int denominators_init(struct report *report, const struct located *ran, struct located *ret);

#endif
