/* SPDX-License-Identifier: MIT */
/* A DNS message, and the text of all that is in it. */
#include <string.h>

#include "core/dns.h"
#include "tests/fuzz/fuzz.h"

static void look_at_record(const struct dns_msg *m, const struct dns_record *r)
{
	char text[DNS_DATA_MAX];

	must(r->section >= DNS_ANSWER && r->section <= DNS_ADDITIONAL,
	     "records have a section", "");
	must(r->data_at <= m->bytes.len &&
		     r->data_len <= m->bytes.len - r->data_at,
	     "data is in the message", r->name);
	must_print(r->name, "owner's name");
	for (int brief = 0; brief < 2; brief++) {
		memset(text, 0x7f, sizeof(text));
		enum dns_status status = dns_data_text(m, r, brief, text);
		must(memchr(text, 0, sizeof(text)), "data ends with NUL", "");
		must_print(text, "data");
		must(status == DNS_OK || text[0] == '\\',
		     "damaged data is told in hexadecimal", text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dns_msg m;
	struct dns_question q;
	struct dns_record record;
	size_t seen[4] = { 0 };

	if (!dns_decode(&m, (struct span){ data, size })) {
		must(size < 12, "a head of 12 octets is whole", "");
		return 0;
	}
	struct dns_reader r = dns_reader_of(&m);
	while (dns_next_question(&r, &q)) {
		must(++seen[DNS_QUESTION] <= size, "questions end", "");
		must_print(q.name, "name asked for");
	}
	while (dns_next_record(&r, &record)) {
		must(++seen[record.section] <= size, "records end", "");
		look_at_record(&m, &record);
	}
	bool whole = true;
	for (int i = 0; i < 4; i++) {
		must(seen[i] == m.whole[i], "as many as are whole", "");
		must(m.whole[i] <= m.count[i], "as the head says", "");
		whole = whole && m.whole[i] == m.count[i];
	}
	must(whole || m.status != DNS_OK, "what lacks records is not whole",
	     "");
	return 0;
}
