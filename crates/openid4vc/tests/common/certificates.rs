//! Certificates for the tests: an authority, and what it signed for a verifier.

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, KeyUsage, SubjectAlternativeName, SubjectKeyIdentifier,
};
use openssl::x509::{X509, X509NameBuilder};
use tamarack::Timestamp;
use tamarack::encoding::base64_encode;
use tamarack::json::{Object, Value};
use tamarack::keys::SecretKey;

pub(crate) struct Authority {
    pub(crate) certificate: X509,
    key: PKey<Private>,
}

fn new_key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

fn certificate(name: &str, key: &PKey<Private>, by: Option<&Authority>, dns: Option<&str>, days: (i64, i64)) -> X509 {
    let mut subject = X509NameBuilder::new().unwrap();
    subject.append_entry_by_text("CN", name).unwrap();
    let subject = subject.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    let serial = BigNum::from_u32(rand_serial(name)).unwrap().to_asn1_integer().unwrap();
    builder.set_serial_number(&serial).unwrap();
    builder.set_subject_name(&subject).unwrap();
    builder.set_issuer_name(by.map_or(subject.as_ref(), |by| by.certificate.subject_name())).unwrap();
    builder.set_pubkey(key).unwrap();
    let at = |days: i64| {
        let now: Timestamp = super::now();
        Asn1Time::from_unix(now.plus_seconds(days * 86_400).unix()).unwrap()
    };
    builder.set_not_before(&at(days.0)).unwrap();
    builder.set_not_after(&at(days.1)).unwrap();
    let issuer = by.map(|by| by.certificate.clone());
    let issuer_ref = issuer.as_deref();
    if by.is_none() {
        builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
        builder.append_extension(KeyUsage::new().critical().key_cert_sign().crl_sign().build().unwrap()).unwrap();
    } else {
        builder.append_extension(BasicConstraints::new().critical().build().unwrap()).unwrap();
        builder.append_extension(KeyUsage::new().critical().digital_signature().build().unwrap()).unwrap();
    }
    let context = builder.x509v3_context(issuer_ref, None);
    let identifier = SubjectKeyIdentifier::new().build(&context).unwrap();
    let alternative = dns.map(|dns| SubjectAlternativeName::new().dns(dns).build(&context).unwrap());
    builder.append_extension(identifier).unwrap();
    if let Some(alternative) = alternative {
        builder.append_extension(alternative).unwrap();
    }
    if issuer_ref.is_some() {
        let context = builder.x509v3_context(issuer_ref, None);
        let authority = AuthorityKeyIdentifier::new().keyid(true).build(&context).unwrap();
        builder.append_extension(authority).unwrap();
    }
    builder.sign(by.map_or(key, |by| &by.key), MessageDigest::sha256()).unwrap();
    builder.build()
}

fn rand_serial(name: &str) -> u32 {
    name.bytes().fold(17_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) | 1
}

pub(crate) fn authority(name: &str) -> Authority {
    let key = new_key();
    Authority { certificate: certificate(name, &key, None, None, (-1_000, 1_000)), key }
}

impl Authority {
    /// Its own key.
    #[allow(dead_code, reason = "not every test signs with it")]
    pub(crate) fn secret(&self) -> SecretKey {
        let pem = String::from_utf8(self.key.private_key_to_pem_pkcs8().unwrap()).unwrap();
        SecretKey::from_pem(&pem).unwrap()
    }

    pub(crate) fn der(&self) -> Vec<u8> {
        self.certificate.to_der().unwrap()
    }

    /// A key and its `x5c` header; `days` say when the certificate begins and ends.
    pub(crate) fn issue(&self, dns: &str, days: (i64, i64)) -> (SecretKey, Object<'static>) {
        let key = new_key();
        let leaf = certificate(dns, &key, Some(self), Some(dns), days);
        let pem = String::from_utf8(key.private_key_to_pem_pkcs8().unwrap()).unwrap();
        let der = base64_encode(&leaf.to_der().unwrap());
        let header = [("x5c", Value::Array(vec![Value::from(der)]))].into_iter().collect();
        (SecretKey::from_pem(&pem).unwrap(), header)
    }
}
