// What all sketches share: the line out, HELLO at power-up and on «?», one tag that lies there. Copy formular_line.h beside it.
#pragma once
#include <Arduino.h>

#include "formular_line.h"

const unsigned long REPEAT_MS = 250;  // a tag that lies there is told four times a second
const unsigned long GONE_MS = 700;    // and is gone after so much silence

class Desk {
 public:
  Desk(const char *firmware, const char *board) : firmware_(firmware), board_(board) {}

  void begin() {
    Serial.begin(115200);
    hello();
  }

  // Call it in every loop.
  void tick() {
    while (Serial.available())
      if (Serial.read() == '?') hello();
    if (count_ && millis() - seen_ > GONE_MS) {
      say("gone");
      count_ = 0;
    }
  }

  // Call it whenever the part sees the tag; it may be as often as it likes.
  void see(const char *kind, const uint8_t *bytes, size_t count) {
    if (!count || count > sizeof bytes_) return;
    bool same = count == count_ && !memcmp(bytes, bytes_, count);
    if (count_ && !same) say("gone");
    seen_ = millis();
    if (same && seen_ - told_ < REPEAT_MS) return;
    memcpy(bytes_, bytes, count);
    count_ = count;
    told_ = seen_;
    say(kind);
  }

 private:
  void hello() {
    formular_hello(line_, firmware_, board_);
    Serial.print(line_);
  }

  void say(const char *kind) {
    formular_reading(line_, kind, bytes_, count_, millis());
    Serial.print(line_);
  }

  const char *firmware_, *board_;
  char line_[FORMULAR_LINE_MAX + 1];
  uint8_t bytes_[10];
  size_t count_ = 0;
  unsigned long seen_ = 0, told_ = 0;
};
