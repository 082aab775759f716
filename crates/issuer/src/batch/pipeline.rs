//! The threads of a batch: on each core one that reads rows and makes credentials of them, and one that writes these in the
//! order of the file.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use csv::ByteRecord;
use tamarack::Fault;
use tamarack::issue::Bench;
use tamarack_cli::Failure;

use super::input::Rows;
use super::output::Output;
use super::row::{Maker, Piece};
use crate::store::{Batch, ChunkRecord, Record, RowFault, Store};

/// Rows that a thread takes at a time.
const PIECE: usize = 200;
/// Signed rows that may wait for the disk, beside the chunk that is being written: what bounds the memory.
const WAITING: usize = 4_000;

/// Reads, signs and writes until the file ends.
pub(super) fn run(
    store: &mut Store,
    maker: &Maker<'_>,
    mut rows: Rows,
    output: &mut Output,
    chunk: usize,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), Failure> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let piece = PIECE.min(chunk);
    let at = rows.skip(maker.batch.written)?;
    let ahead = ((chunk + WAITING) / piece).max(2 * threads) as u64;
    let feed = &Feed {
        place: Mutex::new(Place { rows, at, number: 0, written: 0, is_over: false }),
        room: Condvar::new(),
        piece,
        ahead,
    };
    let (sender, receiver) = channel();
    std::thread::scope(|scope| {
        let producers: Vec<_> = (0..threads)
            .map(|_| {
                let sender = sender.clone();
                scope.spawn(move || produce(maker, feed, &sender))
            })
            .collect();
        drop(sender);
        let written = consume(store, maker, feed, &receiver, output, chunk, progress);
        // A writer that failed must not leave the producers waiting.
        feed.end();
        let produced = producers.into_iter().map(|producer| match producer.join() {
            Ok(result) => result,
            Err(_) => Err(Fault::new(tamarack::Code::Internal).into()),
        });
        // What a producer says is why the writer had less than all.
        produced.collect::<Vec<_>>().into_iter().collect::<Result<(), Failure>>().and(written)
    })
}

/// The file, from which each producer takes the next rows.
struct Feed {
    place: Mutex<Place>,
    /// Whether there is room for another piece.
    room: Condvar,
    /// Rows of a piece.
    piece: usize,
    /// How many pieces may be taken before the first of them is written: what bounds the memory.
    ahead: u64,
}

struct Place {
    rows: Rows,
    /// Rows that were taken.
    at: u64,
    /// Pieces that were taken.
    number: u64,
    /// Pieces that were written.
    written: u64,
    /// Whether the file is at its end, or somebody failed.
    is_over: bool,
}

impl Feed {
    fn place(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next rows: the number of the piece and its first row, counted from zero. `None` when there are no more.
    fn take(&self, batch: &Batch, records: &mut Vec<ByteRecord>) -> Result<Option<(u64, u64)>, Failure> {
        let is_full = |place: &mut Place| !place.is_over && place.number >= place.written + self.ahead;
        let place = self.room.wait_while(self.place(), is_full);
        let mut place = place.unwrap_or_else(PoisonError::into_inner);
        if place.is_over {
            return Ok(None);
        }
        if place.at == batch.rows {
            place.is_over = true;
            return place.rows.at_end().map(|()| None);
        }
        // What is recorded but not written is made again, in pieces of its own.
        let stop = if place.at < batch.recorded { batch.recorded } else { batch.rows };
        let count = usize::try_from(stop - place.at).map_or(self.piece, |left| left.min(self.piece));
        place.rows.take(count, records)?;
        let taken = (place.number, place.at);
        place.number += 1;
        place.at += count as u64;
        Ok(Some(taken))
    }

    /// Makes room: so many pieces are written.
    fn written(&self, pieces: u64) {
        self.place().written = pieces;
        self.room.notify_all();
    }

    /// Nobody takes any more.
    fn end(&self) {
        self.place().is_over = true;
        self.room.notify_all();
    }
}

/// A producer that ends, however it does, must not leave the others waiting for what it took.
struct End<'f>(&'f Feed);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Makes pieces until there are no more rows.
fn produce(maker: &Maker<'_>, feed: &Feed, sender: &Sender<Piece>) -> Result<(), Failure> {
    let _end = End(feed);
    let mut bench = Bench::default();
    let mut records = Vec::new();
    let mut bytes = 0;
    loop {
        let made = feed.take(maker.batch, &mut records).and_then(|taken| {
            let Some((number, first)) = taken else { return Ok(None) };
            let (made, lines) = (Vec::with_capacity(records.len()), String::with_capacity(bytes));
            let mut piece = Piece { number, end: first + records.len() as u64, made, lines };
            for (row, record) in (first..).zip(&records) {
                maker.make(row, record, &mut bench, &mut piece)?;
            }
            bytes = bytes.max(piece.lines.len());
            Ok(Some(piece))
        });
        match made {
            Ok(Some(piece)) => {
                if sender.send(piece).is_err() {
                    // The writer has failed, and says why.
                    return Ok(());
                }
            }
            Ok(None) => return Ok(()),
            Err(failure) => return Err(failure),
        }
    }
}

/// Brings the pieces into their order again, and writes them a chunk at a time.
fn consume(
    store: &mut Store,
    maker: &Maker<'_>,
    feed: &Feed,
    receiver: &Receiver<Piece>,
    output: &mut Output,
    most: usize,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), Failure> {
    let batch = maker.batch;
    let mut written = batch.written;
    progress(written, batch.rows);
    let mut early: Vec<Piece> = Vec::new();
    let mut next = 0;
    let mut chunk: Vec<Piece> = Vec::new();
    let mut rows = 0;
    while let Ok(piece) = receiver.recv() {
        early.push(piece);
        while let Some(at) = early.iter().position(|piece| piece.number == next) {
            let piece = early.swap_remove(at);
            next += 1;
            let end = piece.end;
            rows += piece.made.len();
            chunk.push(piece);
            if rows >= most || end == batch.recorded || end == batch.rows {
                record(store, maker, &chunk, end, written, output.length())?;
                output.write(&chunk)?;
                chunk.clear();
                rows = 0;
                written = end;
                feed.written(next);
                progress(written, batch.rows);
            }
        }
    }
    Ok(())
}

/// Records a chunk of rows up to `end`; what was recorded before says only what its texts are now.
fn record(
    store: &mut Store,
    maker: &Maker<'_>,
    chunk: &[Piece],
    end: u64,
    written: u64,
    length: u64,
) -> Result<(), Failure> {
    let batch = maker.batch;
    let signed = chunk.iter().flat_map(Piece::credentials);
    let records: Vec<Record<'_>> = signed
        .map(|(made, credential, text)| Record {
            id: &credential.id,
            type_name: &maker.series.credential_type.name,
            subject: credential.subject.as_deref(),
            status: credential.status,
            issued: batch.started,
            valid_until: credential.valid_until,
            reissue_by: credential.reissue_by,
            digest: credential.digest,
            body: batch.keep.then_some(text),
            shape: Some(credential.shape),
            row: Some((batch.id, made.line)),
        })
        .collect();
    if end <= batch.recorded {
        return Ok(store.record_again(&records)?);
    }
    let faults = chunk.iter().flat_map(|piece| &piece.made).filter_map(|made| {
        let fault = made.outcome.as_ref().err()?;
        Some(RowFault {
            line: made.line,
            code: fault.code().as_str().to_owned(),
            pointer: fault.pointer().map(str::to_owned),
            about: fault.name().map(str::to_owned),
        })
    });
    let faults: Vec<RowFault> = faults.collect();
    let chunk = ChunkRecord { records: &records, faults: &faults, recorded: end, written, length };
    store.record_chunk(batch.id, &chunk)?;
    Ok(())
}
