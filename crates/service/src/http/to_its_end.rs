//! Work that is done even if nobody waits for it any more.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

/// The work panicked.
#[derive(Debug)]
pub(super) struct Panicked;

/// Runs in the task that waits for it; if that gives up, as when a client hangs up, the rest runs in a task of its own.
pub(super) struct ToItsEnd<F: Future + Send + 'static> {
    /// What is not done yet.
    rest: Option<Pin<Box<F>>>,
}

impl<F: Future + Send + 'static> ToItsEnd<F> {
    pub(super) fn new(work: F) -> Self {
        Self { rest: Some(Box::pin(work)) }
    }
}

impl<F: Future + Send + 'static> Future for ToItsEnd<F> {
    type Output = Result<F::Output, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(rest) = &mut self.rest else { return Poll::Pending };
        // What a panic leaves half done is dropped, and never looked at.
        let polled = catch_unwind(AssertUnwindSafe(|| rest.as_mut().poll(context)));
        let done = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(output)) => Ok(output),
            Err(_) => Err(Panicked),
        };
        self.rest = None;
        Poll::Ready(done)
    }
}

impl<F: Future + Send + 'static> Drop for ToItsEnd<F> {
    fn drop(&mut self) {
        // Without a runtime the program ends.
        if let (Some(rest), Ok(runtime)) = (self.rest.take(), Handle::try_current()) {
            runtime.spawn(async move {
                rest.await;
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use tokio::time::{sleep, timeout};

    use super::*;

    #[tokio::test]
    async fn what_began_ends_also_without_whoever_waited() {
        let done = Arc::new(AtomicUsize::new(0));
        let work = |pause: u64| {
            let done = Arc::clone(&done);
            async move {
                sleep(Duration::from_millis(pause)).await;
                done.fetch_add(1, Ordering::SeqCst)
            }
        };
        assert_eq!(ToItsEnd::new(work(1)).await.unwrap(), 0);
        assert!(timeout(Duration::from_millis(5), ToItsEnd::new(work(40))).await.is_err());
        assert_eq!(done.load(Ordering::SeqCst), 1);
        for _ in 0..100 {
            sleep(Duration::from_millis(10)).await;
            if done.load(Ordering::SeqCst) == 2 {
                return;
            }
        }
        panic!("it was given up");
    }

    #[tokio::test]
    async fn a_panic_stays_inside() {
        let work = ToItsEnd::new(async {
            tokio::task::yield_now().await;
            assert!(Handle::try_current().is_err(), "this panics");
        });
        assert!(work.await.is_err());
    }
}
