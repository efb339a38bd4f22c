/* SPDX-License-Identifier: MIT */
/* Getters of THE FIELD TABLE: ip.*, and what is around IP and in it. */
#ifndef NX_GETIP_H
#define NX_GETIP_H

#include "core/field.h"

field_getter getip_encap, getip_flags, getip_frag, getip_id;
field_getter getip_inner, getip_inner_dip, getip_inner_sip, getip_options;
field_getter getip_tos, getip_ttl;

#endif
