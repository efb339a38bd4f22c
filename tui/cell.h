/* SPDX-License-Identifier: MIT */
/*
 * What one cell of a pane says where several fields are put together for
 * people, and how it is coloured. A cell that is one field comes from the
 * field table. Texts are printable; "" where the row has nothing to say. They
 * fit `width` cells where the function can do better than a cut at the end.
 */
#ifndef NX_CELL_H
#define NX_CELL_H

#include <stddef.h>
#include <stdint.h>

#include "core/field.h"
#include "tui/theme.h"

#define CELL_TEXT 512 /* bytes of a cell's text, with NUL */

/*
 * Who a row belongs to: "curl 31337", "kernel", "unknown", or "-" where a file
 * does not say. The number stays when the name must be cut.
 */
void cell_owner(const struct row *row, int width, char text[CELL_TEXT]);
enum role cell_owner_role(const struct row *row);
/* Its container: the name, or as much of the id as people use; "" in none. */
void cell_container(const struct row *row, int width, char text[CELL_TEXT]);
/* An address and a port: "10.0.0.5:80", "[fe80::1]:80", "*:80". name: shown in its place, may be NULL. */
void cell_endpoint(const struct address *a, const char *name, uint16_t port,
		   int width, char text[CELL_TEXT]);

/* Names for addresses, where one was learnt (-n: none). On at first. */
void cell_show_names(bool on);

/* ROW_FLOW. From and to are this end and the other one; from a file, src and dst. */
void cell_from(const struct row *row, int width, char text[CELL_TEXT]);
void cell_arrow(const struct row *row, int width, char text[CELL_TEXT]);
void cell_to(const struct row *row, int width, char text[CELL_TEXT]);
enum role cell_to_role(const struct row *row);
void cell_state(const struct row *row, int width, char text[CELL_TEXT]);
enum role cell_state_role(const struct row *row);
void cell_rtt(const struct row *row, int width, char text[CELL_TEXT]); /* "12.1ms", "SYN x3" */

/* Any row of a tree: indented, with a mark that says whether it is open. */
void cell_tree(const struct row *row, int width, char text[CELL_TEXT]);
enum role cell_tree_role(const struct row *row);
/* "A example.com" of a ROW_DNS, "A 10.0.0.1" of a ROW_ANSWER, a ROW_LINK's; else the owner. */
void cell_title(const struct row *row, char text[CELL_TEXT]);

/* ROW_SERIES, ROW_PING, ROW_ICMP_ERROR (cell_icmp.c). */
void cell_icmp_from(const struct row *row, int width, char text[CELL_TEXT]);
void cell_icmp_arrow(const struct row *row, int width, char text[CELL_TEXT]);
void cell_icmp_to(const struct row *row, int width, char text[CELL_TEXT]);
void cell_icmp_seq(const struct row *row, int width, char text[CELL_TEXT]);
void cell_icmp_result(const struct row *row, int width, char text[CELL_TEXT]);
enum role cell_icmp_role(const struct row *row);
void cell_icmp_rtt(const struct row *row, int width, char text[CELL_TEXT]);
/* The last round trips of a series, 0 for a lost one; returns how many. */
int cell_icmp_spark(const struct row *row, uint64_t values[SERIES_RECENT]);

/* ROW_DNS, ROW_ANSWER, ROW_LINK: how it went, or the time to live (cell_dns.c). */
void cell_dns_result(const struct row *row, int width, char text[CELL_TEXT]);
enum role cell_dns_role(const struct row *row);
/* ROW_LINK: "for curl 9806", "via dnsmasq 812 > 10.0.0.1". */
void cell_dns_way(const struct row *row, char text[CELL_TEXT]);
/* The query that a ROW_DNS shows, a ROW_LINK stands for; NULL: none. */
const struct dns_node *cell_dns_query(const struct row *row);
void cell_dns_server(const struct row *row, int width, char text[CELL_TEXT]);

/* ROW_PROC: packets and bytes. */
void cell_sent(const struct row *row, int width, char text[CELL_TEXT]);
void cell_received(const struct row *row, int width, char text[CELL_TEXT]);

#endif
