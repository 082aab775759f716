//! CBOR as JSON, to compare what two encodings say: bytes as hexadecimal, a map as an array of pairs.

use minicbor::Decoder;
use minicbor::data::Type;
use serde_json::{Value as Json, json};
use tamarack::encoding::{hex_encode, multibase64url_decode};

/// The proof value of a suite of selective disclosure: its header, and its components.
///
/// # Errors
/// What is not as it must be.
pub(super) fn proof_value(text: &str) -> Result<(u8, Vec<Json>), String> {
    let bytes = multibase64url_decode(text).map_err(|fault| fault.to_string())?;
    let [0xd9, 0x5d, kind, rest @ ..] = bytes.as_slice() else { return Err("no header".to_owned()) };
    let mut decoder = Decoder::new(rest);
    let components = item(&mut decoder)?;
    match components {
        Json::Array(components) if decoder.position() == rest.len() => Ok((*kind, components)),
        _ => Err("not one array".to_owned()),
    }
}

fn item(decoder: &mut Decoder<'_>) -> Result<Json, String> {
    let wrong = |error: minicbor::decode::Error| error.to_string();
    Ok(match decoder.datatype().map_err(wrong)? {
        Type::Tag => {
            decoder.tag().map_err(wrong)?;
            item(decoder)?
        }
        Type::Bytes => hex_encode(decoder.bytes().map_err(wrong)?).into(),
        Type::String => decoder.str().map_err(wrong)?.into(),
        Type::Array => {
            let count = decoder.array().map_err(wrong)?.ok_or("indefinite")?;
            Json::Array((0..count).map(|_| item(decoder)).collect::<Result<_, _>>()?)
        }
        Type::Map => {
            let count = decoder.map().map_err(wrong)?.ok_or("indefinite")?;
            let pairs = (0..count).map(|_| Ok(json!([item(decoder)?, item(decoder)?])));
            Json::Array(pairs.collect::<Result<_, String>>()?)
        }
        _ => decoder.u64().map_err(wrong)?.into(),
    })
}
