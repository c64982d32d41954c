//! A bare ring in shared memory: the limit. Bounded, allocated beforehand, trusting, and wedged for ever by a writer that is
//! killed between its two steps. It has what any queue between processes needs, and nothing else:
//!
//! ```text
//! writer  one compare-exchange reserves room, one copy in, one exchange of the record's header commits
//! reader  one look at the header, one copy out, the record is zeroed, one store gives the room back
//! ```
//!
//! The exchange that commits is sequentially consistent, so that the look behind it at whether the reader sleeps needs no fence. The
//! memory is mapped twice in a row, so that no record is cut in two. The reader zeroes what it read: a header of zero is one
//! that is not committed yet, and the lines come back to the writer in a state that it can write to sooner.

use std::rc::Rc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use anyhow::Result;
use rustix::io::Errno;
use rustix::thread::futex;

use crate::shared::SharedMemory;
use crate::transport::{Backoff, Plan, Receive, Send, Transport};

pub(crate) struct Ring;

/// Bytes ever reserved; written by writers.
const TAIL: usize = 0;
/// Bytes ever read; written by the reader.
const HEAD: usize = 128;
/// 1 while the reader sleeps or is about to.
const SLEEPING: usize = 256;
/// In front of the records.
const CONTROL_BYTES: usize = 4096;
const HEADER_BYTES: usize = 8;
/// Set in a header that is committed; the lower half is the payload's size.
const COMMITTED: u64 = 1 << 32;

/// The two parts are mappings of their own, because only the records are mapped twice.
pub(crate) struct Memory {
    control: SharedMemory,
    records: SharedMemory,
    capacity: u64,
}

impl Transport for Ring {
    type Link = Rc<Memory>;
    type Sender = RingSender;
    type Receiver = RingReceiver;

    const ALLOCATES: bool = true;

    fn link(plan: &Plan) -> Result<Rc<Memory>> {
        let capacity = plan.window_bytes.next_power_of_two();
        let (control, records) = (SharedMemory::new(CONTROL_BYTES, false)?, SharedMemory::new(capacity, true)?);
        Ok(Rc::new(Memory { control, records, capacity: capacity as u64 }))
    }

    fn receiver(link: &Rc<Memory>) -> Result<RingReceiver> {
        Ok(RingReceiver { memory: Rc::clone(link), head: 0 })
    }

    fn sender(link: &Rc<Memory>) -> Result<RingSender> {
        Ok(RingSender { memory: Rc::clone(link), head: 0 })
    }
}

impl Memory {
    #[inline]
    fn tail(&self) -> &AtomicU64 {
        // SAFETY: the control memory is a page, which everybody uses as atomics.
        unsafe { AtomicU64::from_ptr(self.control.at(TAIL).cast()) }
    }

    #[inline]
    fn head(&self) -> &AtomicU64 {
        // SAFETY: as in `tail`.
        unsafe { AtomicU64::from_ptr(self.control.at(HEAD).cast()) }
    }

    #[inline]
    fn sleeping(&self) -> &AtomicU32 {
        // SAFETY: as in `tail`.
        unsafe { AtomicU32::from_ptr(self.control.at(SLEEPING).cast()) }
    }

    /// Where the record of a position is.
    #[inline]
    fn offset(&self, position: u64) -> usize {
        (position & (self.capacity - 1)) as usize
    }

    #[inline]
    fn header(&self, position: u64) -> &AtomicU64 {
        // SAFETY: the offset lies in the first mapping, and is a multiple of 8, because all records are that long.
        unsafe { AtomicU64::from_ptr(self.records.at(self.offset(position)).cast()) }
    }

    #[inline]
    fn record_bytes(size: usize) -> u64 {
        (HEADER_BYTES + size.next_multiple_of(8)) as u64
    }
}

pub(crate) struct RingSender {
    memory: Rc<Memory>,
    /// The head when last looked at: it only grows.
    head: u64,
}

impl Send for RingSender {
    #[inline]
    fn send(&mut self, message: &[u8]) -> Result<()> {
        let memory = &*self.memory;
        let bytes = Memory::record_bytes(message.len());
        let mut tail = memory.tail().load(Ordering::Relaxed);
        loop {
            if tail.wrapping_add(bytes).wrapping_sub(self.head) > memory.capacity {
                self.head = wait_for_room(memory, bytes);
                tail = memory.tail().load(Ordering::Relaxed);
                continue;
            }
            match memory.tail().compare_exchange_weak(tail, tail + bytes, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => break,
                Err(newer) => tail = newer,
            }
        }
        let payload = memory.records.at(memory.offset(tail) + HEADER_BYTES);
        // SAFETY: the room was reserved for this writer alone, and fits behind the header in the two mappings.
        unsafe { std::ptr::copy_nonoverlapping(message.as_ptr(), payload, message.len()) };
        memory.header(tail).swap(COMMITTED | message.len() as u64, Ordering::SeqCst);
        if memory.sleeping().load(Ordering::SeqCst) != 0 {
            wake(memory);
        }
        Ok(())
    }
}

/// Waits until `bytes` are free, and returns the head.
#[cold]
fn wait_for_room(memory: &Memory, bytes: u64) -> u64 {
    let mut backoff = Backoff::default();
    loop {
        let head = memory.head().load(Ordering::Acquire);
        let tail = memory.tail().load(Ordering::Relaxed);
        if tail.wrapping_add(bytes).wrapping_sub(head) <= memory.capacity {
            return head;
        }
        backoff.wait();
    }
}

#[cold]
fn wake(memory: &Memory) {
    if memory.sleeping().swap(0, Ordering::SeqCst) != 0 {
        // It fails on wrong arguments only.
        let _ = futex::wake(memory.sleeping(), futex::Flags::empty(), 1);
    }
}

pub(crate) struct RingReceiver {
    memory: Rc<Memory>,
    head: u64,
}

impl RingReceiver {
    #[inline]
    fn take(&mut self, buffer: &mut [u8], header: u64) -> usize {
        let memory = &*self.memory;
        let size = (header & (COMMITTED - 1)) as usize;
        let bytes = Memory::record_bytes(size);
        let record = memory.records.at(memory.offset(self.head));
        let target = &mut buffer[..size];
        // SAFETY: the record is committed: its writer is done with it, and its payload lies behind its header.
        unsafe { std::ptr::copy_nonoverlapping(record.wrapping_add(HEADER_BYTES), target.as_mut_ptr(), size) };
        // SAFETY: as above; nobody else touches the record until the store below.
        unsafe { record.write_bytes(0, bytes as usize) };
        self.head += bytes;
        memory.head().store(self.head, Ordering::Release);
        size
    }

    /// At once by the futex, without a look at the header now and then: each variant that did so was slower, because the call that finds
    /// that it need not sleep takes just long enough for the writer to get ahead.
    #[cold]
    fn wait(&self) -> Result<u64> {
        let memory = &*self.memory;
        let header = memory.header(self.head);
        loop {
            memory.sleeping().swap(1, Ordering::SeqCst);
            let value = header.load(Ordering::SeqCst);
            if value != 0 {
                memory.sleeping().store(0, Ordering::Relaxed);
                return Ok(value);
            }
            match futex::wait(memory.sleeping(), futex::Flags::empty(), 1, None) {
                Ok(()) | Err(Errno::AGAIN | Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl Receive for RingReceiver {
    #[inline]
    fn recv(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let mut header = self.memory.header(self.head).load(Ordering::Acquire);
        if header == 0 {
            header = self.wait()?;
        }
        Ok(self.take(buffer, header))
    }

    #[inline]
    fn try_recv(&mut self, buffer: &mut [u8]) -> Result<Option<usize>> {
        let header = self.memory.header(self.head).load(Ordering::Acquire);
        Ok((header != 0).then(|| self.take(buffer, header)))
    }
}
