//! A bare futex: one message in shared memory, and one call to wake who waits for it, asleep or not. The limit for waiting.

use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Result;
use rustix::io::Errno;
use rustix::thread::futex;

use crate::shared::SharedMemory;
use crate::transport::{Plan, Receive, Send, Transport};

pub(crate) struct Futex;

/// How many messages were sent, modulo 2^32.
const SENT: usize = 0;
const SIZE: usize = 8;
const PAYLOAD: usize = 64;

impl Transport for Futex {
    type Link = Rc<SharedMemory>;
    type Sender = Side;
    type Receiver = Side;

    const IS_QUEUE: bool = false;

    fn link(plan: &Plan) -> Result<Rc<SharedMemory>> {
        Ok(Rc::new(SharedMemory::new(PAYLOAD + plan.message_bytes, false)?))
    }

    fn receiver(link: &Rc<SharedMemory>) -> Result<Side> {
        Ok(Side { memory: Rc::clone(link), sent: 0 })
    }

    fn sender(link: &Rc<SharedMemory>) -> Result<Side> {
        Ok(Side { memory: Rc::clone(link), sent: 0 })
    }
}

/// Whoever uses it waits for an answer before the next message: there is no room for two.
pub(crate) struct Side {
    memory: Rc<SharedMemory>,
    sent: u32,
}

impl Side {
    #[inline]
    fn word(&self) -> &AtomicU32 {
        self.memory.half_word(SENT)
    }
}

impl Send for Side {
    #[inline]
    fn send(&mut self, message: &[u8]) -> Result<()> {
        // SAFETY: the memory has room for a message of the plan, and the other side looks at it after the store below.
        unsafe { std::ptr::copy_nonoverlapping(message.as_ptr(), self.memory.at(PAYLOAD), message.len()) };
        self.memory.word(SIZE).store(message.len() as u64, Ordering::Relaxed);
        self.sent = self.sent.wrapping_add(1);
        self.word().store(self.sent, Ordering::Release);
        futex::wake(self.word(), futex::Flags::empty(), 1)?;
        Ok(())
    }
}

impl Receive for Side {
    #[inline]
    fn recv(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            if let Some(size) = self.try_recv(buffer)? {
                return Ok(size);
            }
            match futex::wait(self.word(), futex::Flags::empty(), self.sent, None) {
                Ok(()) | Err(Errno::AGAIN | Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    #[inline]
    fn try_recv(&mut self, buffer: &mut [u8]) -> Result<Option<usize>> {
        if self.word().load(Ordering::Acquire) == self.sent {
            return Ok(None);
        }
        self.sent = self.sent.wrapping_add(1);
        let size = self.memory.word(SIZE).load(Ordering::Relaxed) as usize;
        let target = &mut buffer[..size];
        // SAFETY: the sender has stored the message before its number, and does not touch it until it is answered.
        unsafe { std::ptr::copy_nonoverlapping(self.memory.at(PAYLOAD), target.as_mut_ptr(), size) };
        Ok(Some(size))
    }
}
