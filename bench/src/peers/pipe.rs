//! A pipe in packet mode (`O_DIRECT`): the fastest of the kernel's queues, for messages of up to a page.

use std::fs::File;
use std::io::{Read as _, Write as _};

use anyhow::Result;
use rustix::fs::OFlags;
use rustix::pipe::{PipeFlags, fcntl_setpipe_size, pipe_with};

use crate::transport::{Plan, Receive, Send, Transport, Waiting};

pub(crate) struct Pipe;

/// Larger packets are torn.
const PACKET_BYTES: usize = 4096;

impl Transport for Pipe {
    type Link = (File, File);
    type Sender = File;
    type Receiver = File;

    fn refusal(plan: &Plan) -> Option<String> {
        (plan.message_bytes > PACKET_BYTES).then(|| format!("a packet has at most {PACKET_BYTES} bytes"))
    }

    fn link(plan: &Plan) -> Result<(File, File)> {
        let (reading, writing) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::DIRECT)?;
        // A user without privileges may not have as much: what the pipe came with will do.
        let _ = fcntl_setpipe_size(&writing, plan.window_bytes);
        if plan.waiting == Waiting::Polling {
            rustix::fs::fcntl_setfl(&reading, OFlags::NONBLOCK | OFlags::DIRECT)?;
        }
        Ok((reading.into(), writing.into()))
    }

    fn receiver((reading, _): &(File, File)) -> Result<File> {
        Ok(reading.try_clone()?)
    }

    fn sender((_, writing): &(File, File)) -> Result<File> {
        Ok(writing.try_clone()?)
    }
}

impl Send for File {
    #[inline]
    fn send(&mut self, message: &[u8]) -> Result<()> {
        Ok(self.write_all(message)?)
    }
}

impl Receive for File {
    #[inline]
    fn recv(&mut self, buffer: &mut [u8]) -> Result<usize> {
        Ok(self.read(buffer)?)
    }

    #[inline]
    fn try_recv(&mut self, buffer: &mut [u8]) -> Result<Option<usize>> {
        match self.read(buffer) {
            Ok(size) => Ok(Some(size)),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
