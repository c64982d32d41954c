//! A POSIX message queue.

use std::cell::RefCell;

use anyhow::Result;
use nix::errno::Errno;
use nix::mqueue::{MQ_OFlag, MqAttr, MqdT, mq_close, mq_open, mq_receive, mq_send, mq_unlink};
use nix::sys::stat::Mode;

use crate::transport::{Plan, Receive, Send, Transport, Waiting};

pub(crate) struct PosixQueue;

/// Messages that may wait: as many as the system allows of these.
const DEPTHS: [i64; 3] = [1024, 100, 10];

/// Its name goes with it.
pub(crate) struct Named(String);

impl Drop for Named {
    fn drop(&mut self) {
        // A forked process's copy may have been quicker.
        let _ = mq_unlink(self.0.as_str());
    }
}

impl Transport for PosixQueue {
    type Link = (Named, Plan);
    type Sender = Queue;
    type Receiver = Queue;

    fn refusal(plan: &Plan) -> Option<String> {
        let name = Named(format!("/{}-probe", plan.name));
        let error = create(&name, plan, MQ_OFlag::empty()).err()?;
        Some(format!("no queue of such messages is allowed here: {}", error.desc()))
    }

    fn link(plan: &Plan) -> Result<(Named, Plan)> {
        Ok((Named(format!("/{}", plan.name)), plan.clone()))
    }

    fn receiver((name, plan): &(Named, Plan)) -> Result<Queue> {
        let flags = if plan.waiting == Waiting::Polling { MQ_OFlag::O_NONBLOCK } else { MQ_OFlag::empty() };
        Ok(create(name, plan, flags)?)
    }

    fn sender((name, _): &(Named, Plan)) -> Result<Queue> {
        let queue = mq_open(name.0.as_str(), MQ_OFlag::O_WRONLY | MQ_OFlag::O_CLOEXEC, Mode::empty(), None)?;
        Ok(Queue(RefCell::new(Some(queue))))
    }
}

fn create(name: &Named, plan: &Plan, flags: MQ_OFlag) -> Result<Queue, Errno> {
    let flags = flags | MQ_OFlag::O_RDONLY | MQ_OFlag::O_CREAT | MQ_OFlag::O_CLOEXEC;
    let mut result = Err(Errno::EINVAL);
    for depth in DEPTHS {
        let attributes = MqAttr::new(0, depth, plan.message_bytes as i64, 0);
        result = mq_open(name.0.as_str(), flags, Mode::S_IRUSR | Mode::S_IWUSR, Some(&attributes));
        if result.is_ok() {
            break;
        }
    }
    Ok(Queue(RefCell::new(Some(result?))))
}

/// Closed when it is dropped; nothing else takes the descriptor out.
pub(crate) struct Queue(RefCell<Option<MqdT>>);

impl Queue {
    #[inline]
    fn with<T>(&self, call: impl FnOnce(&MqdT) -> nix::Result<T>) -> nix::Result<T> {
        self.0.borrow().as_ref().map_or(Err(Errno::EBADF), call)
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        // There is nothing to do on failure.
        let _ = self.0.take().map(mq_close);
    }
}

impl Send for Queue {
    #[inline]
    fn send(&mut self, message: &[u8]) -> Result<()> {
        Ok(self.with(|queue| mq_send(queue, message, 0))?)
    }
}

impl Receive for Queue {
    #[inline]
    fn recv(&mut self, buffer: &mut [u8]) -> Result<usize> {
        Ok(self.with(|queue| mq_receive(queue, buffer, &mut 0))?)
    }

    #[inline]
    fn try_recv(&mut self, buffer: &mut [u8]) -> Result<Option<usize>> {
        match self.with(|queue| mq_receive(queue, buffer, &mut 0)) {
            Ok(size) => Ok(Some(size)),
            Err(Errno::EAGAIN) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
