//! Decides what has to change in the Secret. No IO, no clock: what is found and the time come from outside.
//!
//! An API server believes a new authority only after the webhook configuration has reached it, and each
//! replica takes up a new certificate in its own time. So they change one after the other, [`OVERLAP`] apart:
//! the new authority joins `ca.crt`; the next certificate is signed by it; the old authority leaves.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{KeyPair, PublicKeyData};
use rustls::RootCertStore;
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::authority::{self, BACKDATE, Issued};
use super::pair::{Pair, Validity, certificates};
use super::provider;

/// How long an authority is known everywhere before it signs, and after its last certificate was replaced.
pub const OVERLAP: Duration = Duration::from_secs(60 * 60);

/// What the Secret holds, all PEM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Store {
    /// `ca.crt`: the authority that signs, then those that did. The `caBundle` is the same.
    pub authorities: String,
    /// `ca.key`: the key of the first one.
    pub authority_key: String,
    /// `tls.crt`.
    pub certificate: String,
    /// `tls.key`.
    pub key: String,
}

/// A new content of the Secret.
#[derive(Clone, Debug)]
pub struct Change {
    /// All of it.
    pub store: Store,
    /// What was done, for the log.
    pub why: &'static str,
}

/// What to change now; nothing if all is well.
///
/// # Errors
///
/// When no certificate can be made.
pub fn plan(found: &Store, names: &[String], now: SystemTime) -> Result<Option<Change>, rcgen::Error> {
    let authorities = Authority::all(&found.authorities, now);
    let kept = joined("", &authorities);
    let signer = authorities.first().filter(|first| first.fits(&found.authority_key));
    let leaf = Leaf::read(found).filter(|leaf| leaf.is_good(&authorities, names, now));

    let (signer, leaf) = match (signer, leaf) {
        (Some(signer), Some(leaf)) if !signer.validity.is_late(now) => (signer, leaf),
        (Some(signer), None) => {
            return signed(&signer.signing(found), kept, names, now, "certificate made").map(Some);
        }
        (None, None) => {
            let new = authority::authority(now)?;
            let bundle = joined(&new.certificate, &authorities);
            return signed(&new, bundle, names, now, "authority and certificate made").map(Some);
        }
        (_, Some(_)) => {
            let new = authority::authority(now)?;
            let store =
                Store { authorities: joined(&new.certificate, &authorities), authority_key: new.key, ..found.clone() };
            let why = "authority renewed";
            return Ok(Some(Change { store, why }));
        }
    };
    let is_known = is_settled(signer.validity, now);
    let is_of_signer = leaf.is_trusted_by(std::slice::from_ref(signer), now);
    if is_known && (leaf.pair.validity.is_late(now) || !is_of_signer) {
        return signed(&signer.signing(found), kept, names, now, "certificate renewed").map(Some);
    }
    let is_last = is_of_signer && is_settled(leaf.pair.validity, now);
    let wanted = if is_last { signer.text.clone() } else { kept };
    if wanted == found.authorities {
        return Ok(None);
    }
    let store = Store { authorities: wanted, ..found.clone() };
    let why = "authorities of the past removed";
    Ok(Some(Change { store, why }))
}

fn signed(
    signing: &Issued,
    authorities: String,
    names: &[String],
    now: SystemTime,
    why: &'static str,
) -> Result<Change, rcgen::Error> {
    let leaf = authority::leaf(signing, names, now)?;
    let store = Store { authorities, authority_key: signing.key.clone(), certificate: leaf.certificate, key: leaf.key };
    Ok(Change { store, why })
}

fn joined(first: &str, others: &[Authority]) -> String {
    let mut text = first.to_owned();
    for other in others {
        text.push_str(&other.text);
    }
    text
}

/// Whether what was made at the beginning of `validity` has been known everywhere for long enough.
fn is_settled(validity: Validity, now: SystemTime) -> bool {
    now >= validity.not_before + BACKDATE + OVERLAP
}

/// One certificate of `ca.crt` that has not expired.
struct Authority {
    text: String,
    der: CertificateDer<'static>,
    validity: Validity,
}

impl Authority {
    /// All that can be read.
    fn all(bundle: &str, now: SystemTime) -> Vec<Self> {
        const END: &str = "-----END CERTIFICATE-----";
        bundle
            .split_inclusive(END)
            .filter_map(|text| {
                let der = certificates(text.as_bytes()).ok()?.pop()?;
                let validity = Validity::of(&der).ok()?;
                (validity.not_after > now).then(|| Self { text: format!("{}\n", text.trim()), der, validity })
            })
            .collect()
    }

    /// With its key, to sign.
    fn signing(&self, store: &Store) -> Issued {
        Issued { certificate: self.text.clone(), key: store.authority_key.clone() }
    }

    fn fits(&self, key: &str) -> bool {
        let (Ok(key), Ok((_, certificate))) = (KeyPair::from_pem(key), X509Certificate::from_der(&self.der)) else {
            return false;
        };
        certificate.public_key().subject_public_key.data.as_ref() == key.der_bytes()
    }
}

/// The certificate that is served.
struct Leaf {
    pair: Pair,
}

impl Leaf {
    fn read(store: &Store) -> Option<Self> {
        let pair = Pair::read(store.certificate.as_bytes(), store.key.as_bytes()).ok()?;
        Some(Self { pair })
    }

    fn is_good(&self, authorities: &[Authority], names: &[String], now: SystemTime) -> bool {
        let Ok(certificate) = ParsedCertificate::try_from(self.pair.end_entity()) else {
            return false;
        };
        let is_for = |name: &String| {
            ServerName::try_from(name.as_str()).is_ok_and(|name| verify_server_name(&certificate, &name).is_ok())
        };
        names.iter().all(is_for) && self.is_trusted_by(authorities, now)
    }

    fn is_trusted_by(&self, authorities: &[Authority], now: SystemTime) -> bool {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(authorities.iter().map(|authority| authority.der.clone()));
        let Ok(certificate) = ParsedCertificate::try_from(self.pair.end_entity()) else {
            return false;
        };
        let now = UnixTime::since_unix_epoch(now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default());
        let provider = Arc::clone(&provider());
        let algorithms = provider.signature_verification_algorithms.all;
        verify_server_cert_signed_by_trust_anchor(&certificate, &roots, &[], now, algorithms).is_ok()
    }
}
