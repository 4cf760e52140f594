//! A certificate chain and its key, read and held against each other.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::provider;

/// Something that can be served.
#[derive(Debug)]
pub struct Pair {
    pub(super) key: Arc<CertifiedKey>,
    /// When the end-entity certificate begins and ends.
    pub validity: Validity,
}

/// A certificate's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The first second.
    pub not_before: SystemTime,
    /// The last second.
    pub not_after: SystemTime,
}

/// Why a pair cannot be served.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum PairError {
    /// `tls.crt`.
    #[error("tls.crt is not a PEM certificate: {0}")]
    Certificate(String),
    /// `tls.key`.
    #[error("tls.key is not a PEM private key: {0}")]
    Key(String),
    /// Both are well, but not of one another.
    #[error("tls.crt and tls.key do not belong together: {0}")]
    Mismatch(rustls::Error),
    /// It would be refused.
    #[error("the certificate expired {0:?} ago")]
    Expired(Duration),
}

impl Pair {
    /// Reads a chain, whose first certificate is the server's, and its key, both PEM.
    ///
    /// # Errors
    ///
    /// Says which of the two is wrong, or that they do not belong together. Time is left to [`Pair::expired`].
    pub fn read(certificate: &[u8], key: &[u8]) -> Result<Self, PairError> {
        let chain = certificates(certificate).map_err(PairError::Certificate)?;
        let end_entity = chain.first().ok_or_else(|| PairError::Certificate("it has none".to_owned()))?;
        let validity = Validity::of(end_entity).map_err(PairError::Certificate)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| PairError::Key(error.to_string()))?;
        let key = CertifiedKey::from_der(chain, key, &provider()).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => PairError::Mismatch(error),
            error => PairError::Key(error.to_string()),
        })?;
        Ok(Self { key: Arc::new(key), validity })
    }

    /// Whether its time is over at `now`.
    ///
    /// # Errors
    ///
    /// [`PairError::Expired`].
    pub fn expired(&self, now: SystemTime) -> Result<(), PairError> {
        match now.duration_since(self.validity.not_after) {
            Ok(since) if !since.is_zero() => Err(PairError::Expired(Duration::from_secs(since.as_secs()))),
            _ => Ok(()),
        }
    }

    /// The server's own certificate.
    pub fn end_entity(&self) -> &CertificateDer<'static> {
        &self.key.cert[0]
    }
}

impl Validity {
    /// Of a certificate, as DER.
    pub(super) fn of(certificate: &CertificateDer<'_>) -> Result<Self, String> {
        let (_, certificate) = X509Certificate::from_der(certificate).map_err(|error| error.to_string())?;
        let time = |seconds: i64| SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
        let validity = certificate.validity();
        Ok(Self { not_before: time(validity.not_before.timestamp()), not_after: time(validity.not_after.timestamp()) })
    }

    /// Whether less than a third of it is left at `now`: time for a new one.
    pub(super) fn is_late(&self, now: SystemTime) -> bool {
        let whole = self.not_after.duration_since(self.not_before).unwrap_or_default();
        self.not_after.duration_since(now).unwrap_or_default() < whole / 3
    }
}

/// All certificates of a PEM text.
pub(super) fn certificates(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    CertificateDer::pem_slice_iter(text).collect::<Result<_, pem::Error>>().map_err(|error| error.to_string())
}
