//! Sizes of files as people write and read them.

const UNITS: [(&str, u64); 3] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];

/// Reads a size: bytes, or with a unit: K, M, G and KiB, MiB, GiB count by 1024, KB, MB, GB by 1000.
pub fn parse(text: &str) -> Result<u64, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "ki" | "kib" => 1 << 10,
        "m" | "mi" | "mib" => 1 << 20,
        "g" | "gi" | "gib" => 1 << 30,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        _ => {
            return Err(format!("`{unit}` is no unit of size: write e.g. 10M or 64MiB"));
        }
    };
    let number: u64 = number.parse().map_err(|_| "a size starts with a whole number: write e.g. 10M or 64MiB")?;
    number.checked_mul(factor).ok_or_else(|| "too large".to_owned())
}

/// Why a file above the limit was not read.
pub fn too_large(limit: u64) -> String {
    let unit = UNITS.iter().find(|(_, bytes)| limit >= *bytes && limit.is_multiple_of(*bytes));
    let limit = unit.map_or_else(|| format!("{limit} bytes"), |(unit, bytes)| format!("{} {unit}", limit / bytes));
    format!("larger than {limit}, the limit that --max-size sets")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(parse("512"), Ok(512));
        assert_eq!(parse("10M"), Ok(10 << 20));
        assert_eq!(parse("64MiB"), Ok(64 << 20));
        assert_eq!(parse("1 kb"), Ok(1000));
        assert!(parse("M").is_err());
        assert!(parse("10X").is_err());
        assert!(parse("99999999999G").is_err());
    }

    #[test]
    fn limits_are_shown_in_the_unit_that_fits() {
        assert!(too_large(64 << 20).contains("64 MiB,"));
        assert!(too_large(1000).contains("1000 bytes,"));
    }
}
