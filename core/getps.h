/* SPDX-License-Identifier: MIT */
/* Getters of THE FIELD TABLE: ps.*, of the process that owns what a row shows. */
#ifndef NX_GETPS_H
#define NX_GETPS_H

#include "core/field.h"

field_getter getps_pid, getps_tid, getps_ppid, getps_name;
field_getter getps_exe, getps_cmdline, getps_uid, getps_gid, getps_cgroup;
field_getter getps_user, getps_container, getps_container_name;
field_getter getps_container_image, getps_pod, getps_pod_namespace, getps_pod_uid;
field_getter getps_parent, getps_ancestor, getps_start, getps_exit, getps_how;
field_getter getps_tx_packets, getps_tx_bytes, getps_rx_packets, getps_rx_bytes;

/* enum event_how of who owns what row shows; -1: it has no owner to speak of. */
int getps_how_of(const struct row *row);

#endif
