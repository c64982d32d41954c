//! iceoryx2, publish and subscribe, with the payload copied in and out. Its receiver polls; the variant with events sleeps, and its
//! sender notifies it of each message.

use anyhow::{Result, ensure};
use iceoryx2::port::listener::Listener;
use iceoryx2::port::notifier::Notifier;
use iceoryx2::port::publisher::Publisher;
use iceoryx2::port::subscriber::Subscriber;
use iceoryx2::prelude::*;
use iceoryx2::service::port_factory::{event, publish_subscribe};

use crate::transport::{Backoff, Plan, Receive, Send, Transport};

/// With `EVENTS`, the receiver sleeps.
pub(crate) struct Iceoryx<const EVENTS: bool>;

/// The one that the manifest asks for.
pub(crate) const VERSION: &str = "0.10.0";

/// More take too long to open.
const MOST_SENDERS: usize = 64;

type Samples = publish_subscribe::PortFactory<ipc::Service, [u8], ()>;
type Events = event::PortFactory<ipc::Service>;

impl<const EVENTS: bool> Transport for Iceoryx<EVENTS> {
    type Link = Plan;
    type Sender = Sender;
    type Receiver = Receiver;

    const SLEEPS: bool = EVENTS;

    fn refusal(plan: &Plan) -> Option<String> {
        // Each opens the service, and every opening looks at all participants.
        (plan.senders > MOST_SENDERS).then(|| format!("to open {} of them takes half a minute", plan.senders))
    }

    fn link(plan: &Plan) -> Result<Plan> {
        set_log_level(LogLevel::Error);
        Ok(plan.clone())
    }

    fn receiver(plan: &Plan) -> Result<Receiver> {
        let (samples, events) = open::<EVENTS>(plan)?;
        let subscriber = samples.subscriber_builder().create()?;
        let listener = events.map(|events| events.listener_builder().create()).transpose()?;
        Ok(Receiver { subscriber, listener })
    }

    fn sender(plan: &Plan) -> Result<Sender> {
        let (samples, events) = open::<EVENTS>(plan)?;
        let publisher = samples
            .publisher_builder()
            .initial_max_slice_len(plan.message_bytes)
            .backpressure_strategy(BackpressureStrategy::RetryUntilDelivered)
            .create()?;
        let notifier = events.map(|events| events.notifier_builder().create()).transpose()?;
        Ok(Sender { publisher, notifier })
    }
}

/// The services of that name.
fn open<const EVENTS: bool>(plan: &Plan) -> Result<(Samples, Option<Events>)> {
    let node = NodeBuilder::new().create::<ipc::Service>()?;
    let name: ServiceName = plan.name.as_str().try_into()?;
    let depth = (plan.window_bytes / plan.message_bytes).clamp(4, 1024);
    let samples = node
        .service_builder(&name)
        .publish_subscribe::<[u8]>()
        .enable_safe_overflow(false)
        .history_size(0)
        .subscriber_max_buffer_size(depth)
        .max_publishers(plan.senders)
        .max_subscribers(1)
        .max_nodes(plan.senders + 2)
        .open_or_create()?;
    let event = || node.service_builder(&name).event().max_notifiers(plan.senders).max_listeners(1);
    let events = if EVENTS { Some(event().max_nodes(plan.senders + 2).open_or_create()?) } else { None };
    Ok((samples, events))
}

pub(crate) struct Sender {
    publisher: Publisher<ipc::Service, [u8], ()>,
    notifier: Option<Notifier<ipc::Service>>,
}

impl Send for Sender {
    #[inline]
    fn send(&mut self, message: &[u8]) -> Result<()> {
        let sample = self.publisher.loan_slice_uninit(message.len())?;
        let receivers = sample.write_from_slice(message).send()?;
        ensure!(receivers == 1, "the message went to {receivers} receivers");
        if let Some(notifier) = &self.notifier {
            notifier.notify()?;
        }
        Ok(())
    }
}

pub(crate) struct Receiver {
    subscriber: Subscriber<ipc::Service, [u8], ()>,
    listener: Option<Listener<ipc::Service>>,
}

impl Receive for Receiver {
    #[inline]
    fn recv(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let mut backoff = Backoff::default();
        loop {
            if let Some(size) = self.try_recv(buffer)? {
                return Ok(size);
            }
            match &self.listener {
                Some(listener) => drop(listener.blocking_wait(|_| {})?),
                None => backoff.wait(),
            }
        }
    }

    #[inline]
    fn try_recv(&mut self, buffer: &mut [u8]) -> Result<Option<usize>> {
        let Some(sample) = self.subscriber.receive()? else {
            return Ok(None);
        };
        let payload = sample.payload();
        buffer[..payload.len()].copy_from_slice(payload);
        Ok(Some(payload.len()))
    }
}
