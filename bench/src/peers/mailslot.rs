//! A mailslot, through the Rust API.

use anyhow::{Result, bail};
use mailslot::{Client, ErrorKind, Mailslot, Timeout};

use crate::transport::{Backoff, Plan, Receive, Send, Transport};

pub(crate) struct Slot;

impl Transport for Slot {
    type Link = Plan;
    type Sender = Client;
    type Receiver = Mailslot;

    const KEEPS_BACKLOG: bool = true;
    const SCALES: bool = true;

    fn link(plan: &Plan) -> Result<Plan> {
        Ok(plan.clone())
    }

    fn receiver(plan: &Plan) -> Result<Mailslot> {
        let slot = Mailslot::builder(plan.name.as_str()).directory(&plan.directory).quota(plan.window_bytes as u64);
        Ok(slot.read_timeout(Timeout::FOREVER).create()?)
    }

    fn sender(plan: &Plan) -> Result<Client> {
        Ok(Client::options().directory(&plan.directory).open(plan.name.as_str())?)
    }

    fn list(plan: &Plan) -> Option<Result<usize>> {
        Some(mailslot::list_in(&plan.directory).map(|slots| slots.len()).map_err(Into::into))
    }
}

impl Send for Client {
    #[inline]
    fn send(&mut self, message: &[u8]) -> Result<()> {
        match Client::send(self, message) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::QuotaExceeded => send_later(self, message),
            Err(error) => Err(error.into()),
        }
    }
}

/// A send never waits for the reader: who wants to, has to.
#[cold]
fn send_later(client: &Client, message: &[u8]) -> Result<()> {
    let mut backoff = Backoff::default();
    loop {
        backoff.wait();
        match client.send(message) {
            Err(error) if error.kind() == ErrorKind::QuotaExceeded => {}
            Err(error) => bail!(error),
            Ok(()) => return Ok(()),
        }
    }
}

impl Receive for Mailslot {
    #[inline]
    fn recv(&mut self, buffer: &mut [u8]) -> Result<usize> {
        Ok(Mailslot::recv(self, buffer)?.size())
    }

    #[inline]
    fn try_recv(&mut self, buffer: &mut [u8]) -> Result<Option<usize>> {
        Ok(Mailslot::try_recv(self, buffer)?.map(|received| received.size()))
    }
}
