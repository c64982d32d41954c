//! Unix datagrams: the reader has a name, the writers are connected to it.

use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};

use anyhow::Result;

use crate::transport::{Plan, Receive, Send, Transport, Waiting};

pub(crate) struct Datagram;

/// Big enough for the largest message that is sent.
const BUFFER_BYTES: usize = 4 << 20;

impl Transport for Datagram {
    type Link = Plan;
    type Sender = Socket;
    type Receiver = Socket;

    const SCALES: bool = true;

    fn link(plan: &Plan) -> Result<Plan> {
        Ok(plan.clone())
    }

    fn receiver(plan: &Plan) -> Result<Socket> {
        let socket = UnixDatagram::bind_addr(&address(plan)?)?;
        socket.set_nonblocking(plan.waiting == Waiting::Polling)?;
        Ok(Socket(socket))
    }

    fn sender(plan: &Plan) -> Result<Socket> {
        let socket = UnixDatagram::unbound()?;
        socket.connect_addr(&address(plan)?)?;
        if plan.message_bytes > 64 * 1024 {
            // Else a message of a mebibyte is refused. The kernel's limit may be lower; root may go beyond it.
            rustix::net::sockopt::set_socket_send_buffer_size_force(&socket, BUFFER_BYTES)
                .or_else(|_| rustix::net::sockopt::set_socket_send_buffer_size(&socket, BUFFER_BYTES))?;
        }
        Ok(Socket(socket))
    }
}

pub(crate) struct Socket(UnixDatagram);

/// In the abstract namespace: no file is left behind.
fn address(plan: &Plan) -> Result<SocketAddr> {
    Ok(SocketAddr::from_abstract_name(plan.name.as_bytes())?)
}

impl Send for Socket {
    #[inline]
    fn send(&mut self, message: &[u8]) -> Result<()> {
        self.0.send(message)?;
        Ok(())
    }
}

impl Receive for Socket {
    #[inline]
    fn recv(&mut self, buffer: &mut [u8]) -> Result<usize> {
        Ok(self.0.recv(buffer)?)
    }

    #[inline]
    fn try_recv(&mut self, buffer: &mut [u8]) -> Result<Option<usize>> {
        match self.0.recv(buffer) {
            Ok(size) => Ok(Some(size)),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
