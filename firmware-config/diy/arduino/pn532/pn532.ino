// PN532 over I2C: cards of 13.56 MHz. Library Adafruit PN532, which gives serials of 4 and 7 bytes. Not compiled here.
#include <Adafruit_PN532.h>
#include <Wire.h>

#include "desk.h"

Adafruit_PN532 pn532(2, 3);  // IRQ, RESET
Desk desk("pn532-1.0", "desk-a");

void setup() {
  desk.begin();
  pn532.begin();
  pn532.SAMConfig();
}

void loop() {
  desk.tick();
  uint8_t uid[7], size = 0;
  if (pn532.readPassiveTargetID(PN532_MIFARE_ISO14443A, uid, &size, 100)) desk.see("uid", uid, size);
}
