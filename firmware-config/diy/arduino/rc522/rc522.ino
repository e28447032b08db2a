// RC522 over SPI: cards of 13.56 MHz, serial of 4, 7 or 10 bytes. Library MFRC522 (miguelbalboa). Not compiled here.
#include <MFRC522.h>
#include <SPI.h>

#include "desk.h"

MFRC522 rc522(10, 9);  // SS, RST
Desk desk("rc522-1.0", "desk-a");

void setup() {
  desk.begin();
  SPI.begin();
  rc522.PCD_Init();
}

void loop() {
  desk.tick();
  // A card that was read sleeps; woken again, it tells that it still lies there.
  byte answer[2], size = sizeof answer;
  MFRC522::StatusCode woken = rc522.PICC_WakeupA(answer, &size);
  if ((woken == MFRC522::STATUS_OK || woken == MFRC522::STATUS_COLLISION) && rc522.PICC_ReadCardSerial()) {
    desk.see("uid", rc522.uid.uidByte, rc522.uid.size);
    rc522.PICC_HaltA();
  }
}
