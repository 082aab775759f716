//! What the arithmetic of the group did, step by step, so that a test can compare it for different numbers. In tests alone.

use std::cell::RefCell;

/// One step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// An element was doubled.
    Double,
    /// Two elements were added.
    Add,
    /// An element in the stored form was added.
    AddAffine,
    /// A multiple was read from this place of a row.
    Read(u8),
    /// An element was multiplied by blst.
    Multiply,
}

thread_local! {
    static STEPS: RefCell<Vec<Step>> = const { RefCell::new(Vec::new()) };
}

/// Notes a step of this thread.
pub(crate) fn note(step: Step) {
    STEPS.with_borrow_mut(|steps| steps.push(step));
}

/// The steps that `compute` takes.
pub(crate) fn steps<T>(compute: impl FnOnce() -> T) -> Vec<Step> {
    STEPS.with_borrow_mut(Vec::clear);
    compute();
    STEPS.take()
}
