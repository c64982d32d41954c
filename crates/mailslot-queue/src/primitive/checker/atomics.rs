//! Atomics that count steps, and take sequentially consistent accesses for what they are.
//!
//! loom treats such an access as acquire and release, but gets sequentially consistent *fences* right. So models of what rests on
//! sequential consistency have a fence beside each such access, as compilers place them for machines whose loads and stores are
//! weak: in front of each (`Leading`), or behind each store (`Trailing`). Both make the accesses at least as strong as the standard
//! says, each in its own way a little stronger: a fence also orders a weaker access on its other side. What one placing hides, the
//! other shows. All other models go without (`Nowhere`): what holds with less holds.

use core::sync::atomic::Ordering;
use std::cell::Cell;

use super::fate;
use super::futex::Sleepers;

/// Where the fences stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fences {
    Nowhere,
    Leading,
    Trailing,
}

std::thread_local! {
    /// Of the model that this thread checks. (A model's participants share one thread.)
    static FENCES: Cell<Fences> = const { Cell::new(Fences::Nowhere) };
}

/// Where fences stand in the models that this thread checks from here on.
pub(crate) fn place_fences(fences: Fences) {
    FENCES.set(fences);
}

fn before(order: Ordering) {
    if order == Ordering::SeqCst && FENCES.get() == Fences::Leading {
        loom::sync::atomic::fence(Ordering::SeqCst);
    }
}

fn after_store(order: Ordering) {
    if order == Ordering::SeqCst && FENCES.get() == Fences::Trailing {
        loom::sync::atomic::fence(Ordering::SeqCst);
    }
}

/// What is left for the access itself.
fn own(order: Ordering, weaker: Ordering) -> Ordering {
    if order == Ordering::SeqCst { weaker } else { order }
}

macro_rules! atomic {
    ($name:ident, $value:ty, $kernel:ty) => {
        /// The word, and what the kernel knows of it.
        #[derive(Debug, Default)]
        pub(crate) struct $name(loom::sync::atomic::$name, $kernel);

        #[allow(dead_code, reason = "not every type needs every operation")]
        impl $name {
            pub(crate) fn new(value: $value) -> Self {
                Self(loom::sync::atomic::$name::new(value), <$kernel>::default())
            }

            pub(crate) fn load(&self, order: Ordering) -> $value {
                if !fate::step() {
                    return <$value>::default();
                }
                before(order);
                self.0.load(own(order, Ordering::Acquire))
            }

            pub(crate) fn store(&self, value: $value, order: Ordering) {
                if fate::step() {
                    before(order);
                    self.0.store(value, own(order, Ordering::Release));
                    after_store(order);
                }
            }

            pub(crate) fn swap(&self, value: $value, order: Ordering) -> $value {
                self.change(order, |word, order| word.swap(value, order))
            }

            pub(crate) fn compare_exchange(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                if !fate::step() {
                    return Err(<$value>::default());
                }
                before(success);
                let (on_success, on_failure) = (own(success, Ordering::AcqRel), own(failure, Ordering::Acquire));
                let result = self.0.compare_exchange(current, new, on_success, on_failure);
                if result.is_ok() {
                    after_store(success);
                }
                result
            }

            pub(crate) fn compare_exchange_weak(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                self.compare_exchange(current, new, success, failure)
            }

            fn change(
                &self,
                order: Ordering,
                change: impl FnOnce(&loom::sync::atomic::$name, Ordering) -> $value,
            ) -> $value {
                if !fate::step() {
                    return <$value>::default();
                }
                before(order);
                let value = change(&self.0, own(order, Ordering::AcqRel));
                after_store(order);
                value
            }
        }
    };
}

macro_rules! arithmetic {
    ($name:ident, $value:ty) => {
        #[allow(dead_code, reason = "not every type needs every operation")]
        impl $name {
            pub(crate) fn fetch_add(&self, value: $value, order: Ordering) -> $value {
                self.change(order, |word, order| word.fetch_add(value, order))
            }

            pub(crate) fn fetch_sub(&self, value: $value, order: Ordering) -> $value {
                self.change(order, |word, order| word.fetch_sub(value, order))
            }

            pub(crate) fn fetch_max(&self, value: $value, order: Ordering) -> $value {
                self.change(order, |word, order| word.fetch_max(value, order))
            }

            /// A participant that has ended changes nothing, and is told that it has.
            pub(crate) fn fetch_update(
                &self,
                on_success: Ordering,
                on_failure: Ordering,
                mut next: impl FnMut($value) -> Option<$value>,
            ) -> Result<$value, $value> {
                let mut value = self.load(on_failure);
                while let Some(new) = next(value) {
                    match self.compare_exchange(value, new, on_success, on_failure) {
                        Ok(old) => return Ok(old),
                        Err(_) if fate::is_over() => break,
                        Err(newer) => value = newer,
                    }
                }
                Err(value)
            }

            /// For copies, which count their steps themselves.
            pub(crate) fn raw(&self) -> &loom::sync::atomic::$name {
                &self.0
            }
        }
    };
}

impl AtomicU32 {
    pub(super) fn sleepers(&self) -> &Sleepers {
        &self.1
    }
}

atomic!(AtomicBool, bool, ());
atomic!(AtomicU32, u32, Sleepers);
atomic!(AtomicU64, u64, ());
atomic!(AtomicUsize, usize, ());
arithmetic!(AtomicU32, u32);
arithmetic!(AtomicU64, u64);
arithmetic!(AtomicUsize, usize);
