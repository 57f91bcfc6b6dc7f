//! Where a request came from: its peer, or whom a proxy that we trust names.

use std::net::{IpAddr, SocketAddr};

use actix_web::HttpRequest;

use crate::settings::Proxies;

/// The caller's address; None where the peer has none.
pub fn address(request: &HttpRequest, proxies: &Proxies) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let said = request.headers().get_all("X-Forwarded-For");
    Some(behind(peer, said.map(|line| line.to_str().unwrap_or_default()), proxies))
}

/// From the peer leftwards through `X-Forwarded-For`, as long as a proxy of ours is speaking:
/// what stands further left, anybody may have written.
fn behind<'a>(peer: IpAddr, said: impl Iterator<Item = &'a str>, proxies: &Proxies) -> IpAddr {
    let mut known = peer.to_canonical();
    let names: Vec<&str> = said.flat_map(|line| line.split(',')).collect();
    for name in names.into_iter().rev() {
        match named(name) {
            Some(address) if proxies.contains(known) => known = address,
            _ => break,
        }
    }
    known
}

/// Some proxies add the port.
fn named(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address = text.parse::<SocketAddr>().map(|socket| socket.ip());
    let address = address.or_else(|_| text.trim_matches(['[', ']']).parse::<IpAddr>());
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_trusted_proxy_says_counts_and_the_rightmost_of_it() {
        let cases: &[(&str, &str, &[&str], &str)] = &[
            // Nobody is trusted, or the peer is not.
            ("", "10.0.0.1", &["203.0.113.7"], "10.0.0.1"),
            ("10.0.0.0/24", "10.0.1.1", &["203.0.113.7"], "10.0.1.1"),
            ("10.0.0.0/24", "10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.0/24", "10.0.0.1", &["203.0.113.7"], "203.0.113.7"),
            // What the caller wrote stands on the left.
            ("10.0.0.0/24", "10.0.0.1", &["1.1.1.1, 203.0.113.7"], "203.0.113.7"),
            ("10.0.0.0/24", "10.0.0.1", &["1.1.1.1", "203.0.113.7"], "203.0.113.7"),
            ("10.0.0.0/24", "10.0.0.1", &["10.0.0.9, 203.0.113.7"], "203.0.113.7"),
            // Several proxies of ours.
            ("10.0.0.0/24", "10.0.0.1", &["1.1.1.1, 203.0.113.7, 10.0.0.2"], "203.0.113.7"),
            ("10.0.0.0/24", "10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            // What is no address ends the chain.
            ("10.0.0.0/24", "10.0.0.1", &["203.0.113.7, unknown"], "10.0.0.1"),
            ("10.0.0.0/24", "10.0.0.1", &["203.0.113.7, unknown, 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.0/24", "10.0.0.1", &[""], "10.0.0.1"),
            // Ports, brackets, and addresses in the clothes of the other kind.
            ("10.0.0.1", "10.0.0.1", &["203.0.113.7:4711"], "203.0.113.7"),
            ("::1", "::1", &["[2001:db8::7]:4711"], "2001:db8::7"),
            ("::1", "::1", &["[2001:db8::7]"], "2001:db8::7"),
            ("10.0.0.1", "::ffff:10.0.0.1", &["::ffff:203.0.113.7"], "203.0.113.7"),
            ("", "::ffff:10.0.0.1", &[], "10.0.0.1"),
        ];
        for (trusted, peer, said, expected) in cases {
            let found = behind(peer.parse().unwrap(), said.iter().copied(), &trusted.parse().unwrap());
            assert_eq!(found.to_string(), *expected, "{trusted:?} {peer} {said:?}");
        }
    }
}
