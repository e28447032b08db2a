/* The line that the program reads: FORMULAR1,<kind>,<HEX>,<ms>*<XOR>, CR LF. Plain C, for boards and for a test on a PC.
 * What the fields mean stands in README.md beside this file. */
#ifndef FORMULAR_LINE_H
#define FORMULAR_LINE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* An EPC of 62 bytes and everything around it. */
#define FORMULAR_LINE_MAX 192

static size_t formular_put(char *line, size_t at, const char *text) {
  while (*text && at < FORMULAR_LINE_MAX - 6) line[at++] = *text++;
  return at;
}

static size_t formular_hex(char *line, size_t at, uint8_t byte) {
  static const char digits[] = "0123456789ABCDEF";
  if (at >= FORMULAR_LINE_MAX - 7) return at;
  line[at++] = digits[byte >> 4];
  line[at++] = digits[byte & 15];
  return at;
}

/* Star, sum, CR LF, zero; the length without the zero. */
static size_t formular_end(char *line, size_t at) {
  uint8_t sum = 0;
  size_t i;
  for (i = 0; i < at; i++) sum ^= (uint8_t)line[i];
  line[at++] = '*';
  at = formular_hex(line, at, sum);
  line[at++] = '\r';
  line[at++] = '\n';
  line[at] = 0;
  return at;
}

/* A reading, or «gone»: `line` has room for FORMULAR_LINE_MAX + 1 characters. */
static size_t formular_reading(char *line, const char *kind, const uint8_t *bytes, size_t count, uint32_t ms) {
  char decimal[11];
  size_t i, at, digit = sizeof decimal;
  decimal[--digit] = 0;
  do {
    decimal[--digit] = (char)('0' + ms % 10);
    ms /= 10;
  } while (ms);
  at = formular_put(line, 0, "FORMULAR1,");
  at = formular_put(line, at, kind);
  at = formular_put(line, at, ",");
  for (i = 0; i < count; i++) at = formular_hex(line, at, bytes[i]);
  at = formular_put(line, at, ",");
  at = formular_put(line, at, decimal + digit);
  return formular_end(line, at);
}

/* Who this board is: letters, digits, hyphen, dot, underscore; at most 32 each. */
static size_t formular_hello(char *line, const char *firmware, const char *board) {
  size_t at = formular_put(line, 0, "FORMULAR1,HELLO,");
  at = formular_put(line, at, firmware);
  at = formular_put(line, at, ",");
  at = formular_put(line, at, board);
  return formular_end(line, at);
}

#endif
