//! Addresses and ranges of addresses. Source: `k8s.io/apimachinery/pkg/util/validation/ip.go`, with
//! the parsing of `k8s.io/utils/net` (1.37).

use std::net::IpAddr;

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
}
