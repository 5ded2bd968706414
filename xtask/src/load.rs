//! Keeps every processor busy, so that tests that depend on a quiet machine fail.

use std::hint::spin_loop;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

/// One spinning thread for each processor, until it is dropped.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Load {
    /// Starts the threads.
    pub(crate) fn start() -> Self {
        let processors = thread::available_parallelism().map_or(2, NonZero::get);
        let stop = Arc::new(AtomicBool::new(false));
        let spin = || {
            let stop = Arc::clone(&stop);
            thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    // Looking at the flag each time would be memory traffic more than work.
                    (0..100_000).for_each(|_turn| spin_loop());
                }
            })
        };
        let threads = (0..processors).map(|_processor| spin()).collect();
        println!("── {processors} processors are kept busy");
        Self { stop, threads }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            // A thread that only spins cannot fail.
            let _ended = thread.join();
        }
    }
}
