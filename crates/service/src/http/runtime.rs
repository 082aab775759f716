//! The threads that a server answers with.

use std::io;
use std::thread::available_parallelism;

use tokio::runtime::{Builder, Runtime};

/// How many threads answer if nobody says it: half of the cores, at least one. The database or the balancer beside it has use for
/// the other half; and each thread more costs waking, a fifth of the processor time of a flow on two cores (docs/performance.md).
#[must_use]
pub fn usual_workers() -> usize {
    available_parallelism().map_or(1, |cores| cores.get().div_ceil(2))
}

/// A runtime with so many threads that answer. What blocks has threads of its own.
///
/// # Errors
/// What the system says of threads.
pub fn runtime(workers: Option<u16>) -> io::Result<Runtime> {
    let workers = workers.map_or_else(usual_workers, usize::from).max(1);
    Builder::new_multi_thread().worker_threads(workers).enable_all().build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_threads_answer_as_are_said() {
        assert_eq!(runtime(Some(3)).unwrap().metrics().num_workers(), 3);
        assert_eq!(runtime(Some(0)).unwrap().metrics().num_workers(), 1);
        assert_eq!(runtime(None).unwrap().metrics().num_workers(), usual_workers());
        assert!((1..=available_parallelism().unwrap().get()).contains(&usual_workers()));
    }
}
