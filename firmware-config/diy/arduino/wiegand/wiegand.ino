// Wiegand readers, D0 on pin 2, D1 on pin 3: 26 bits (the number as printed, an alias), 34 bits of a 4-byte serial.
// No library. Not compiled here. Wiegand is 5 V: a board of 3.3 V needs a divider.
#include "desk.h"

Desk desk("wiegand-1.0", "desk-a");
volatile uint64_t bits = 0;
volatile uint8_t count = 0;
volatile unsigned long last = 0;

void bit0() { bits <<= 1; count++; last = micros(); }
void bit1() { bits = bits << 1 | 1; count++; last = micros(); }

bool odd(uint64_t part) {
  bool odd = false;
  for (; part; part &= part - 1) odd = !odd;
  return odd;
}

void setup() {
  desk.begin();
  pinMode(2, INPUT_PULLUP);
  pinMode(3, INPUT_PULLUP);
  attachInterrupt(digitalPinToInterrupt(2), bit0, FALLING);
  attachInterrupt(digitalPinToInterrupt(3), bit1, FALLING);
}

void loop() {
  desk.tick();
  noInterrupts();
  bool whole = count && micros() - last > 25000;  // bits come every 2 ms
  uint64_t got = bits;
  uint8_t size = count;
  if (whole) bits = 0, count = 0;
  interrupts();
  if (!whole || (size != 26 && size != 34)) return;
  uint8_t half = size / 2;
  // Even parity over the first half, odd over the second.
  if (odd(got >> half) || !odd(got & ((1ULL << half) - 1))) return;
  uint32_t number = got >> 1;
  uint8_t bytes[4] = {uint8_t(number >> 24), uint8_t(number >> 16), uint8_t(number >> 8), uint8_t(number)};
  if (size == 26)
    desk.see("w26", bytes + 1, 3);
  else
    desk.see("uid", bytes, 4);
}
