//! The suites of official vectors, one module each.

pub mod bbs_2020;
pub mod bbs_2020_primitive;
pub mod bbs_blind;
mod bbs_fixtures;
pub mod bbs_irtf;
mod cbor;
mod data_integrity;
mod did;
pub mod did_core;
pub mod did_jwk;
pub mod did_key;
pub mod did_peer;
pub mod did_web;
pub mod jcs;
pub mod jose;
pub mod json_ld;
pub mod json_ld_frame;
pub mod oid4vci;
pub mod oid4vp;
pub mod own;
pub mod presentation_exchange;
pub mod rdf_canon;
pub mod sd_jwt;
mod selective;
pub mod status_list;
pub mod token_status;
pub mod vc_di_bbs;
pub mod vc_di_ecdsa;
pub mod vc_di_eddsa;
pub mod vcdm;
mod yaml;

use crate::Suite;

/// The name of the suite that needs no folder of official vectors.
pub const OWN: &str = "own";

/// Every suite, in the order in which it is reported. One line per suite.
pub const ALL: &[Suite] = &[
    Suite { name: "bbs-2020-primitive", run: bbs_2020_primitive::run },
    Suite { name: "bbs-blind", run: bbs_blind::run },
    Suite { name: "bbs-features", run: bbs_blind::run_features },
    Suite { name: "bbs-irtf", run: bbs_irtf::run },
    Suite { name: "bbs-2020-documents", run: bbs_2020::run },
    Suite { name: "did-core", run: did_core::run },
    Suite { name: "did-jwk", run: did_jwk::run },
    Suite { name: "did-key", run: did_key::run },
    Suite { name: "did-peer", run: did_peer::run },
    Suite { name: "did-web", run: did_web::run },
    Suite { name: "jcs", run: jcs::run },
    Suite { name: "json-ld-1.1-to-rdf", run: json_ld::run },
    Suite { name: "json-ld-1.1-compact", run: json_ld_frame::run_compact },
    Suite { name: "json-ld-1.1-frame", run: json_ld_frame::run },
    Suite { name: "oid4vci", run: oid4vci::run },
    Suite { name: "oid4vp", run: oid4vp::run },
    Suite { name: "haip-presentation", run: presentation_exchange::run_haip },
    Suite { name: "presentation-exchange", run: presentation_exchange::run },
    Suite { name: OWN, run: own::run },
    Suite { name: "rdf-canon-1.0", run: rdf_canon::run },
    Suite { name: "sd-jwt", run: sd_jwt::run },
    Suite { name: "status-list", run: status_list::run },
    Suite { name: "token-status-list", run: token_status::run },
    Suite { name: "vc-di-eddsa", run: vc_di_eddsa::run },
    Suite { name: "vc-di-ecdsa", run: vc_di_ecdsa::run },
    Suite { name: "vc-di-bbs", run: vc_di_bbs::run },
    Suite { name: "jose", run: jose::run },
    Suite { name: "vcdm-1.1", run: vcdm::run_1_1 },
    Suite { name: "vcdm-2.0", run: vcdm::run_2 },
];
