/* SPDX-License-Identifier: MIT */
#include "core/tcp.h"

void tcp_options(struct tcp_header *t, struct cursor c)
{
	while (cursor_left(&c) > 0) {
		uint8_t kind = cursor_u8(&c);
		if (kind == 0)
			return;
		if (kind == 1)
			continue;
		uint8_t len = cursor_u8(&c);
		if (len < 2)
			return;
		struct span s = cursor_span(&c, len - 2u);
		struct cursor o = cursor_of(s.data, s.len);
		if (c.failed)
			return;
		if (kind == 2 && len == 4) {
			t->mss = cursor_u16(&o);
		} else if (kind == 3 && len == 3) { /* RFC 7323 2.2 */
			t->has_scale = true;
			t->window_scale = cursor_u8(&o);
		} else if (kind == 4 && len == 2) { /* RFC 2018 2 */
			t->sack_permitted = true;
		} else if (kind == 8 && len == 10) { /* RFC 7323 3.2 */
			t->has_timestamps = true;
			t->ts_value = cursor_u32(&o);
			t->ts_echo = cursor_u32(&o);
		} else if (kind == 34 || /* RFC 7413 4.1.1; before it, 254 */
			   (kind == 254 && cursor_u16(&o) == 0xf989)) {
			t->fast_open = true;
		}
	}
}

void tcp_flags_text(uint16_t flags, char text[40])
{
	static const char names[][4] = { "FIN", "SYN", "RST", "PSH", "ACK",
					 "URG", "ECE", "CWR", "NS" };
	char *s = text;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (const char *n = flags & 1u << i ? names[i] : ""; *n; n++) {
			if (n == names[i] && s > text)
				*s++ = ',';
			*s++ = *n;
		}
	*s = '\0';
}
