//! One file per protocol, the message drawn at its top.

pub mod barcode;
pub mod bb7e;
pub mod em18;
mod em4100;
pub mod id12la;
pub mod ironlogic;
pub mod rc522;
pub mod rdm6300;
pub mod stx_bcc;
