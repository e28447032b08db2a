//! Serves a disk to QEMU as a network block device, by the newstyle handshake, over a Unix socket.
//!
//! ```text
//!   server  NBDMAGIC IHAVEOPT flags(2)                 client  flags(4)
//!   client  IHAVEOPT option(4) length(4) data          server  3e889045565a9(8) option(4) reply(4) length(4) data
//!   client  25609513 flags(2) command(2) cookie(8) offset(8) length(4) data    server  67446698 error(4) cookie(8) data
//! ```
//!
//! Knows: the protocol. Must not know: what is kept and what is lost.
//! All numbers are big endian. One request at a time, in its order: what a flush covers is what was answered before it.
//! Source: github.com/NetworkBlockDevice/nbd doc/proto.md.

use super::disk::CachedDisk;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};

const IHAVEOPT: u64 = 0x4948_4156_454F_5054;
const REPLY: u64 = 0x3_e889_0455_65a9;
const REQUEST: u32 = 0x2560_9513;
const ANSWER: u32 = 0x6744_6698;
/// Fixed newstyle, no zeros behind the export's size.
const HANDSHAKE: u16 = 3;
/// These flags are here, and a flush is understood.
const TRANSMISSION: u16 = 1 | 1 << 2;

const EXPORT_NAME: u32 = 1;
const ABORT: u32 = 2;
const INFO: u32 = 6;
const GO: u32 = 7;
const ACK: u32 = 1;
const TELLS: u32 = 3;
const UNSUPPORTED: u32 = 1 << 31 | 1;

const EINVAL: u32 = 22;

fn word<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn bytes(from: &mut impl Read, len: u32) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; len as usize];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Serves until the other end goes.
pub fn serve(mut socket: UnixStream, disk: &Arc<Mutex<CachedDisk>>) -> io::Result<()> {
    let size = disk.lock().unwrap().len() as u64;
    greet(&mut socket, size)?;
    loop {
        if u32::from_be_bytes(word(&mut socket)?) != REQUEST {
            return Err(io::Error::other("no request"));
        }
        let [_, _, high, command] = word(&mut socket)?;
        let cookie: [u8; 8] = word(&mut socket)?;
        let offset = usize::try_from(u64::from_be_bytes(word(&mut socket)?)).unwrap_or(usize::MAX);
        let len = u32::from_be_bytes(word(&mut socket)?);
        let mut answer = [ANSWER.to_be_bytes(), [0; 4]].concat();
        answer.extend(cookie);
        let mut refuse = false;
        match (high, command) {
            (0, 0) => match disk.lock().unwrap().read(offset, len as usize) {
                Some(data) => answer.extend_from_slice(data),
                None => refuse = true,
            },
            (0, 1) => {
                let data = bytes(&mut socket, len)?;
                refuse = disk.lock().unwrap().write(offset, data).is_none();
            }
            (0, 2) => return Ok(()),
            (0, 3) => disk.lock().unwrap().flush(),
            _ => refuse = true,
        }
        if refuse {
            answer[4..8].copy_from_slice(&EINVAL.to_be_bytes());
        }
        socket.write_all(&answer)?;
    }
}

fn greet(socket: &mut UnixStream, size: u64) -> io::Result<()> {
    let mut hello = b"NBDMAGIC".to_vec();
    hello.extend(IHAVEOPT.to_be_bytes());
    hello.extend(HANDSHAKE.to_be_bytes());
    socket.write_all(&hello)?;
    let _flags: [u8; 4] = word(socket)?;
    loop {
        if u64::from_be_bytes(word(socket)?) != IHAVEOPT {
            return Err(io::Error::other("no option"));
        }
        let option = u32::from_be_bytes(word(socket)?);
        let len = u32::from_be_bytes(word(socket)?);
        let _data = bytes(socket, len)?;
        match option {
            EXPORT_NAME => {
                return socket.write_all(&[&size.to_be_bytes()[..], &TRANSMISSION.to_be_bytes()].concat());
            }
            INFO | GO => {
                let export = [&[0, 0], &size.to_be_bytes()[..], &TRANSMISSION.to_be_bytes()].concat();
                // Whole sectors only, best a page, at most 32 MiB.
                let sizes = [512u32, 4096, 32 << 20].map(u32::to_be_bytes).concat();
                reply(socket, option, TELLS, &export)?;
                reply(socket, option, TELLS, &[&[0, 3], sizes.as_slice()].concat())?;
                reply(socket, option, ACK, &[])?;
                if option == GO {
                    return Ok(());
                }
            }
            ABORT => {
                reply(socket, option, ACK, &[])?;
                return Err(io::Error::other("aborted"));
            }
            _ => reply(socket, option, UNSUPPORTED, &[])?,
        }
    }
}

fn reply(socket: &mut UnixStream, option: u32, kind: u32, data: &[u8]) -> io::Result<()> {
    let mut message = REPLY.to_be_bytes().to_vec();
    for number in [option, kind, data.len() as u32] {
        message.extend(number.to_be_bytes());
    }
    message.extend(data);
    socket.write_all(&message)
}
