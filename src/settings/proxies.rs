//! The proxies in front of Lizard: whose word about a caller's address is taken.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use toml_edit::Value;

use crate::reader::{text, what};

/// Networks from which only proxies of ours call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Whether this is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        // A socket that takes both kinds says ::ffff:10.0.0.1 for 10.0.0.1.
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    fn of<'a>(networks: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        networks.into_iter().map(network).collect::<Result<_, _>>().map(Self)
    }
}

/// Networks and addresses, parted by commas; an empty text is none.
impl FromStr for Proxies {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::of(text.split(',').map(str::trim).filter(|part| !part.is_empty()))
    }
}

impl fmt::Display for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("(none)");
        }
        let networks: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&networks.join(", "))
    }
}

fn network(text: &str) -> Result<IpNet, String> {
    let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    match network {
        Ok(network) if network.prefix_len() == 0 => {
            Err(format!("{text:?} is everybody: name the networks of your proxies alone"))
        }
        Ok(network) => Ok(network.trunc()),
        Err(_) => Err(format!(
            "{text:?} is no network: write an address, or one with the length of its prefix, such as \
             \"127.0.0.1\" or \"10.1.0.0/16\""
        )),
    }
}

/// A list in a file; a variable's text.
pub(super) fn proxies(value: &Value) -> Result<Proxies, String> {
    match value {
        Value::Array(list) => {
            let networks: Vec<String> = list.iter().map(text).collect::<Result<_, _>>()?;
            Proxies::of(networks.iter().map(String::as_str))
        }
        Value::String(text) => text.value().parse(),
        other => Err(format!("must be a list of texts, such as [\"127.0.0.1\"], not {}", what(other))),
    }
}
