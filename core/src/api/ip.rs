//! Addresses and ranges of addresses. Source: `k8s.io/apimachinery/pkg/util/validation/ip.go`, with
//! the parsing of `k8s.io/utils/net` (1.37).

use std::net::{IpAddr, Ipv6Addr};

use super::cause::Causes;
use super::field::Field;

const MAPPED: &str = "must not be an IPv4-mapped IPv6 address";

/// Reads an address as Go did before it refused leading zeros.
pub(crate) fn parse(text: &str) -> Option<IpAddr> {
    without_zeros(text).parse().ok()
}

/// Without the zeros that lead a number.
fn without_zeros(text: &str) -> String {
    let mut rest = text.chars().peekable();
    let mut kept = String::with_capacity(text.len());
    let mut begins = true;
    while let Some(letter) = rest.next() {
        let is_digit = letter.is_ascii_hexdigit();
        if begins && letter == '0' && rest.peek().is_some_and(char::is_ascii_hexdigit) {
            continue;
        }
        begins = !is_digit;
        kept.push(letter);
    }
    kept
}

fn is_mapped(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(address) if address.to_ipv4_mapped().is_some())
}

/// The text must be an address. Whether it is one. Source: `IsValidIPForLegacyField`.
pub(crate) fn address(at: &Field<'_>, text: &str, causes: &mut Causes) -> bool {
    let Some(address) = parse(text) else {
        causes.invalid(at, text, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
        return false;
    };
    match text.parse::<IpAddr>() {
        Err(_) => causes.invalid(at, text, "must not have leading 0s"),
        Ok(_) if is_mapped(address) => causes.invalid(at, text, MAPPED),
        Ok(_) => return true,
    }
    false
}

/// The address must be one that another machine can reach. Source: `ValidateEndpointIP` in
/// `pkg/apis/core/validation`.
pub(crate) fn endpoint(at: &Field<'_>, text: &str, causes: &mut Causes) {
    let Some(address) = parse(text) else { return };
    let (local, multicast) = match address {
        IpAddr::V4(address) => (address.is_link_local(), address.octets().starts_with(&[224, 0, 0])),
        IpAddr::V6(address) => (address.is_unicast_link_local(), is_local_multicast(address)),
    };
    for (is_wrong, words) in [
        (address.is_unspecified(), format!("may not be unspecified ({text})").as_str()),
        (address.is_loopback(), "may not be in the loopback range (127.0.0.0/8, ::1/128)"),
        (local, "may not be in the link-local range (169.254.0.0/16, fe80::/10)"),
        (multicast, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"),
    ] {
        if is_wrong {
            causes.invalid(at, text, words);
        }
    }
}

const fn is_local_multicast(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.octets();
    first == 0xff && second & 0x0f == 0x02
}

/// A range of addresses.
pub(crate) struct Range {
    /// The number of the address: as IPv4 where it is an address of IPv4 mapped into IPv6.
    first: u128,
    is_v6: bool,
    /// Bits that all addresses share, as they are written.
    bits: u32,
    /// All the bits that there are.
    all: u32,
}

impl Range {
    /// Source: `ParseCIDRSloppy`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        let address = parse(address)?;
        if bits.is_empty() || !bits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let zeros = bits.trim_start_matches('0');
        let bits = if zeros.is_empty() { 0 } else { zeros.parse().ok()? };
        let all = if address.is_ipv4() { 32 } else { 128 };
        let address = address.to_canonical();
        let range = Self { first: number(address), is_v6: address.is_ipv6(), bits, all };
        (bits <= all).then(|| Self { first: range.first & range.mask(), ..range })
    }

    /// The bits of the network, in the form that addresses are compared in.
    fn mask(&self) -> u128 {
        let (width, bits) = if self.is_v6 { (128, self.bits) } else { (32, self.bits.saturating_sub(self.all - 32)) };
        let full = u128::MAX >> (128 - width);
        full & !full.checked_shr(bits).unwrap_or_default()
    }

    /// Whether `other` is a part of this, and smaller.
    pub(crate) fn is_above(&self, other: &Self) -> bool {
        self.is_v6 == other.is_v6 && other.first & self.mask() == self.first && self.bits < other.bits
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

/// The text must be a range of addresses. Source: `IsValidCIDRForLegacyField`.
pub(crate) fn range(at: &Field<'_>, text: &str, causes: &mut Causes) {
    let Some(range) = Range::parse(text) else {
        causes.invalid(at, text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
        return;
    };
    let (written, bits) = text.split_once('/').unwrap_or((text, ""));
    match written.parse::<IpAddr>() {
        Ok(_) if bits.len() > 1 && bits.starts_with('0') => {
            causes.invalid(at, text, "must not have leading 0s in IP or prefix length");
        }
        Err(_) => causes.invalid(at, text, "must not have leading 0s in IP or prefix length"),
        Ok(address) if is_mapped(address) => causes.invalid(at, text, "must not have an IPv4-mapped IPv6 address"),
        Ok(address) if number(address) != range.first => {
            causes.invalid(at, text, "must not have bits set beyond the prefix length");
        }
        Ok(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The answers of `ParseIPSloppy` in Go.
    #[test]
    fn zeros_that_lead_a_number_are_read_over() {
        for (text, read) in [
            ("010.002.003.004", Some("10.2.3.4")),
            ("0.0.0.0", Some("0.0.0.0")),
            ("00001::0", Some("1::")),
            ("::ffff:01.2.3.4", Some("::ffff:1.2.3.4")),
            ("1.2.3", None),
            ("1.2.3.256", None),
            ("fe80::1%eth0", None),
            ("", None),
        ] {
            assert_eq!(parse(text), read.map(|read| read.parse().expect("an address")), "{text}");
        }
    }
    // The answers of `IPNet.Contains` and `Mask.Size`.
    #[test]
    fn a_range_is_above_its_parts() {
        for (above, below, is_above) in [
            ("10.0.0.0/8", "10.1.0.0/16", true),
            ("10.0.0.0/8", "10.0.0.0/8", false),
            ("10.0.0.0/8", "11.0.0.0/16", false),
            ("0.0.0.0/0", "1.2.3.4/32", true),
            ("2001:db8::/32", "2001:db8:1::/48", true),
            ("10.0.0.0/8", "2001:db8::/32", false),
        ] {
            let parsed = |text| Range::parse(text).expect("a range");
            assert_eq!(parsed(above).is_above(&parsed(below)), is_above, "{above} {below}");
        }
    }
}
