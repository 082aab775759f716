//! The CBOR of proof values: a header of three bytes, then one array (VC-DI-ECDSA §3.5.2, VC-DI-BBS §3.3.1).

use minicbor::data::{IanaTag, Type};
use minicbor::{Decoder, Encoder};

use crate::encoding::{multibase64url_decode, multibase64url_encode};
use crate::{Code, Fault};

/// The first two bytes of every header; the third tells the suite and the kind of proof.
const HEADER: [u8; 2] = [0xd9, 0x5d];

/// What a proof value says. Not unique: a value may be written in several ways that say the same.
pub(super) struct Reader<'b>(Decoder<'b>);

/// The bytes of a proof value.
pub(super) fn decode(value: &str) -> Result<Vec<u8>, Fault> {
    multibase64url_decode(value).map_err(|_| wrong("multibase"))
}

/// The third byte of the header, and the reader of what follows.
pub(super) fn open(bytes: &[u8]) -> Result<(u8, Reader<'_>), Fault> {
    match bytes.split_first_chunk::<3>() {
        Some(([a, b, kind], rest)) if [*a, *b] == HEADER => Ok((*kind, Reader(Decoder::new(rest)))),
        _ => Err(wrong("header")),
    }
}

/// The fault of a proof value, with the name of the part that is not as it must be.
pub(super) fn wrong(part: &str) -> Fault {
    Fault::new(Code::ProofValueEncoding).about(part)
}

impl<'b> Reader<'b> {
    /// An array of exactly so many elements.
    pub(super) fn components(&mut self, count: u64) -> Result<(), Fault> {
        match self.0.array() {
            Ok(Some(found)) if found == count => Ok(()),
            _ => Err(wrong("components")),
        }
    }

    /// Bytes of any length. A tag 64, which JavaScript's `Uint8Array` gets from some encoders, is let through.
    pub(super) fn bytes(&mut self, part: &str) -> Result<&'b [u8], Fault> {
        let tagged = matches!(self.0.datatype(), Ok(Type::Tag));
        if tagged && self.0.tag().ok() != Some(IanaTag::TypedArrayU8.tag()) {
            return Err(wrong(part));
        }
        self.0.bytes().map_err(|_| wrong(part))
    }

    /// A number of 32 bytes. A tag 2, by which the vectors of VC-DI-BBS say that it is one, is let through.
    pub(super) fn number_of_32_bytes(&mut self, part: &str) -> Result<[u8; 32], Fault> {
        if matches!(self.0.datatype(), Ok(Type::Tag)) && self.0.tag().ok() != Some(IanaTag::PosBignum.tag()) {
            return Err(wrong(part));
        }
        self.0.bytes().ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| wrong(part))
    }

    /// Bytes of one length.
    pub(super) fn exactly<const N: usize>(&mut self, part: &str) -> Result<[u8; N], Fault> {
        self.bytes(part)?.try_into().map_err(|_| wrong(part))
    }

    pub(super) fn text(&mut self, part: &str) -> Result<&'b str, Fault> {
        self.0.str().map_err(|_| wrong(part))
    }

    pub(super) fn number(&mut self, part: &str) -> Result<u32, Fault> {
        self.0.u32().map_err(|_| wrong(part))
    }

    /// An array of whatever `item` reads. Nothing is reserved for more elements than the input can hold.
    pub(super) fn array<T>(
        &mut self,
        part: &str,
        mut item: impl FnMut(&mut Self) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let Ok(Some(count)) = self.0.array() else { return Err(wrong(part)) };
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// A map from numbers to whatever `value` reads.
    pub(super) fn map<T>(
        &mut self,
        part: &str,
        mut value: impl FnMut(&mut Self) -> Result<T, Fault>,
    ) -> Result<Vec<(u32, T)>, Fault> {
        let Ok(Some(count)) = self.0.map() else { return Err(wrong(part)) };
        let mut entries = Vec::new();
        for _ in 0..count {
            entries.push((self.number(part)?, value(self)?));
        }
        Ok(entries)
    }

    /// Nothing may follow.
    pub(super) fn end(self) -> Result<(), Fault> {
        if self.0.position() == self.0.input().len() { Ok(()) } else { Err(wrong("trailing bytes")) }
    }
}

/// A proof value under construction.
pub(super) struct Writer(Encoder<Vec<u8>>);

impl Writer {
    /// Begins with the header of this kind, and an array of so many components.
    pub(super) fn new(kind: u8, components: u64) -> Result<Self, Fault> {
        let [a, b] = HEADER;
        let mut writer = Self(Encoder::new(vec![a, b, kind]));
        writer.0.array(components).map_err(internal)?;
        Ok(writer)
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.0.bytes(bytes).map(drop).map_err(internal)
    }

    pub(super) fn text(&mut self, text: &str) -> Result<(), Fault> {
        self.0.str(text).map(drop).map_err(internal)
    }

    pub(super) fn number(&mut self, number: u32) -> Result<(), Fault> {
        self.0.u32(number).map(drop).map_err(internal)
    }

    pub(super) fn array<T>(
        &mut self,
        items: &[T],
        mut item: impl FnMut(&mut Self, &T) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.0.array(items.len() as u64).map_err(internal)?;
        items.iter().try_for_each(|one| item(self, one))
    }

    /// A map whose keys are 0, 1, 2, …
    pub(super) fn numbered<T>(
        &mut self,
        items: &[T],
        mut item: impl FnMut(&mut Self, &T) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.0.map(items.len() as u64).map_err(internal)?;
        for (number, one) in (0..).zip(items) {
            self.number(number)?;
            item(self, one)?;
        }
        Ok(())
    }

    /// The proof value: multibase base64url.
    pub(super) fn finish(self) -> String {
        multibase64url_encode(&self.0.into_writer())
    }
}

/// Writing to memory does not fail.
fn internal<E>(_: E) -> Fault {
    Code::Internal.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_the_tag_of_typed_arrays() {
        let mut writer = Writer::new(7, 4).unwrap();
        writer.bytes(&[1, 2]).unwrap();
        writer.array(&[5_u32, 70_000], |writer, number| writer.number(*number)).unwrap();
        writer.numbered(&["a", "b"], |writer, text| writer.text(text)).unwrap();
        writer.bytes(&[]).unwrap();
        let bytes = decode(&writer.finish()).unwrap();
        let (kind, mut reader) = open(&bytes).unwrap();
        assert_eq!(kind, 7);
        reader.components(4).unwrap();
        assert_eq!(reader.exactly::<2>("").unwrap(), [1, 2]);
        assert_eq!(reader.array("", |reader| reader.number("")).unwrap(), [5, 70_000]);
        assert_eq!(reader.map("", |reader| reader.text("")).unwrap(), [(0, "a"), (1, "b")]);
        assert!(reader.bytes("").unwrap().is_empty());
        reader.end().unwrap();

        let tagged = [0xd9, 0x5d, 0, 0x81, 0xd8, 64, 0x41, 9];
        let (_, mut reader) = open(&tagged).unwrap();
        reader.components(1).unwrap();
        assert_eq!(reader.bytes("").unwrap(), [9]);
        reader.end().unwrap();
    }

    #[test]
    fn refuses_the_rest() {
        assert!(open(&[0xd9, 0x5d]).is_err());
        assert!(open(&[0xd9, 0x5e, 0, 0]).is_err());
        let components = |bytes: &[u8], count| open(&[&[0xd9, 0x5d, 0], bytes].concat()).unwrap().1.components(count);
        assert!(components(&[0x82], 3).is_err());
        assert!(components(&[0x9f], 0).is_err(), "no indefinite length");
        let bytes = |input: &[u8]| {
            let all = [&[0xd9, 0x5d, 0], input].concat();
            open(&all).unwrap().1.bytes("").map(<[u8]>::to_vec)
        };
        assert!(bytes(&[0xd8, 65, 0x41, 9]).is_err(), "another tag");
        assert!(bytes(&[0xd8, 64, 0xd8, 64, 0x41, 9]).is_err(), "two tags");
        assert!(bytes(&[0x61, b'a']).is_err(), "text");
        assert!(bytes(&[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).is_err(), "longer than the input");
        let array = [0xd9, 0x5d, 0, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
        assert!(open(&array).unwrap().1.array("", |reader| reader.number("")).is_err());
        let (_, mut reader) = open(&[0xd9, 0x5d, 0, 0x80, 0]).unwrap();
        reader.components(0).unwrap();
        assert_eq!(reader.end().unwrap_err().name(), Some("trailing bytes"));
    }
}
