/* SPDX-License-Identifier: MIT */
#include "core/address.h"

#include <arpa/inet.h>

void address_text(const struct address *a, char text[ADDRESS_TEXT])
{
	if (a->family == 6) {
		inet_ntop(AF_INET6, a->bytes, text, ADDRESS_TEXT);
		return;
	}
	char *s = text;
	for (int i = 0; a->family == 4 && i < 4; i++) {
		uint8_t b = a->bytes[i];
		if (b >= 100)
			*s++ = (char)('0' + b / 100);
		if (b >= 10)
			*s++ = (char)('0' + b / 10 % 10);
		*s++ = (char)('0' + b % 10);
		if (i < 3)
			*s++ = '.';
	}
	*s = '\0';
}
