//! The messages of the admission API, `admission.k8s.io/v1`, as far as podlint reads them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

const API_VERSION: &str = "admission.k8s.io/v1";
const KIND: &str = "AdmissionReview";

/// Why a body is no review. Each is answered 400.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// It is not JSON, or not of this shape.
    #[error("the body is no AdmissionReview: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// Another kind or version.
    #[error("the body is {kind:?} of {api_version:?}; wanted is AdmissionReview of {API_VERSION:?}")]
    Version {
        /// As it was sent.
        api_version: String,
        /// As it was sent.
        kind: String,
    },
    /// It asks nothing.
    #[error("the AdmissionReview has no request")]
    NoRequest,
}

impl ReviewError {
    /// One word, for a metric.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "unreadable",
            Self::Version { .. } => "version",
            Self::NoRequest => "no_request",
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    #[serde(default)]
    api_version: String,
    #[serde(default)]
    kind: String,
    #[serde(borrow)]
    request: Option<Request<'a>>,
}

/// What the API server asks.
#[derive(Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
pub struct Request<'a> {
    /// To be said again in the answer.
    pub uid: String,
    /// What the rule matched.
    #[serde(borrow)]
    pub resource: Resource<'a>,
    /// Below the resource; empty for the object itself.
    #[serde(borrow, default)]
    pub sub_resource: Cow<'a, str>,
    /// The kind of `object`.
    #[serde(borrow)]
    pub kind: GroupVersionKind<'a>,
    /// Empty for objects outside of namespaces.
    #[serde(borrow, default)]
    pub namespace: Cow<'a, str>,
    /// May be empty.
    #[serde(borrow, default)]
    pub name: Cow<'a, str>,
    /// `CREATE`, `UPDATE`, `DELETE`, `CONNECT`.
    #[serde(borrow)]
    pub operation: Cow<'a, str>,
    /// None on DELETE.
    #[serde(borrow, default)]
    pub object: Option<&'a RawValue>,
    /// What is there; none on CREATE.
    #[serde(borrow, default)]
    pub old_object: Option<&'a RawValue>,
}

/// A resource of the API.
#[derive(Deserialize, Debug)]
pub struct Resource<'a> {
    /// Empty for the core group.
    #[serde(borrow, default)]
    pub group: Cow<'a, str>,
    /// E.g. `v1`.
    #[serde(borrow)]
    pub version: Cow<'a, str>,
    /// E.g. `pods`.
    #[serde(borrow)]
    pub resource: Cow<'a, str>,
}

/// A kind of the API.
#[derive(Deserialize, Debug)]
pub struct GroupVersionKind<'a> {
    /// E.g. `Pod`.
    #[serde(borrow)]
    pub kind: Cow<'a, str>,
}

/// Reads a body.
///
/// # Errors
///
/// [`ReviewError`], where it is no review of the one version that podlint speaks.
pub fn read(body: &[u8]) -> Result<Request<'_>, ReviewError> {
    let envelope: Envelope<'_> = serde_json::from_slice(body)?;
    if envelope.api_version != API_VERSION || envelope.kind != KIND {
        return Err(ReviewError::Version { api_version: envelope.api_version, kind: envelope.kind });
    }
    envelope.request.ok_or(ReviewError::NoRequest)
}

/// What the API server is told.
#[derive(Serialize, Clone, PartialEq, Eq, Debug, Default)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    /// That of the request.
    pub uid: String,
    /// Whether the request may go on.
    pub allowed: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// What the user is told all the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What stands in the audit log, each under the webhook's name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub audit_annotations: BTreeMap<&'static str, String>,
}

/// Why a request is denied.
#[derive(Serialize, Clone, PartialEq, Eq, Debug)]
pub struct Status {
    /// As HTTP has them.
    pub code: u16,
    /// As the API has them, e.g. `Forbidden`.
    pub reason: &'static str,
    /// What the user reads.
    pub message: String,
}

/// The body of an answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer<'r> {
    api_version: &'static str,
    kind: &'static str,
    response: &'r Response,
}

impl<'r> Answer<'r> {
    /// Around a response.
    pub const fn new(response: &'r Response) -> Self {
        Self { api_version: API_VERSION, kind: KIND, response }
    }
}
