//! What a plain scalar means: the core schema of YAML 1.2, and that of 1.1 for a document that asks for it.

use serde_json::{Number, Value};

use super::timestamp;

/// The rules by which plain scalars are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// YAML 1.2, core schema.
    Core,
    /// YAML 1.1, after `%YAML 1.1`: `yes`, octal `0777`, `1_000`, `12:30:45`, dates.
    Yaml11,
}

/// A plain scalar that is not a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Plain {
    Null,
    Bool(bool),
    /// An integer, as the double that JavaScript makes of it.
    Int(f64),
    /// Any other number.
    Float(f64),
    /// A date of YAML 1.1, as the text that JSON makes of it.
    Time(String),
}

impl Plain {
    /// As it stands in JSON written by JavaScript: integers without a point, what is not finite as null.
    pub(super) fn into_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Int(value) | Self::Float(value) => number(value),
            Self::Time(text) => Value::String(text),
        }
    }

    /// As JavaScript names the property when it is a key.
    pub(super) fn into_key(self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Bool(value) => value.to_string(),
            Self::Int(value) | Self::Float(value) => number_text(value),
            Self::Time(text) => text,
        }
    }
}

/// Reads a plain scalar; `None` means that it is a text.
pub(super) fn resolve(text: &str, version: Version) -> Option<Plain> {
    // Most scalars are words: the first byte tells them from all else.
    let may_differ = match text.as_bytes().first() {
        None | Some(b'~' | b'.' | b'-' | b'+' | b'0'..=b'9' | b't' | b'T' | b'f' | b'F' | b'n' | b'N') => true,
        Some(b'y' | b'Y' | b'o' | b'O') => version == Version::Yaml11,
        Some(_) => false,
    };
    if !may_differ {
        return None;
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(Plain::Null),
        "true" | "True" | "TRUE" => return Some(Plain::Bool(true)),
        "false" | "False" | "FALSE" => return Some(Plain::Bool(false)),
        ".nan" | ".NaN" | ".NAN" => return Some(Plain::Float(f64::NAN)),
        _ => {}
    }
    match text.strip_prefix(['-', '+']).unwrap_or(text) {
        ".inf" | ".Inf" | ".INF" => {
            let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
            return Some(Plain::Float(sign * f64::INFINITY));
        }
        _ => {}
    }
    match version {
        Version::Core => core_number(text),
        Version::Yaml11 => old_boolean(text).or_else(|| old_number(text)).or_else(|| timestamp::to_json(text).map(Plain::Time)),
    }
}

fn core_number(text: &str) -> Option<Plain> {
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8).map(Plain::Int);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16).map(Plain::Int);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return decimal(text).map(Plain::Int);
    }
    is_float(unsigned).then(|| decimal(text)).flatten().map(Plain::Float)
}

/// `.5`, `1.`, `1.5`, each with or without an exponent, or digits with one.
fn is_float(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty()),
        None => exponent.is_some() && !mantissa.is_empty() && digits(mantissa),
    };
    mantissa_fits
        && exponent.is_none_or(|exponent| {
            let power = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !power.is_empty() && digits(power)
        })
}

fn decimal(text: &str) -> Option<f64> {
    text.parse().ok()
}

fn radix(digits: &str, radix: u32) -> Option<f64> {
    let mut value = 0.0;
    for digit in digits.chars() {
        value = value * f64::from(radix) + f64::from(digit.to_digit(radix)?);
    }
    (!digits.is_empty()).then_some(value)
}

fn old_boolean(text: &str) -> Option<Plain> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(Plain::Bool(true)),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(Plain::Bool(false)),
        _ => None,
    }
}

fn old_number(text: &str) -> Option<Plain> {
    let (sign, unsigned) = match text.as_bytes().first()? {
        b'-' => (-1.0, &text[1..]),
        b'+' => (1.0, &text[1..]),
        _ => (1.0, text),
    };
    let plain = unsigned.replace('_', "");
    let signed = |value: f64| Plain::Int(sign * value);
    if let Some(digits) = plain.strip_prefix("0b") {
        return radix(digits, 2).map(signed);
    }
    if let Some(digits) = plain.strip_prefix("0x") {
        return radix(digits, 16).map(signed);
    }
    // `_1` is a text: the first character of a number is a digit or a point.
    let first = *unsigned.as_bytes().first()?;
    if first == b'0'
        && plain.len() > 1
        && let Some(value) = radix(&plain[1..], 8)
    {
        return Some(signed(value));
    }
    if first.is_ascii_digit() && plain.contains(':') {
        return sexagesimal(&plain).map(|value| Plain::Float(sign * value));
    }
    if first.is_ascii_digit() && plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return decimal(&plain).map(signed);
    }
    let starts = first.is_ascii_digit() || first == b'.';
    (starts && is_float(&plain)).then(|| decimal(&plain)).flatten().map(|value| Plain::Float(sign * value))
}

/// `190:20:30.15`: base 60, each part after the first below 60.
fn sexagesimal(text: &str) -> Option<f64> {
    let mut value = 0.0;
    let count = text.split(':').count();
    for (index, part) in text.split(':').enumerate() {
        let (whole, fraction) = part.split_once('.').map_or((part, None), |(whole, fraction)| (whole, Some(fraction)));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let fits = !whole.is_empty() && digits(whole) && (index == 0 || (whole.len() <= 2 && decimal(whole)? < 60.0));
        if !fits || fraction.is_some_and(|fraction| index + 1 != count || !digits(fraction)) {
            return None;
        }
        value = value * 60.0 + decimal(part)?;
    }
    Some(value)
}

/// A double as JSON has it; integers are written without a point, as JavaScript writes them.
fn number(value: f64) -> Value {
    if !value.is_finite() {
        return Value::Null;
    }
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53: below it every integer is its own double
    if value.fract() == 0.0 {
        #[expect(clippy::cast_possible_truncation, reason = "an integer below 2^53 fits")]
        if value.abs() < EXACT {
            return Value::Number((value as i64).into());
        }
        let text = format!("{value}");
        if let Ok(number) = text.parse::<i64>().map(Number::from).or_else(|_| text.parse::<u64>().map(Number::from)) {
            return Value::Number(number);
        }
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// `String(value)` of JavaScript.
fn number_text(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() }
    } else if value == 0.0 {
        "0".to_owned()
    } else if (1e-6..1e21).contains(&value.abs()) {
        format!("{value}")
    } else {
        let text = format!("{value:e}");
        if text.contains("e-") { text } else { text.replace('e', "e+") }
    }
}
