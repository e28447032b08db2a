// RDM6300 on a second serial line of 9600 baud: EM4100 cards of 125 kHz, all 40 bits. No library. Not compiled here.
// Boards with one serial line only (Uno) need SoftwareSerial in place of Serial1.
#include "desk.h"

Desk desk("rdm6300-1.0", "desk-a");
char frame[12];
int8_t at = -1;  // -1: no start was seen

int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

void whole() {
  uint8_t bytes[6], sum = 0;
  for (uint8_t i = 0; i < 6; i++) {
    int high = nibble(frame[2 * i]), low = nibble(frame[2 * i + 1]);
    if (high < 0 || low < 0) return;
    bytes[i] = high << 4 | low;
    sum ^= bytes[i];
  }
  if (sum == 0) desk.see("em4100", bytes, 5);  // five bytes and their sum cancel out
}

void setup() {
  desk.begin();
  Serial1.begin(9600);
}

void loop() {
  desk.tick();
  while (Serial1.available()) {
    char c = Serial1.read();
    if (c == 2) {
      at = 0;
    } else if (at >= 0 && at < 12) {
      frame[at++] = c;
    } else {
      if (c == 3 && at == 12) whole();
      at = -1;
    }
  }
}
