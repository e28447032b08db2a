//! A recorder that is loaded before a program (LD_PRELOAD) and writes down every change it makes below one folder.
//!
//! Knows: the C library's names for the calls, and the record of a call. Must not know: what the files mean.
//!
//! `unsafe` is the whole point here: these functions take the place of the C library's own, with its signatures.
//! Each holds one lock over its call and its record, so that the records stand in the order of the calls. Calls
//! that change files and are missing here (`copy_file_range`, `fallocate`, memory maps…) are found by the test's
//! check of itself: a replay of all records must give the folder byte for byte.
//!
//! `FORMULAR_RECORD_FOLDER` names the folder, `FORMULAR_RECORD_LOG` the file of records; without them nothing is
//! recorded. A program notes something by opening `/noted/<text>`, which does not exist.
//!
//! A record is `op u8, handle u32, number u64, text length u32, data length u32, text, data`, little-endian.

use libc::{
    AT_FDCWD, AT_REMOVEDIR, O_CREAT, O_TRUNC, S_IFDIR, S_IFMT, c_char, c_int, c_long, c_uint, c_void, iovec,
    mode_t, off_t, size_t, ssize_t, syscall,
};
use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

const OPEN: u8 = 1;
const OPEN_FOLDER: u8 = 2;
const WRITE: u8 = 3;
const LENGTH: u8 = 4;
const SYNC: u8 = 5;
const MAKE_FOLDER: u8 = 6;
const RENAME: u8 = 7;
const REMOVE: u8 = 8;
const REMOVE_FOLDER: u8 = 9;
const NOTE: u8 = 10;
/// A call whose effect is not recorded; the test refuses a log with one.
const UNKNOWN: u8 = 11;

const NOTED: &str = "/noted/";

struct Recorder {
    folder: String,
    log: c_int,
    /// Open files of the folder: the number of the opening by descriptor.
    open: HashMap<c_int, u32>,
    openings: u32,
}

fn recorder() -> Option<MutexGuard<'static, Recorder>> {
    static RECORDER: OnceLock<Option<Mutex<Recorder>>> = OnceLock::new();
    let recorder = RECORDER.get_or_init(|| {
        let folder = std::env::var("FORMULAR_RECORD_FOLDER").ok()?;
        let log = CString::new(std::env::var("FORMULAR_RECORD_LOG").ok()?).ok()?;
        let flags = libc::O_WRONLY | O_CREAT | libc::O_APPEND | libc::O_CLOEXEC;
        let log = unsafe { syscall(libc::SYS_openat, AT_FDCWD, log.as_ptr(), flags, 0o600 as c_uint) };
        (log >= 0).then(|| {
            Mutex::new(Recorder {
                folder,
                log: log as c_int,
                open: HashMap::new(),
                openings: 0,
            })
        })
    });
    recorder
        .as_ref()
        .map(|one| one.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Recorder {
    fn put(&self, op: u8, handle: u32, number: u64, text: &str, data: &[u8]) {
        let mut bytes = Vec::with_capacity(21 + text.len() + data.len());
        bytes.push(op);
        bytes.extend_from_slice(&handle.to_le_bytes());
        bytes.extend_from_slice(&number.to_le_bytes());
        bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&(data.len() as u32).to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
        bytes.extend_from_slice(data);
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let n = unsafe { syscall(libc::SYS_write, self.log, rest.as_ptr(), rest.len()) };
            if n <= 0 {
                unsafe { libc::abort() };
            }
            rest = &rest[n as usize..];
        }
    }

    /// The path without links and `.`, if it is in the folder.
    fn ours(&self, dir: c_int, path: *const c_char) -> Option<String> {
        let path = unsafe { CStr::from_ptr(path) }.to_str().ok()?;
        let whole = if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("{}/{path}", path_of(dir)?)
        };
        let inside = whole == self.folder
            || whole
                .strip_prefix(&self.folder)
                .is_some_and(|p| p.starts_with('/'));
        inside.then_some(whole)
    }

    fn handle(&self, fd: c_int) -> Option<u32> {
        self.open.get(&fd).copied()
    }
}

fn path_of(dir: c_int) -> Option<String> {
    let link = match dir {
        AT_FDCWD => c"/proc/self/cwd".to_owned(),
        dir => CString::new(format!("/proc/self/fd/{dir}")).ok()?,
    };
    let mut name = [0_u8; 4096];
    let n = unsafe {
        syscall(
            libc::SYS_readlinkat,
            AT_FDCWD,
            link.as_ptr(),
            name.as_mut_ptr(),
            name.len(),
        )
    };
    String::from_utf8(name.get(..usize::try_from(n).ok()?)?.to_vec()).ok()
}

fn open_at(dir: c_int, path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    let call = || unsafe { syscall(libc::SYS_openat, dir, path, flags, mode) as c_int };
    let Some(mut recorder) = recorder() else {
        return call();
    };
    if let Ok(text) = unsafe { CStr::from_ptr(path) }.to_str()
        && let Some(note) = text.strip_prefix(NOTED)
    {
        recorder.put(NOTE, 0, 0, note, &[]);
    }
    let Some(whole) = recorder.ours(dir, path) else {
        let fd = call();
        recorder.open.remove(&fd);
        return fd;
    };
    let fd = call();
    if fd >= 0 {
        recorder.openings += 1;
        let handle = recorder.openings;
        recorder.open.insert(fd, handle);
        let mut stat = unsafe { std::mem::zeroed::<libc::stat>() };
        let folder = unsafe { libc::fstat(fd, &mut stat) } == 0 && stat.st_mode & S_IFMT == S_IFDIR;
        let op = if folder { OPEN_FOLDER } else { OPEN };
        recorder.put(op, handle, u64::from(flags & O_CREAT != 0), &whole, &[]);
        if flags & O_TRUNC != 0 {
            recorder.put(LENGTH, handle, 0, "", &[]);
        }
    }
    fd
}

#[unsafe(no_mangle)]
pub extern "C" fn open(path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    open_at(AT_FDCWD, path, flags, mode)
}

#[unsafe(no_mangle)]
pub extern "C" fn open64(path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    open_at(AT_FDCWD, path, flags, mode)
}

#[unsafe(no_mangle)]
pub extern "C" fn openat(dir: c_int, path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    open_at(dir, path, flags, mode)
}

#[unsafe(no_mangle)]
pub extern "C" fn openat64(dir: c_int, path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    open_at(dir, path, flags, mode)
}

#[unsafe(no_mangle)]
pub extern "C" fn close(fd: c_int) -> c_int {
    let mut recorder = recorder();
    if let Some(recorder) = &mut recorder {
        recorder.open.remove(&fd);
    }
    unsafe { syscall(libc::SYS_close, fd) as c_int }
}

/// Runs a call that writes, and records what it wrote; `offset` none: where the file stands.
fn writing(fd: c_int, offset: Option<off_t>, data: &[u8], call: impl FnOnce() -> c_long) -> ssize_t {
    let Some(recorder) = recorder() else {
        return call() as ssize_t;
    };
    let Some(handle) = recorder.handle(fd) else {
        drop(recorder);
        return call() as ssize_t;
    };
    let at = offset.unwrap_or_else(|| unsafe { syscall(libc::SYS_lseek, fd, 0, libc::SEEK_CUR) as off_t });
    let n = call();
    if n > 0 {
        recorder.put(WRITE, handle, at as u64, "", &data[..n as usize]);
    }
    n as ssize_t
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn write(fd: c_int, data: *const c_void, len: size_t) -> ssize_t {
    let bytes = if len == 0 {
        &[]
    } else {
        unsafe { std::slice::from_raw_parts(data.cast(), len) }
    };
    writing(fd, None, bytes, || unsafe {
        syscall(libc::SYS_write, fd, data, len)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwrite(fd: c_int, data: *const c_void, len: size_t, offset: off_t) -> ssize_t {
    let bytes = if len == 0 {
        &[]
    } else {
        unsafe { std::slice::from_raw_parts(data.cast(), len) }
    };
    writing(fd, Some(offset), bytes, || unsafe {
        syscall(libc::SYS_pwrite64, fd, data, len, offset)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwrite64(fd: c_int, data: *const c_void, len: size_t, offset: off_t) -> ssize_t {
    unsafe { pwrite(fd, data, len, offset) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn writev(fd: c_int, pieces: *const iovec, count: c_int) -> ssize_t {
    let mut bytes = Vec::new();
    for n in 0..usize::try_from(count).unwrap_or(0) {
        let piece = unsafe { &*pieces.add(n) };
        if piece.iov_len > 0 {
            bytes.extend_from_slice(unsafe {
                std::slice::from_raw_parts(piece.iov_base.cast(), piece.iov_len)
            });
        }
    }
    writing(fd, None, &bytes, || unsafe {
        syscall(libc::SYS_writev, fd, pieces, count)
    })
}

fn length(fd: c_int, len: off_t) -> c_int {
    let recorder = recorder();
    let done = unsafe { syscall(libc::SYS_ftruncate, fd, len) as c_int };
    if let Some(recorder) = recorder
        && done == 0
        && let Some(handle) = recorder.handle(fd)
    {
        recorder.put(LENGTH, handle, len as u64, "", &[]);
    }
    done
}

#[unsafe(no_mangle)]
pub extern "C" fn ftruncate(fd: c_int, len: off_t) -> c_int {
    length(fd, len)
}

#[unsafe(no_mangle)]
pub extern "C" fn ftruncate64(fd: c_int, len: off_t) -> c_int {
    length(fd, len)
}

fn sync(fd: c_int, number: c_long) -> c_int {
    let Some(recorder) = recorder() else {
        return unsafe { syscall(number, fd) as c_int };
    };
    if let Some(handle) = recorder.handle(fd) {
        // The cuts are made from the records; the real sync would only take time.
        recorder.put(SYNC, handle, 0, "", &[]);
        return 0;
    }
    drop(recorder);
    unsafe { syscall(number, fd) as c_int }
}

#[unsafe(no_mangle)]
pub extern "C" fn fsync(fd: c_int) -> c_int {
    sync(fd, libc::SYS_fsync)
}

#[unsafe(no_mangle)]
pub extern "C" fn fdatasync(fd: c_int) -> c_int {
    sync(fd, libc::SYS_fdatasync)
}

/// Gives no durability (its man page says so), so it is no record.
#[unsafe(no_mangle)]
pub extern "C" fn sync_file_range(_: c_int, _: off_t, _: off_t, _: c_uint) -> c_int {
    0
}

fn named(dir: c_int, path: *const c_char, op: u8, call: impl FnOnce() -> c_long) -> c_int {
    let recorder = recorder();
    let done = call() as c_int;
    if let Some(recorder) = recorder
        && done == 0
        && let Some(whole) = recorder.ours(dir, path)
    {
        recorder.put(op, 0, 0, &whole, &[]);
    }
    done
}

#[unsafe(no_mangle)]
pub extern "C" fn mkdir(path: *const c_char, mode: mode_t) -> c_int {
    named(AT_FDCWD, path, MAKE_FOLDER, || unsafe {
        syscall(libc::SYS_mkdirat, AT_FDCWD, path, mode)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn unlink(path: *const c_char) -> c_int {
    named(AT_FDCWD, path, REMOVE, || unsafe {
        syscall(libc::SYS_unlinkat, AT_FDCWD, path, 0)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn rmdir(path: *const c_char) -> c_int {
    named(AT_FDCWD, path, REMOVE_FOLDER, || unsafe {
        syscall(libc::SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn unlinkat(dir: c_int, path: *const c_char, flags: c_int) -> c_int {
    let op = if flags & AT_REMOVEDIR == 0 {
        REMOVE
    } else {
        REMOVE_FOLDER
    };
    named(dir, path, op, || unsafe {
        syscall(libc::SYS_unlinkat, dir, path, flags)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn rename(from: *const c_char, to: *const c_char) -> c_int {
    let recorder = recorder();
    let call = || unsafe { syscall(libc::SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0) as c_int };
    let Some(recorder) = recorder else { return call() };
    let (old, new) = (recorder.ours(AT_FDCWD, from), recorder.ours(AT_FDCWD, to));
    let done = call();
    if done == 0 {
        match (old, new) {
            (Some(old), Some(new)) => recorder.put(RENAME, 0, 0, &old, new.as_bytes()),
            (None, None) => {}
            _ => recorder.put(UNKNOWN, 0, 0, "a rename into or out of the folder", &[]),
        }
    }
    done
}

#[unsafe(no_mangle)]
pub extern "C" fn link(from: *const c_char, to: *const c_char) -> c_int {
    named(AT_FDCWD, to, UNKNOWN, || unsafe {
        syscall(libc::SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0)
    })
}
