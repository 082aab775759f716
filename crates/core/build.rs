//! Compresses the two large context documents for `jsonld/builtin.rs`.

use std::error::Error;
use std::io::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use flate2::Compression;
use flate2::write::ZlibEncoder;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    let documents =
        [("schema-org.zlib", ssi_contexts::SCHEMA_ORG), ("traceability-v1.zlib", ssi_contexts::TRACEABILITY_V1)];
    for (name, text) in documents {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text.as_bytes())?;
        fs::write(folder.join(name), encoder.finish()?)?;
    }
    Ok(())
}
