//! How long processes have had a processor, as the kernel counts it.

use std::fs;
use std::path::Path;
use std::time::Duration;

/// The kernel counts for programs in hundredths of a second, on every machine.
const TICK: Duration = Duration::from_millis(10);

/// The processor time of a process, in user mode and in the kernel for it.
pub(super) fn of_process(pid: u32) -> Duration {
    read(&Path::new("/proc").join(pid.to_string()).join("stat")).map_or(Duration::ZERO, |stat| stat.own)
}

/// That of this process.
pub(super) fn of_this() -> Duration {
    of_process(std::process::id())
}

/// That of a process and of all that it began.
pub(super) fn of_family(pid: u32) -> Duration {
    let parent = read(&Path::new("/proc").join(pid.to_string()).join("stat"));
    // Those that have ended are counted by their parent.
    let mut sum = parent.map_or(Duration::ZERO, |stat| stat.own + stat.ended);
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let is_process = entry.file_name().to_str().is_some_and(|name| name.bytes().all(|b| b.is_ascii_digit()));
        if is_process && let Some(stat) = read(&entry.path().join("stat")).filter(|stat| stat.parent == pid) {
            sum += stat.own + stat.ended;
        }
    }
    sum
}

/// That of the threads of a process whose name begins so.
pub(super) fn of_threads(pid: u32, name: &str) -> Duration {
    let tasks = fs::read_dir(Path::new("/proc").join(pid.to_string()).join("task"));
    let mut sum = Duration::ZERO;
    for task in tasks.into_iter().flatten().flatten() {
        let is_named = fs::read_to_string(task.path().join("comm")).is_ok_and(|comm| comm.starts_with(name));
        if is_named && let Some(stat) = read(&task.path().join("stat")) {
            sum += stat.own;
        }
    }
    sum
}

struct Stat {
    parent: u32,
    own: Duration,
    ended: Duration,
}

/// proc(5): the name stands in brackets and may hold anything; behind it come state, parent, and as 12th to 15th the times.
fn read(path: &Path) -> Option<Stat> {
    let text = fs::read_to_string(path).ok()?;
    let (_, rest) = text.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let ticks = |at: usize| fields.get(at)?.parse::<u32>().ok();
    let both = |one: usize| Some(TICK * (ticks(one)? + ticks(one + 1)?));
    Some(Stat { parent: ticks(1)?, own: both(11)?, ended: both(13)? })
}
