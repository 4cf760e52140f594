//! Makes certificates: an authority of our own, and the one that is served. No IO, no clock.

use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};

/// Certificates begin this long before they are made: clocks differ.
pub const BACKDATE: Duration = Duration::from_secs(60 * 60);
/// An authority's time.
pub const AUTHORITY_LIFE: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);
/// A server certificate's time.
pub const LEAF_LIFE: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// A certificate and its key, both PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The certificate.
    pub certificate: String,
    /// The private key, PKCS #8.
    pub key: String,
}

/// The names by which an API server and people reach a Service.
pub fn service_names(service: &str, namespace: &str) -> Vec<String> {
    vec![
        service.to_owned(),
        format!("{service}.{namespace}"),
        format!("{service}.{namespace}.svc"),
        format!("{service}.{namespace}.svc.cluster.local"),
    ]
}

/// A new authority (ECDSA P-256), which signs itself.
///
/// # Errors
///
/// When there is no randomness.
pub fn authority(now: SystemTime) -> Result<Issued, rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = params(Vec::new(), now, AUTHORITY_LIFE)?;
    // Two authorities are in use during a change; their names tell them apart.
    let seconds = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let name = format!("podlint-webhook authority {seconds}");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let certificate = params.self_signed(&key)?;
    Ok(Issued { certificate: certificate.pem(), key: key.serialize_pem() })
}

/// A new server certificate for `names` (ECDSA P-256), signed by `authority`.
///
/// # Errors
///
/// When `authority` does not parse, a name is none, or there is no randomness.
pub fn leaf(authority: &Issued, names: &[String], now: SystemTime) -> Result<Issued, rcgen::Error> {
    let issuer = Issuer::from_ca_cert_pem(&authority.certificate, KeyPair::from_pem(&authority.key)?)?;
    let key = KeyPair::generate()?;
    let mut params = params(names.to_vec(), now, LEAF_LIFE)?;
    // Common names end at 64 characters, and nobody reads them any more.
    params.distinguished_name.push(DnType::CommonName, "podlint-webhook");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let certificate = params.signed_by(&key, &issuer)?;
    Ok(Issued { certificate: certificate.pem(), key: key.serialize_pem() })
}

fn params(names: Vec<String>, now: SystemTime, life: Duration) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.not_before = (now - BACKDATE).into();
    params.not_after = (now + life).into();
    Ok(params)
}
