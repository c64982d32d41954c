//! libzmq, PUSH and PULL over `ipc://`.

use anyhow::Result;
use zmq::{Context, DONTWAIT, Error, Socket, SocketType};

use crate::transport::{NO_LIMIT, Plan, Receive, Send, Transport};

pub(crate) struct Zmq;

/// Its context has a thread, so that each process makes its own.
pub(crate) struct End {
    socket: Socket,
    _context: Context,
}

impl Transport for Zmq {
    type Link = Plan;
    type Sender = End;
    type Receiver = End;

    const KEEPS_BACKLOG: bool = true;

    fn link(plan: &Plan) -> Result<Plan> {
        Ok(plan.clone())
    }

    fn receiver(plan: &Plan) -> Result<End> {
        let end = end(plan, SocketType::PULL)?;
        end.socket.bind(&address(plan))?;
        Ok(end)
    }

    fn sender(plan: &Plan) -> Result<End> {
        let end = end(plan, SocketType::PUSH)?;
        end.socket.connect(&address(plan))?;
        Ok(end)
    }
}

fn end(plan: &Plan, kind: SocketType) -> Result<End> {
    let context = Context::new();
    let socket = context.socket(kind)?;
    if plan.window_bytes == NO_LIMIT {
        socket.set_sndhwm(0)?;
        socket.set_rcvhwm(0)?;
    }
    Ok(End { socket, _context: context })
}

/// An abstract name: no file is left behind.
fn address(plan: &Plan) -> String {
    format!("ipc://@{}", plan.name)
}

impl Send for End {
    #[inline]
    fn send(&mut self, message: &[u8]) -> Result<()> {
        Ok(self.socket.send(message, 0)?)
    }
}

impl Receive for End {
    #[inline]
    fn recv(&mut self, buffer: &mut [u8]) -> Result<usize> {
        Ok(self.socket.recv_into(buffer, 0)?)
    }

    #[inline]
    fn try_recv(&mut self, buffer: &mut [u8]) -> Result<Option<usize>> {
        match self.socket.recv_into(buffer, DONTWAIT) {
            Ok(size) => Ok(Some(size)),
            Err(Error::EAGAIN) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
