/* SPDX-License-Identifier: MIT */
/* Getters of THE FIELD TABLE: net.name and what belongs to it, of addresses. */
#ifndef NX_GETNAME_H
#define NX_GETNAME_H

#include "core/field.h"

field_getter getname_sip, getname_dip;
field_getter getname_name, getname_by, getname_age, getname_expired;
field_getter getname_asker, getname_chain;

/* What is known of the name of where a row goes; by LEARNT_UNKNOWN: nothing. */
struct learnt getname_of(const struct row *row);

#endif
