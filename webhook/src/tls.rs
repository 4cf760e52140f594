//! The certificate: from files, or made and kept by the webhook itself; taken up without a restart.
