//! One row: from its cells to a signed credential. The same row gives the same bytes every time.

use std::ops::Range;

use csv::ByteRecord;
use sha2::{Digest as _, Sha256};
use tamarack::issue::{Bench, Row, Securing, Series, StatusSlot, TokenSlot, read_text};
use tamarack::json::Value;
use tamarack::keys::Signer;
use tamarack::sd_jwt::Profile;
use tamarack::status::Allocator;
use tamarack::{Code, Fault, Timestamp};
use tamarack_cli::Failure;
use tamarack_service::store::issuing::from_seed;

use super::input::Column;
use crate::store::{Batch, ListRecord, Span, StoreError};

/// Rows for which it is worth preparing an allocator.
const MANY: u64 = 1_000;

/// A credential that was made from a row.
pub(super) struct Credential {
    pub(super) id: String,
    pub(super) subject: Option<String>,
    pub(super) status: Option<(i64, usize)>,
    pub(super) valid_until: Timestamp,
    pub(super) reissue_by: Option<Timestamp>,
    pub(super) digest: [u8; 32],
    pub(super) shape: u64,
    /// Where its text stands in its piece.
    text: Range<usize>,
}

/// Signed rows that follow each other in the file.
#[derive(Default)]
pub(super) struct Piece {
    /// Its place among all pieces.
    pub(super) number: u64,
    /// Rows of the file up to and with this piece.
    pub(super) end: u64,
    pub(super) made: Vec<Made>,
    /// The lines of NDJSON.
    pub(super) lines: String,
}

impl Piece {
    /// The signed credentials, with their texts.
    pub(super) fn credentials(&self) -> impl Iterator<Item = (&Made, &Credential, &str)> {
        self.made.iter().filter_map(|made| {
            let credential = made.outcome.as_ref().ok()?;
            Some((made, credential, self.lines.get(credential.text.clone())?))
        })
    }
}

/// What came of a row.
pub(super) struct Made {
    /// Its line in the file.
    pub(super) line: u64,
    pub(super) outcome: Result<Credential, Fault>,
}

/// The status lists of a batch, ready to give indexes.
pub(super) struct Spans(Vec<OpenSpan>);

struct OpenSpan {
    span: Span,
    allocator: Allocator,
    /// Purpose and URL of each list credential.
    urls: Vec<(String, String)>,
    /// The URL of the status list token.
    token: String,
}

impl Spans {
    pub(super) fn new(spans: Vec<Span>) -> Result<Self, StoreError> {
        let open = |span: Span| {
            let urls = |list: &ListRecord| list.purposes.iter().map(|p| (p.clone(), list.url(p))).collect();
            let allocator = span.list.allocator()?;
            let allocator = if span.count >= MANY { allocator.prepared() } else { allocator };
            Ok(OpenSpan { allocator, urls: urls(&span.list), token: span.list.token_url(), span })
        };
        spans.into_iter().map(open).collect::<Result<_, StoreError>>().map(Self)
    }

    fn find(&self, row: u64) -> Result<Option<(&OpenSpan, usize)>, Fault> {
        let covers = |open: &&OpenSpan| (open.span.first..open.span.first + open.span.count).contains(&row);
        let Some(open) = self.0.iter().find(covers) else {
            // A batch either has an index for every row or for none.
            return if self.0.is_empty() { Ok(None) } else { Err(Code::IssueStatusFull.into()) };
        };
        let past = usize::try_from(row - open.span.first).map_err(|_| Fault::new(Code::Internal))?;
        Ok(Some((open, open.allocator.index_at(open.span.counter + past)?)))
    }
}

/// Makes credentials from rows; shared by all cores.
pub(super) struct Maker<'m> {
    pub(super) series: Series<'m>,
    pub(super) signer: &'m (dyn Signer + Sync),
    pub(super) batch: &'m Batch,
    pub(super) spans: Spans,
    pub(super) columns: &'m [Column],
    /// What stands before and behind a text in a line: what is no JSON by itself stands in quotes, and needs no escapes.
    pub(super) quote: &'static str,
}

impl Maker<'_> {
    /// Makes the credential of a row, at the end of a piece. A fault of the row is an outcome; a fault of ours or of the
    /// signer ends the batch.
    pub(super) fn make(
        &self,
        row: u64,
        record: &ByteRecord,
        bench: &mut Bench,
        piece: &mut Piece,
    ) -> Result<(), Failure> {
        let line = record.position().map(csv::Position::line).unwrap_or_default();
        match self.credential(row, record, bench, &mut piece.lines) {
            Err(fault) if !is_the_rows(fault.code()) => Err(fault.into()),
            outcome => {
                piece.made.push(Made { line, outcome });
                Ok(())
            }
        }
    }

    fn credential(
        &self,
        row: u64,
        record: &ByteRecord,
        bench: &mut Bench,
        lines: &mut String,
    ) -> Result<Credential, Fault> {
        let (claims, subject) = self.read(record)?;
        let id = from_seed(&self.batch.seed, row);
        let status = self.spans.find(row)?;
        let by_token = self.series.securing == Securing::SdJwt(Profile::SdJwtVc);
        let slots: Vec<StatusSlot<'_>> = status
            .iter()
            .filter(|_| !by_token)
            .flat_map(|(open, index)| {
                open.urls.iter().map(|(purpose, list)| StatusSlot { purpose, list, index: *index })
            })
            .collect();
        let token = status.filter(|_| by_token).map(|(open, index)| TokenSlot { list: &open.token, index });
        let row = Row { claims: &claims, id: &id, subject, status: &slots, token };
        let before = lines.len();
        lines.push_str(self.quote);
        let start = lines.len();
        let issued = self.series.issue(&row, self.signer, bench, lines).inspect_err(|_| lines.truncate(before))?;
        let text = start..lines.len();
        let digest = Sha256::digest(lines.get(text.clone()).unwrap_or_default()).into();
        lines.push_str(self.quote);
        lines.push('\n');
        Ok(Credential {
            subject: subject.map(str::to_owned),
            status: status.map(|(open, index)| (open.span.list.id, index)),
            valid_until: issued.valid_until,
            reissue_by: issued.reissue_by,
            digest,
            shape: issued.shape,
            text,
            id,
        })
    }

    /// The claims, in the order of the type, and the subject.
    fn read<'r>(&self, record: &'r ByteRecord) -> Result<(Vec<Option<Value<'r>>>, Option<&'r str>), Fault> {
        if record.len() != self.columns.len() {
            let about = format!("{} cells, {} columns", record.len(), self.columns.len());
            return Err(Fault::new(Code::IssueClaim).at("").about(about));
        }
        let definitions = &self.series.credential_type.claims;
        let mut claims = vec![None; definitions.len()];
        let mut subject = None;
        for (cell, column) in record.iter().zip(self.columns) {
            let text = std::str::from_utf8(cell).map_err(|_| Fault::new(Code::InputInvalidUtf8))?;
            match column {
                Column::Subject if text.trim().is_empty() => {}
                Column::Subject => {
                    tamarack::did::check_did(text.trim())?;
                    subject = Some(text.trim());
                }
                Column::Claim(at) => {
                    if let (Some(claim), Some(place)) = (definitions.get(*at), claims.get_mut(*at)) {
                        *place = read_text(claim, text)?;
                    }
                }
            }
        }
        Ok((claims, subject))
    }
}

/// Whether a fault says that the row is bad, and not that the type, the key or the program is. One
/// person's row must not keep the others waiting.
const fn is_the_rows(code: Code) -> bool {
    matches!(
        code,
        Code::IssueClaim
            | Code::SchemaMismatch
            | Code::InputInvalidUtf8
            | Code::InputTooLarge
            | Code::DidSyntax
            // A value that no quad holds, or that the suite cannot sign.
            | Code::JsonldDroppedValue
            | Code::JsonldRelativeIri
            | Code::JsonldNotATerm
            | Code::ProofDisclosure
    )
}
