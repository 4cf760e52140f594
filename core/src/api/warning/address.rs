//! Addresses that are written in an unusual way. Source: `GetWarningsForIP` and
//! `GetWarningsForCIDR` in `k8s.io/apimachinery/pkg/util/validation` (1.37).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Warnings;
use crate::api::field::Field;
use crate::api::ip;
use crate::server::quoted;

/// An address that the server can read.
pub(super) fn address(written: &str, at: &Field<'_>, warnings: &mut Warnings) {
    let Some(read) = ip::parse(written) else { return };
    let preferred = read.to_canonical().to_string();
    if is_unusual(written, read) {
        let words = format!("non-standard IP address {} is invalid: use {}", quoted(written), quoted(&preferred));
        unusual(at, words, written, &preferred, warnings);
    } else if read.is_ipv6() && preferred != written {
        let words =
            format!("IPv6 address {} should be in RFC 5952 canonical format ({})", quoted(written), quoted(&preferred));
        unusual(at, words, written, &preferred, warnings);
    }
}

/// A range of addresses that the server can read.
pub(super) fn range(written: &str, at: &Field<'_>, warnings: &mut Warnings) {
    let Some((address, bits)) = written.split_once('/') else { return };
    let (Some(read), Ok(bits)) = (ip::parse(address), bits.parse::<u32>()) else { return };
    let (is_mapped, read) = (read.to_canonical() != read, read.to_canonical());
    let (bits, size) =
        if is_mapped { (bits.saturating_sub(96), 32) } else { (bits, if read.is_ipv6() { 128 } else { 32 }) };
    let network = format!("{}/{bits}", first_of(read, bits));
    let is_ambiguous = first_of(read, bits) != read;
    if is_ambiguous {
        let words = format!(
            "CIDR value {} is ambiguous in this context (should be {} or {}?)",
            quoted(written),
            quoted(&network),
            quoted(&format!("{read}/{size}"))
        );
        let message = format!("`{written}` means all of `{network}`: the bits after the {bits} first do not count");
        warnings.of(at, words, message, format!("use `{network}`, or `{read}/{size}` for the one address"));
    }
    if is_mapped || is_unusual(address, read) {
        let words = format!("non-standard CIDR value {} is invalid: use {}", quoted(written), quoted(&network));
        unusual(at, words, written, &network, warnings);
    } else if !is_ambiguous && read.is_ipv6() && network != written {
        let words = format!(
            "IPv6 CIDR value {} should be in RFC 5952 canonical format ({})",
            quoted(written),
            quoted(&network)
        );
        unusual(at, words, written, &network, warnings);
    }
}

/// It has zeros that other programs read otherwise, or hides an old address in a new one.
fn is_unusual(written: &str, read: IpAddr) -> bool {
    written.parse::<IpAddr>().is_err() || read.to_canonical() != read
}

fn unusual(at: &Field<'_>, words: String, written: &str, preferred: &str, warnings: &mut Warnings) {
    let message = format!("`{written}` is an unusual way to write `{preferred}`");
    warnings.of(at, words, message, format!("use `{preferred}`"));
}

/// The first address of a range.
fn first_of(address: IpAddr, bits: u32) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32_u32.saturating_sub(bits)).unwrap_or_default();
            Ipv4Addr::from_bits(address.to_bits() & mask).into()
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128_u32.saturating_sub(bits)).unwrap_or_default();
            Ipv6Addr::from_bits(address.to_bits() & mask).into()
        }
    }
}
