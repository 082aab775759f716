//! Proof values of selective disclosure, taken apart and put together wrongly.

use minicbor::data::{Tag, Type};
use minicbor::{Decoder, Encoder};
use tamarack::encoding::{multibase64url_decode, multibase64url_encode};

/// A piece of CBOR.
#[derive(Clone, PartialEq)]
pub(super) enum Part {
    Bytes(Vec<u8>),
    Text(String),
    Number(u64),
    Array(Vec<Part>),
    Map(Vec<(Part, Part)>),
    Tagged(u64, Box<Part>),
}

impl Part {
    pub(super) fn bytes(&mut self) -> &mut Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes,
            _ => panic!("no bytes"),
        }
    }

    pub(super) fn items(&mut self) -> &mut Vec<Part> {
        match self {
            Self::Array(items) => items,
            _ => panic!("no array"),
        }
    }

    pub(super) fn entries(&mut self) -> &mut Vec<(Part, Part)> {
        match self {
            Self::Map(entries) => entries,
            _ => panic!("no map"),
        }
    }
}

/// The third byte of the header, and the components.
pub(super) fn open(value: &str) -> (u8, Vec<Part>) {
    let bytes = multibase64url_decode(value).unwrap();
    match read(&mut Decoder::new(&bytes[3..])) {
        Part::Array(parts) => (bytes[2], parts),
        _ => panic!("no array"),
    }
}

/// The proof value of these components.
pub(super) fn close(kind: u8, parts: &[Part]) -> String {
    let mut encoder = Encoder::new(vec![0xd9, 0x5d, kind]);
    write(&mut encoder, &Part::Array(parts.to_vec()));
    multibase64url_encode(&encoder.into_writer())
}

fn read(decoder: &mut Decoder<'_>) -> Part {
    match decoder.datatype().unwrap() {
        Type::Bytes => Part::Bytes(decoder.bytes().unwrap().to_vec()),
        Type::String => Part::Text(decoder.str().unwrap().to_owned()),
        Type::Array => Part::Array((0..decoder.array().unwrap().unwrap()).map(|_| read(decoder)).collect()),
        Type::Map => Part::Map((0..decoder.map().unwrap().unwrap()).map(|_| (read(decoder), read(decoder))).collect()),
        _ => Part::Number(decoder.u64().unwrap()),
    }
}

fn write(encoder: &mut Encoder<Vec<u8>>, part: &Part) {
    match part {
        Part::Bytes(bytes) => drop(encoder.bytes(bytes).unwrap()),
        Part::Text(text) => drop(encoder.str(text).unwrap()),
        Part::Number(number) => drop(encoder.u64(*number).unwrap()),
        Part::Array(items) => {
            encoder.array(items.len() as u64).unwrap();
            items.iter().for_each(|item| write(encoder, item));
        }
        Part::Map(entries) => {
            encoder.map(entries.len() as u64).unwrap();
            for (key, value) in entries {
                write(encoder, key);
                write(encoder, value);
            }
        }
        Part::Tagged(tag, inner) => {
            encoder.tag(Tag::new(*tag)).unwrap();
            write(encoder, inner);
        }
    }
}
